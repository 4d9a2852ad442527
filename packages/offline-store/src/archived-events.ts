/** Events of the archive in the order of their topic: for who reads a topic again that does not have them any more. */
import { createInterface } from 'node:readline';
import type { EventSource, Field, ScalarType } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import type { OfflineStore } from './client';
import { quoteName } from './identifiers';
import { refusingException } from './result-exception';
import { FIRST_PARTITION_LOG, POSITION_COLUMNS, readPositionOf } from './tables';

export interface ArchivedEvent {
  /** The source's fields, as its records give them. */
  readonly row: Value[];
  readonly offset: number;
  /** The broker's time of the record. */
  readonly arrivedAtMs: number;
  /** Of a source that is re-keyed: where the original stands in its topic. */
  readonly origin?: { readonly partition: number; readonly offset: number };
}

export interface ArchivedRange {
  readonly partition: number;
  /** Offsets [from, to). */
  readonly from: number;
  readonly to: number;
  /** Events before it are left out; −∞: none. */
  readonly sinceMs: number;
  /** Only events with these values, by field. Default: all. */
  readonly having?: readonly { readonly field: Field; readonly value: string | number | bigint }[];
}

/** Large results are sorted on disk beyond this. */
const SORT_IN_MEMORY_BYTES = '268435456';

/**
 * The archived events of a range, ascending by offset, in pieces. An event that was inserted twice and has not merged comes once.
 * Throws `unavailable` when the result ends with an error.
 */
export async function* archivedEvents(
  store: OfflineStore,
  source: EventSource,
  range: ArchivedRange,
  pieceRows: number,
): AsyncGenerator<ArchivedEvent[]> {
  const { log: readLog, offset: readOffset } = readPositionOf(source);
  const columns = [
    ...source.fields.map(({ name, type }) => fieldSql(name, type)),
    `toString(${readOffset})`,
    `toFloat64(toUnixTimestamp64Milli(${POSITION_COLUMNS.arrivedAt}))`,
    `toUInt32(${POSITION_COLUMNS.log} - ${FIRST_PARTITION_LOG})`,
    `toString(${POSITION_COLUMNS.offset})`,
  ];
  const { bytes, exceptionTag } = await store.stream(
    `SELECT ${columns.join(', ')} FROM ${quoteName(source.table)}
     WHERE ${readLog} = {log:UInt16} AND ${readOffset} >= {from:UInt64} AND ${readOffset} < {to:UInt64}
     ${sinceSql(source, range.sinceMs)} ${havingSql(range.having ?? [])} ORDER BY ${readOffset}, ${POSITION_COLUMNS.claim} DESC FORMAT JSONCompactEachRow`,
    {
      log: FIRST_PARTITION_LOG + range.partition,
      from: range.from,
      to: range.to,
      ...sinceOf(range.sinceMs),
      ...havingOf(range.having ?? []),
    },
    { max_bytes_before_external_sort: SORT_IN_MEMORY_BYTES, output_format_json_quote_64bit_integers: 1 },
  );
  const parsers = source.fields.map(({ type }) => PARSERS[type]);
  let piece: ArchivedEvent[] = [];
  let lastOffset = -1;
  const checked = refusingException(exceptionTag);
  bytes.on('error', (error) => checked.destroy(error));
  for await (const line of createInterface({ input: bytes.pipe(checked) })) {
    const cells = JSON.parse(line) as (string | number | boolean | null)[];
    const offset = Number(cells[parsers.length]);
    if (offset === lastOffset) continue;
    lastOffset = offset;
    const row = parsers.map((parse, i) => (cells[i] === null ? null : parse(cells[i] as never)));
    const [arrivedAtMs, partition, original] = cells.slice(parsers.length + 1) as [number, number, string];
    piece.push({
      row,
      offset,
      arrivedAtMs,
      ...(source.rekey === undefined ? {} : { origin: { partition, offset: Number(original) } }),
    });
    if (piece.length < pieceRows) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/** By partition, the smallest archived offset of an event at or after an instant (−∞: of any); a partition without one is missing. */
export async function firstOffsetsSince(
  store: OfflineStore,
  source: EventSource,
  sinceMs: number,
): Promise<ReadonlyMap<number, number>> {
  const { log, offset } = readPositionOf(source);
  const rows = await store.rows<{ partition: number; first: string }>(
    `SELECT toUInt32(${log} - ${FIRST_PARTITION_LOG}) AS partition, toString(min(${offset})) AS first
     FROM ${quoteName(source.table)} WHERE ${log} >= ${FIRST_PARTITION_LOG} ${sinceSql(source, sinceMs)}
     GROUP BY partition`,
    sinceOf(sinceMs),
  );
  return new Map(rows.map(({ partition, first }) => [partition, Number(first)]));
}

function sinceSql({ eventTime }: EventSource, sinceMs: number): string {
  if (sinceMs === Number.NEGATIVE_INFINITY) return '';
  return `AND ${quoteName(eventTime)} >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')`;
}

const sinceOf = (sinceMs: number) => (sinceMs === Number.NEGATIVE_INFINITY ? {} : { since: sinceMs });

function havingSql(having: NonNullable<ArchivedRange['having']>): string {
  const typeOf = ({ type }: Field) => (type === 'string' ? 'String' : 'Int64');
  return having
    .map(({ field }, i) => `AND ${quoteName(field.name)} = {having${i}:${typeOf(field)}}`)
    .join(' ');
}

function havingOf(having: NonNullable<ArchivedRange['having']>): Record<string, string> {
  return Object.fromEntries(having.map(({ value }, i) => [`having${i}`, String(value)]));
}

function fieldSql(name: string, type: ScalarType): string {
  const column = quoteName(name);
  return type === 'timestamp' ? `toUnixTimestamp64Milli(${column})` : column;
}

/** Of a cell as JSON has it; what the archive holds was decoded before, so it needs no checks. */
const PARSERS = {
  bool: (cell: boolean) => cell,
  int32: (cell: number) => cell,
  int64: (cell: string) => integerOf(cell),
  double: (cell: number) => (cell === 0 ? 0 : cell),
  string: (cell: string) => cell,
  timestamp: (cell: string) => Number(cell),
} as const satisfies Record<ScalarType, (cell: never) => Value>;

function integerOf(text: string): number | bigint {
  const integer = Number(text);
  return Number.isSafeInteger(integer) ? integer : BigInt(text);
}
