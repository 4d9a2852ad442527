/** Rows of an archive as expressions take their fields, and which of them a statement reads. */
import type { EventSource } from '@forebay/definitions';
import type { ExpressionType } from '@forebay/expressions';
import { quoteName } from './identifiers';
import { FIRST_PARTITION_LOG, POSITION_COLUMNS } from './tables';

/** Which events of an archive a statement reads, by the names of its parameters. `finished` Array(UInt16) is one on top. */
export interface ArchiveRange {
  /** Int64 ms, inclusive; null: from the beginning. */
  readonly from: string | null;
  /** Int64 ms, exclusive. */
  readonly until: string;
  /** Int64 ms: what became known later is left out; null: nothing is. */
  readonly known: string | null;
  /** A condition over the archive's columns, qualified with `t`; null: none. Only of a source that has an archive of its own. */
  readonly wantedSql?: string | null;
  /** Only the events of the shard that runs the statement, from this database; left out: those of all. */
  readonly shardDatabase?: string | undefined;
}

export const SIGN_BIT = 'toUInt64(9223372036854775808)';
/** Kafka records and loads: `log << 50 | offset`. */
const LOG_SHIFT = 50;

/** What a source adds to the range of the one that is made of it. */
export interface InputRange {
  /** How much earlier its events may be, ms. */
  readonly earlierMs: number;
  /** What stands before the numbers of its loads in `finished`, see `finishedLoadsOf`. */
  readonly loadsFrom: number;
}

export const WHOLE: InputRange = { earlierMs: 0, loadsFrom: 0 };

/** A condition over the archive, which is called `t`. Rows of loads that were not finished are left out. */
export function archiveConditionSql(
  source: EventSource,
  { from, until, known, wantedSql = null }: ArchiveRange,
  { earlierMs, loadsFrom }: InputRange = WHOLE,
): string {
  const time = `t.${quoteName(source.eventTime)}`;
  const log = `t.${POSITION_COLUMNS.log}`;
  const instant = (ms: string) => `fromUnixTimestamp64Milli(${ms}, 'UTC')`;
  const number = loadsFrom === 0 ? log : `${log} + ${loadsFrom}`;
  const conditions = [
    `${time} < ${instant(`{${until}:Int64}`)}`,
    `(${log} >= ${FIRST_PARTITION_LOG} OR has({finished:Array(UInt16)}, ${number}))`,
  ];
  if (from !== null)
    conditions.push(`${time} >= ${instant(`{${from}:Int64}${earlierMs === 0 ? '' : ` - ${earlierMs}`}`)}`);
  if (known !== null) conditions.push(`t.${POSITION_COLUMNS.knownAt} <= ${instant(`{${known}:Int64}`)}`);
  if (wantedSql !== null) conditions.push(wantedSql);
  return conditions.join(' AND ');
}

/**
 * An archived field as expressions take it: NaN and infinities are null, and −0.0 is 0.0.
 *
 * @param table what stands before the column's name
 */
export function fieldSql(name: string, type: string, table = 't.'): string {
  const column = `${table}${quoteName(name)}`;
  switch (type) {
    case 'bool':
      return `CAST(${column}, 'Nullable(UInt8)')`;
    case 'int32':
    case 'int64':
      return `toInt64(${column})`;
    case 'timestamp':
      return `toUnixTimestamp64Milli(${column})`;
    case 'double':
      return finiteSql(column, 'double');
    default:
      return column;
  }
}

export function finiteSql(sql: string, type: ExpressionType): string {
  return type === 'double' ? `if(isFinite(${sql}), ${sql} + 0., NULL)` : sql;
}

/** The order of events of one event time, see "tie" in docs/CODEC.md. An event without an id is ordered by its position. */
export function archivedTieSql(source: EventSource): string {
  const position = `bitShiftLeft(toUInt64(t.${POSITION_COLUMNS.log}), ${LOG_SHIFT}) + t.${POSITION_COLUMNS.offset}`;
  if (source.eventId === null) return position;
  const id = `t.${quoteName(source.eventId)}`;
  const type = source.fields.find((field) => field.name === source.eventId)!.type;
  const tie =
    type === 'string' ? `xxHash64(${id})` : `bitXor(reinterpretAsUInt64(toInt64(${id})), ${SIGN_BIT})`;
  return `ifNull(${tie}, ${position})`;
}

/** Int64 ms. */
export const KNOWN_AT_SQL = `toUnixTimestamp64Milli(t.${POSITION_COLUMNS.knownAt})`;
