// Original file: proto/forebay/v1/explain.proto


export interface ExplainedBatchValueInput {
  'cut_ms'?: (number | string);
  'run_clock_ms'?: (number | string);
  'good_until_ms'?: (number | string);
  'rows'?: (number);
}

export interface ExplainedBatchValueMessage {
  'cut_ms': (number);
  'run_clock_ms': (number);
  'good_until_ms': (number);
  'rows': (number);
}
