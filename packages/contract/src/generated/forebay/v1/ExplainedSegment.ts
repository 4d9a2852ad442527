// Original file: proto/forebay/v1/explain.proto


export interface ExplainedSegmentInput {
  /**
   * `stream` or `batch`.
   */
  'from'?: (string);
  /**
   * Letters of the parts that hold it (docs/CODEC.md).
   */
  'parts'?: (string)[];
  /**
   * [start, end)
   */
  'start_ms'?: (number | string);
  /**
   * +∞: somewhere before every window's left edge.
   */
  'end_ms'?: (number | string);
  /**
   * Events that passed the view's filter, and of these the feature's: its filter, input and category are not null.
   */
  'events'?: (number | string);
  'counted'?: (number | string);
  /**
   * By component.
   */
  'states_json'?: (string);
  /**
   * The feature's value over this segment alone, and over it and all newer ones (of doubles up to rounding).
   */
  'alone_json'?: (string);
  'merged_json'?: (string);
}

export interface ExplainedSegmentMessage {
  /**
   * `stream` or `batch`.
   */
  'from': (string);
  /**
   * Letters of the parts that hold it (docs/CODEC.md).
   */
  'parts': (string)[];
  /**
   * [start, end)
   */
  'start_ms': (number);
  /**
   * +∞: somewhere before every window's left edge.
   */
  'end_ms': (number);
  /**
   * Events that passed the view's filter, and of these the feature's: its filter, input and category are not null.
   */
  'events': (number);
  'counted': (number);
  /**
   * By component.
   */
  'states_json': (string);
  /**
   * The feature's value over this segment alone, and over it and all newer ones (of doubles up to rounding).
   */
  'alone_json': (string);
  'merged_json': (string);
}
