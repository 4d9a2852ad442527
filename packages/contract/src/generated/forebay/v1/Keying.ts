// Original file: proto/forebay/v1/definitions.proto


/**
 * Records with equal values of these fields lie in one partition; without a field: any record may lie anywhere.
 */
export interface KeyingInput {
  'fields'?: (string)[];
}

/**
 * Records with equal values of these fields lie in one partition; without a field: any record may lie anywhere.
 */
export interface KeyingMessage {
  'fields': (string)[];
}
