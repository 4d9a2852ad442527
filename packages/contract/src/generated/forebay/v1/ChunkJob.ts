// Original file: proto/forebay/v1/jobs.proto


/**
 * One chunk of a run, as the queue of chunks holds it.
 */
export interface ChunkJobInput {
  /**
   * The kind and the id of the job whose run it is of.
   */
  'kind'?: (string);
  'job'?: (string);
  'round'?: (number);
  'chunk'?: (number);
}

/**
 * One chunk of a run, as the queue of chunks holds it.
 */
export interface ChunkJobMessage {
  /**
   * The kind and the id of the job whose run it is of.
   */
  'kind': (string);
  'job': (string);
  'round': (number);
  'chunk': (number);
}
