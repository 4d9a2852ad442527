import type { AggregationFeature } from '@forebay/definitions';

const EXACT =
  /^(count|min|max|first|last|distinct_count|quantile|time_since_last|session_(events|duration|count))$/;

/** Whether its results are equal bit for bit on all paths: what is made of others may differ by more than they do. */
export function isExact({ operation, type }: AggregationFeature): boolean {
  return EXACT.test(operation) || (operation === 'sum' && type === 'int64');
}
