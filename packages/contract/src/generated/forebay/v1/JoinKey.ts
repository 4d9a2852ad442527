// Original file: proto/forebay/v1/definitions.proto


/**
 * Fields of the left source and of the right that must be equal.
 */
export interface JoinKeyInput {
  'left'?: (string);
  'right'?: (string);
}

/**
 * Fields of the left source and of the right that must be equal.
 */
export interface JoinKeyMessage {
  'left': (string);
  'right': (string);
}
