/** How large the states of components are, for docs/AGGREGATIONS.md. */
import { CELL_BYTES } from './component-places';
import type { FixedKind, VariableKind } from './layout';

/** Of a segment in the batch list, whose columns are as narrow as their numbers allow. */
const BATCH_BYTES = {
  count: '2, 4 or 8',
  sum: '4 (integers that fit), 8 or 16',
  min: '4 (int32) or 8',
  max: '4 (int32) or 8',
  moments: '16',
  skew: '24',
  first: '24',
  last: '24',
  max_time: '8',
  decayed_sum: '16',
  decayed_count: '16',
} as const satisfies Record<FixedKind, string>;

/** Of a segment, the same in both lists; a batch list adds 4 bytes for the length, parts `o` and `z` too. */
const VARIABLE_BYTES = {
  first_string: '16 + the string',
  last_string: '16 + the string',
  first_n: 'up to `n` × 24; of strings (20 + the string)',
  last_n: 'up to `n` × 24; of strings (20 + the string)',
  distinct: '1 + 8 for each different value up to `exact`, then 4,097',
  quantile: '16 + 8 for each bucket that has values (64 buckets to a power of two)',
  histogram: '8 for each bin',
  category_counts: '1 + 16 for each key; of strings (12 + the string); after an overflow 1',
  category_sums: '1 + 32 for each key; of strings (28 + the string); after an overflow 1',
  session: '24 for each run',
  session_sum: '40 for each run',
} as const satisfies Record<VariableKind, string>;

export function fixedSize(kind: FixedKind): string {
  return `\`${kind}\`: ${CELL_BYTES[kind]} in a stream row, ${BATCH_BYTES[kind]} in a batch segment`;
}

export function variableSize(kind: VariableKind): string {
  return `\`${kind}\`: ${VARIABLE_BYTES[kind]}`;
}
