// Original file: proto/forebay/v1/feature_service.proto


export interface DegradedReasonInput {
  /**
   * Index of the row; reasons are given once per (row, view).
   */
  'row'?: (number);
  'view'?: (string);
  'reason'?: (string);
}

export interface DegradedReasonMessage {
  /**
   * Index of the row; reasons are given once per (row, view).
   */
  'row': (number);
  'view': (string);
  'reason': (string);
}
