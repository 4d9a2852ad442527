/** Why a record cannot become an event; it goes to the dead letters and its partition moves on. */
export type RejectReason =
  | 'empty'
  | 'not_json'
  | 'not_an_object'
  | 'not_framed'
  | 'unknown_schema'
  | 'unusable_schema'
  | 'malformed'
  | 'missing_field'
  | 'wrong_type'
  | 'out_of_range'
  | 'future';

export interface Rejection {
  readonly reason: RejectReason;
  readonly message: string;
}
