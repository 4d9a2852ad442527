import { encodeEntityKey } from '@forebay/contract';
import type { ServicePlan } from '../plan/plan';
import type { EntityKeys } from './entity-keys';
import type { KeyColumn, KeyValue } from './online-features-request';

/**
 * Of each row all its join keys as one text: encoded as those of entities are, in the order of their names. What entities
 * are split and sampled by.
 */
export function rowKeysOf(
  { joinKeys, rowKey }: ServicePlan,
  given: readonly KeyColumn[],
  keys: EntityKeys,
): readonly string[] {
  const { rows } = keys;
  if (rowKey.entityKey >= 0)
    return Array.from({ length: rows }, (_, row) => keys.encoded(rowKey.entityKey, row));
  const columns = rowKey.positions.map((position) => {
    const name = joinKeys[position]?.name;
    return given.find(({ joinKey }) => joinKey === name) as KeyColumn;
  });
  if (columns.length === 0) return new Array<string>(rows).fill('');
  return Array.from({ length: rows }, (_, row) =>
    encodeEntityKey(columns.map(({ values }) => values[row] as KeyValue)),
  );
}
