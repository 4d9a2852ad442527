// Original file: proto/forebay/v1/predictions.proto


export interface LogPredictionResponseInput {
  /**
   * Entries that will be written.
   */
  'accepted'?: (number);
  /**
   * Entries for which there was no room: the log's database does not keep up, or is away. They may be sent again.
   */
  'dropped'?: (number);
}

export interface LogPredictionResponseMessage {
  /**
   * Entries that will be written.
   */
  'accepted': (number);
  /**
   * Entries for which there was no room: the log's database does not keep up, or is away. They may be sent again.
   */
  'dropped': (number);
}
