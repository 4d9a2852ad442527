// Original file: proto/forebay/v1/definitions.proto


/**
 * A topic of an event source beyond its first.
 */
export interface SourceTopicInput {
  'topic'?: (string);
  /**
   * By field, where it stands in a value if not under its name; the source's own paths say nothing of this topic.
   */
  'paths'?: ({[key: string]: string});
}

/**
 * A topic of an event source beyond its first.
 */
export interface SourceTopicMessage {
  'topic': (string);
  /**
   * By field, where it stands in a value if not under its name; the source's own paths say nothing of this topic.
   */
  'paths': ({[key: string]: string});
}
