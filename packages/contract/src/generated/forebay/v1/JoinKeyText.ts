// Original file: proto/forebay/v1/jobs.proto


/**
 * A join key and its value; integers in decimal.
 */
export interface JoinKeyTextInput {
  'name'?: (string);
  'value'?: (string);
}

/**
 * A join key and its value; integers in decimal.
 */
export interface JoinKeyTextMessage {
  'name': (string);
  'value': (string);
}
