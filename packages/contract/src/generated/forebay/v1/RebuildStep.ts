// Original file: proto/forebay/v1/jobs.proto


export interface RebuildStepInput {
  'view'?: (string);
  'version'?: (number);
  /**
   * Waits for the stream service; else materializes the view.
   */
  'is_stream'?: (boolean);
  /**
   * Makes the values of one entity anew, all of them.
   */
  'is_entity'?: (boolean);
}

export interface RebuildStepMessage {
  'view': (string);
  'version': (number);
  /**
   * Waits for the stream service; else materializes the view.
   */
  'is_stream': (boolean);
  /**
   * Makes the values of one entity anew, all of them.
   */
  'is_entity': (boolean);
}
