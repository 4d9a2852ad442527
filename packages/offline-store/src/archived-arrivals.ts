/** Records of the archive by when they arrived at the broker: for who reads again what came at a time. */
import type { EventSource } from '@forebay/definitions';
import type { OfflineStore } from './client';
import { quoteName } from './identifiers';
import { FIRST_PARTITION_LOG, POSITION_COLUMNS, readPositionOf } from './tables';

/**
 * An instant before which no event at or after an offset arrived, as far as the archive tells; null: it has none of the partition. What
 * is not archived yet arrived after what is. Reads three columns of the whole archive.
 */
export async function arrivedFrom(
  store: OfflineStore,
  source: Pick<EventSource, 'table' | 'rekey'>,
  { partition, offset }: { readonly partition: number; readonly offset: number },
): Promise<number | null> {
  const position = readPositionOf(source);
  const arrived = `toUnixTimestamp64Milli(${POSITION_COLUMNS.arrivedAt})`;
  const isAfter = `${position.offset} >= {offset:UInt64}`;
  const [row] = await store.rows<{ after: number; before: number; earliest: number; latest: number }>(
    `SELECT countIf(${isAfter}) > 0 AS after, countIf(NOT (${isAfter})) > 0 AS before,
       toFloat64(minIf(${arrived}, ${isAfter})) AS earliest, toFloat64(maxIf(${arrived}, NOT (${isAfter}))) AS latest
     FROM ${quoteName(source.table)} WHERE ${position.log} = {log:UInt16}`,
    { log: FIRST_PARTITION_LOG + partition, offset },
  );
  if (row === undefined) return null;
  if (row.after === 1) return row.earliest;
  return row.before === 1 ? row.latest : null;
}

/** By partition, the smallest archived offset of an event that arrived at or after an instant (−∞: of any); a partition without one is missing. */
export async function firstOffsetsArrived(
  store: OfflineStore,
  source: Pick<EventSource, 'table' | 'rekey'>,
  sinceMs: number,
): Promise<ReadonlyMap<number, number>> {
  const { log, offset } = readPositionOf(source);
  const isAll = sinceMs === Number.NEGATIVE_INFINITY;
  const since = `AND ${POSITION_COLUMNS.arrivedAt} >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')`;
  const rows = await store.rows<{ partition: number; first: string }>(
    `SELECT toUInt32(${log} - ${FIRST_PARTITION_LOG}) AS partition, toString(min(${offset})) AS first
     FROM ${quoteName(source.table)} WHERE ${log} >= ${FIRST_PARTITION_LOG} ${isAll ? '' : since}
     GROUP BY partition`,
    isAll ? {} : { since: sinceMs },
  );
  return new Map(rows.map(({ partition, first }) => [partition, Number(first)]));
}
