/** Fields of archived events by their position: what was looked up for an event is not looked up again. */
import type { EventSource, Field, ScalarType } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import type { OfflineStore } from './client';
import { quoteName } from './identifiers';
import { FIRST_PARTITION_LOG, POSITION_COLUMNS } from './tables';

const { log, offset, claim } = POSITION_COLUMNS;

/** By partition: the end (exclusive) of the positions that any archived row has, gaps or not. Reads two columns. */
export async function archivedEnds(
  store: OfflineStore,
  { table }: Pick<EventSource, 'table'>,
): Promise<ReadonlyMap<number, number>> {
  const rows = await store.rows<{ partition: number; end: string }>(
    `SELECT toUInt32(${log} - ${FIRST_PARTITION_LOG}) AS partition, toString(max(${offset}) + 1) AS end
     FROM ${quoteName(table)} WHERE ${log} >= ${FIRST_PARTITION_LOG} GROUP BY partition`,
  );
  return new Map(rows.map(({ partition, end }) => [partition, Number(end)]));
}

/** By offset, the values of the fields, in their order, of the archived events at offsets `[from, to)` of a partition. */
export async function archivedFields(
  store: OfflineStore,
  { table }: Pick<EventSource, 'table'>,
  fields: readonly Field[],
  range: { readonly partition: number; readonly from: number; readonly to: number },
): Promise<ReadonlyMap<number, readonly Value[]>> {
  const columns = fields.map(({ name, type }, i) => `${fieldSql(name, type)} AS c${i}`);
  const rows = await store.rows<Record<string, Cell>>(
    `SELECT toString(${offset}) AS position, ${columns.join(', ')} FROM ${quoteName(table)}
     WHERE ${log} = {log:UInt16} AND ${offset} >= {from:UInt64} AND ${offset} < {to:UInt64}
     ORDER BY ${offset}, ${claim} DESC LIMIT 1 BY ${offset}`,
    { log: FIRST_PARTITION_LOG + range.partition, from: range.from, to: range.to },
    { output_format_json_quote_64bit_integers: 1 },
  );
  return new Map(
    rows.map((row) => [
      Number(row.position),
      fields.map(({ type }, i) => {
        const cell = row[`c${i}`];
        return cell === null || cell === undefined ? null : PARSERS[type](cell as never);
      }),
    ]),
  );
}

type Cell = string | number | boolean | null;

function fieldSql(name: string, type: ScalarType): string {
  const column = quoteName(name);
  return type === 'timestamp' ? `toUnixTimestamp64Milli(${column})` : column;
}

/** Of a cell as JSON has it: what the archive holds was a value of its type when it was written. */
const PARSERS = {
  bool: (cell: boolean) => cell,
  int32: (cell: number) => cell,
  int64: (cell: string) => {
    const integer = Number(cell);
    return Number.isSafeInteger(integer) ? integer : BigInt(cell);
  },
  double: (cell: number) => cell + 0,
  string: (cell: string) => cell,
  timestamp: (cell: string) => Number(cell),
} as const satisfies Record<ScalarType, (cell: never) => Value>;
