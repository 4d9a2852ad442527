// Original file: proto/forebay/v1/explain.proto


/**
 * The last offset of a source partition that is in a stream value.
 */
export interface ExplainedFenceInput {
  'source'?: (string);
  'partition'?: (number);
  'epoch'?: (number);
  'offset'?: (number | string);
}

/**
 * The last offset of a source partition that is in a stream value.
 */
export interface ExplainedFenceMessage {
  'source': (string);
  'partition': (number);
  'epoch': (number);
  'offset': (number);
}
