// Original file: proto/forebay/v1/jobs.proto


export interface RebuildStepInput {
  'view'?: (string);
  'version'?: (number);
  /**
   * Waits for the stream service; else materializes the view.
   */
  'is_stream'?: (boolean);
}

export interface RebuildStepMessage {
  'view': (string);
  'version': (number);
  /**
   * Waits for the stream service; else materializes the view.
   */
  'is_stream': (boolean);
}
