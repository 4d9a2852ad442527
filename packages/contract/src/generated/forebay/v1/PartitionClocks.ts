// Original file: proto/forebay/v1/explain.proto


export interface PartitionClocksInput {
  'partition'?: (number);
  /**
   * Everything that had arrived before is in the values; absent: not known.
   */
  'progress_ms'?: (number | string);
  /**
   * The next offset that will be read after a restart; absent: there is no checkpoint.
   */
  'next_offset'?: (number | string);
  '_progress_ms'?: "progress_ms";
  '_next_offset'?: "next_offset";
}

export interface PartitionClocksMessage {
  'partition': (number);
  /**
   * Everything that had arrived before is in the values; absent: not known.
   */
  'progress_ms'?: (number);
  /**
   * The next offset that will be read after a restart; absent: there is no checkpoint.
   */
  'next_offset'?: (number);
  '_progress_ms'?: "progress_ms";
  '_next_offset'?: "next_offset";
}
