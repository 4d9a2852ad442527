// Original file: proto/forebay/v1/explain.proto


/**
 * A key of Redis.
 */
export interface StoredKeyInput {
  'key'?: (string);
  /**
   * What stands under it, for people.
   */
  'what'?: (string);
  'found'?: (boolean);
  'size_bytes'?: (number);
  /**
   * Why its bytes cannot be read; empty: they can, or there are none.
   */
  'unreadable'?: (string);
}

/**
 * A key of Redis.
 */
export interface StoredKeyMessage {
  'key': (string);
  /**
   * What stands under it, for people.
   */
  'what': (string);
  'found': (boolean);
  'size_bytes': (number);
  /**
   * Why its bytes cannot be read; empty: they can, or there are none.
   */
  'unreadable': (string);
}
