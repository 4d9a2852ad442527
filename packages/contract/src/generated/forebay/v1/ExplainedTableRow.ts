// Original file: proto/forebay/v1/explain.proto


export interface ExplainedTableRowInput {
  'first_tick_ms'?: (number | string);
  'event_time_ms'?: (number | string);
  'known_at_ms'?: (number | string);
  /**
   * Of two rows with equal times the one with the larger hash is taken; decimal.
   */
  'row_hash'?: (string);
  'value_json'?: (string);
  'taken'?: (boolean);
  'why'?: (string);
}

export interface ExplainedTableRowMessage {
  'first_tick_ms': (number);
  'event_time_ms': (number);
  'known_at_ms': (number);
  /**
   * Of two rows with equal times the one with the larger hash is taken; decimal.
   */
  'row_hash': (string);
  'value_json': (string);
  'taken': (boolean);
  'why': (string);
}
