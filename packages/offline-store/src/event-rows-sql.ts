import type { Lane, ViewLayout } from '@forebay/algebra';
import type { CompiledExpression, ExpressionType } from '@forebay/expressions';
import { joinKeySql } from './entity-key-sql';
import { quoteName } from './identifiers';
import { POSITION_COLUMNS } from './tables';

/**
 * One row per event of the view, from the archive: the common base of every statement that computes states.
 *
 * Columns: `g0…` join keys as text · `et` event time, Int64 ms · `tie` UInt64 · per lane i: `p_i` whether the lane takes the event,
 * `x_i` its input and `y_i` its category (not null; any value where p_i is 0). Their types are those of expressions: UInt8, Int64,
 * Float64, String.
 */
export interface EventRows {
  readonly sql: string;
  readonly keys: readonly string[];
}

export const SIGN_BIT = 'toUInt64(9223372036854775808)';
/** Kafka records and loads: `log << 50 | offset`. */
const LOG_SHIFT = 50;

/**
 * FINAL: a record that was inserted twice counts once. Where the source tells copies of events by their ids, of those of one entity
 * with equal event time and tie the one counts that became known first, then the one at the first position.
 *
 * @param condition SQL over the archive's columns, qualified with `t`
 * @param wanted a condition over the names of the join keys' texts; null: all entities
 * @param withKnownAt whether there is a column `ka`, when the event became known, Int64 ms
 */
export function eventRowsSql(
  layout: ViewLayout,
  condition: string,
  wanted: ((keys: readonly string[]) => string) | null = null,
  withKnownAt = false,
): EventRows {
  const { source, view } = layout;
  const keys = layout.keyIndexes.map((_, i) => `g${i}`);
  const column = columnSql(layout);
  const key = (i: number) => column(layout.columns[layout.keyIndexes[i] as number]!.name);
  const selected = [
    ...keys.map(
      (name, i) =>
        `${joinKeySql(`assumeNotNull(${key(i)})`, layout.columns[layout.keyIndexes[i] as number]!.type)} AS ${name}`,
    ),
    'et',
    ...(withKnownAt ? ['ka'] : []),
    'tie',
    ...layout.lanes.flatMap((lane) => laneSql(lane, column)),
  ];
  const kept = keys.map((_, i) => `isNotNull(${key(i)})`);
  if (wanted !== null) kept.push(wanted(keys));
  if (layout.filter !== null) kept.push(`ifNull(${layout.filter.toSql(column)}, 0) = 1`);
  const fields = source.fields.map((field, i) => `${fieldSql(field.name, field.type)} AS c${i}`);
  const archived = `SELECT ${fields.join(', ')},
      toUnixTimestamp64Milli(t.${quoteName(source.eventTime)}) AS et, ${tieSql(layout)} AS tie${withKnownAt ? KNOWN_AT_SQL : ''}${source.dedupeMs === null ? '' : COPY_ORDER_SQL}
    FROM ${quoteName(source.table)} AS t FINAL WHERE ${condition}`;
  const derived = view.derived.map((_, i) => `${derivedSql(layout, i)} AS d${i}`);
  const withDerived = derived.length === 0 ? archived : `SELECT *, ${derived.join(', ')} FROM (${archived})`;
  const once =
    source.dedupeMs === null
      ? ''
      : ` ORDER BY known, log, place LIMIT 1 BY ${[...keys, 'et', 'tie'].join(', ')}`;
  return {
    sql: `SELECT ${selected.join(', ')} FROM (${withDerived}) WHERE ${kept.join(' AND ')}${once}`,
    keys,
  };
}

const KNOWN_AT_SQL = `, toUnixTimestamp64Milli(t.${POSITION_COLUMNS.knownAt}) AS ka`;

/** Copies of one event in the order in which the first one counts. */
const COPY_ORDER_SQL = `,
      t.${POSITION_COLUMNS.knownAt} AS known, t.${POSITION_COLUMNS.log} AS log, t.${POSITION_COLUMNS.offset} AS place`;

/** Fields by position (c0 …), derived columns by position (d0 …): no name of the user's can collide with one of ours. */
function columnSql(layout: ViewLayout): (name: string) => string {
  const names = new Map(layout.columns.map((column, i) => [column.name, i]));
  return (name) => {
    const index = names.get(name) as number;
    return index < layout.sourceFieldCount ? `c${index}` : `d${index - layout.sourceFieldCount}`;
  };
}

/** A derived column may use those before it, which stand in the same SELECT. */
function derivedSql(layout: ViewLayout, index: number): string {
  const derived = layout.derived[index]!;
  return finite(derived.toSql(columnSql(layout)), derived.type);
}

/** An archived field as expressions take it: NaN and infinities are null, and −0.0 is 0.0. */
function fieldSql(name: string, type: string): string {
  const column = `t.${quoteName(name)}`;
  switch (type) {
    case 'bool':
      return `CAST(${column}, 'Nullable(UInt8)')`;
    case 'int32':
    case 'int64':
      return `toInt64(${column})`;
    case 'timestamp':
      return `toUnixTimestamp64Milli(${column})`;
    case 'double':
      return finite(column, 'double');
    default:
      return column;
  }
}

function finite(sql: string, type: ExpressionType): string {
  return type === 'double' ? `if(isFinite(${sql}), ${sql} + 0., NULL)` : sql;
}

function laneSql(lane: Lane, column: (name: string) => string): string[] {
  const selected: string[] = [];
  const conditions: string[] = [];
  const take = (value: CompiledExpression, nullable: string, plain: string) => {
    selected.push(`toNullable(${finite(value.toSql(column), value.type)}) AS ${nullable}`);
    selected.push(`assumeNotNull(${nullable}) AS ${plain}`);
    conditions.push(`isNotNull(${nullable})`);
  };
  if (lane.filter !== null) conditions.push(`ifNull(${lane.filter.toSql(column)}, 0) = 1`);
  if (lane.input !== null) take(lane.input, `v${lane.index}`, `x${lane.index}`);
  if (lane.by !== null) take(lane.by, `w${lane.index}`, `y${lane.index}`);
  const taken = conditions.length === 0 ? 'toUInt8(1)' : conditions.join(' AND ');
  return [...selected, `${taken} AS p${lane.index}`];
}

/** The order of events of one event time, see "tie" in docs/CODEC.md. An event without an id is ordered by its position. */
function tieSql({ source }: ViewLayout): string {
  const position = `bitShiftLeft(toUInt64(t.${POSITION_COLUMNS.log}), ${LOG_SHIFT}) + t.${POSITION_COLUMNS.offset}`;
  if (source.eventId === null) return position;
  const id = `t.${quoteName(source.eventId)}`;
  const type = source.fields.find((field) => field.name === source.eventId)!.type;
  const tie =
    type === 'string' ? `xxHash64(${id})` : `bitXor(reinterpretAsUInt64(toInt64(${id})), ${SIGN_BIT})`;
  return `ifNull(${tie}, ${position})`;
}
