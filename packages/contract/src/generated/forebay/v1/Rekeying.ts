// Original file: proto/forebay/v1/definitions.proto


/**
 * The topic is copied, keyed by these fields, into one that the stream service reads in its place.
 */
export interface RekeyingInput {
  'by'?: (string)[];
  'topic'?: (string);
  'partitions'?: (number);
}

/**
 * The topic is copied, keyed by these fields, into one that the stream service reads in its place.
 */
export interface RekeyingMessage {
  'by': (string)[];
  'topic': (string);
  'partitions': (number);
}
