import type { Lane, ViewLayout } from '@forebay/algebra';
import type { EventSource } from '@forebay/definitions';
import type { CompiledExpression } from '@forebay/expressions';
import {
  type ArchiveRange,
  archiveConditionSql,
  archivedTieSql,
  fieldSql,
  finiteSql,
  KNOWN_AT_SQL,
} from './archived-rows-sql';
import { shardTable } from './cluster';
import { joinKeySql } from './entity-key-sql';
import { quoteName } from './identifiers';
import { pairRowsSql } from './pair-rows-sql';
import { POSITION_COLUMNS, readPositionOf } from './tables';

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

/**
 * FINAL: a record that was inserted twice counts once. Where the source tells copies of events by their ids, of those of one entity
 * with equal event time and tie the one counts that became known first, then the one at the first position.
 *
 * @param wanted a condition over the names of the join keys' texts; null: all entities
 * @param withKnownAt whether there is a column `ka`, when the event became known, Int64 ms
 * @param withPosition whether there are columns `read_log` and `read_place`, the position that the event was read at; not of pairs
 */
export function eventRowsSql(
  layout: ViewLayout,
  range: ArchiveRange,
  wanted: ((keys: readonly string[]) => string) | null = null,
  withKnownAt = false,
  withPosition = false,
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
    ...(withPosition ? ['read_log', 'read_place'] : []),
    'tie',
    ...layout.lanes.flatMap((lane) => laneSql(lane, column)),
  ];
  const kept = keys.map((_, i) => `isNotNull(${key(i)})`);
  if (wanted !== null) kept.push(wanted(keys));
  if (layout.filter !== null) kept.push(`ifNull(${layout.filter.toSql(column)}, 0) = 1`);
  const archived = sourceRowsSql(source, range, withKnownAt, withPosition);
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

/** All events of a source, before any view has looked at them; columns as `archivedSql` has them. */
export function sourceRowsSql(
  source: EventSource,
  range: ArchiveRange,
  withKnownAt = false,
  withPosition = false,
): string {
  return source.pairing === undefined
    ? archivedSql(source, range, withKnownAt, withPosition)
    : pairRowsSql(source, source.pairing, range);
}

/** Fields by position (`c0` …), `et`, `tie`, if asked `ka`; with them the order of copies of one event, in which the first one counts. */
function archivedSql(
  source: EventSource,
  range: ArchiveRange,
  withKnownAt: boolean,
  withPosition: boolean,
): string {
  const fields = source.fields.map((field, i) => `${fieldSql(field.name, field.type)} AS c${i}`);
  const copies = source.dedupeMs === null ? '' : COPY_ORDER_SQL;
  const read = readPositionOf(source);
  const placed = withPosition ? `, t.${read.log} AS read_log, t.${read.offset} AS read_place` : '';
  return `SELECT ${fields.join(', ')},
      toUnixTimestamp64Milli(t.${quoteName(source.eventTime)}) AS et, ${archivedTieSql(source)} AS tie${withKnownAt ? `, ${KNOWN_AT_SQL} AS ka` : ''}${copies}${placed}
    FROM ${archiveTable(source, range)} AS t FINAL WHERE ${archiveConditionSql(source, range)}`;
}

function archiveTable({ table }: EventSource, { shardDatabase }: ArchiveRange): string {
  if (shardDatabase === undefined) return quoteName(table);
  return `${quoteName(shardDatabase)}.${quoteName(shardTable(table))}`;
}

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
  return finiteSql(derived.toSql(columnSql(layout)), derived.type);
}

function laneSql(lane: Lane, column: (name: string) => string): string[] {
  const selected: string[] = [];
  const conditions: string[] = [];
  const take = (value: CompiledExpression, nullable: string, plain: string) => {
    selected.push(`toNullable(${finiteSql(value.toSql(column), value.type)}) AS ${nullable}`);
    selected.push(`assumeNotNull(${nullable}) AS ${plain}`);
    conditions.push(`isNotNull(${nullable})`);
  };
  if (lane.filter !== null) conditions.push(`ifNull(${lane.filter.toSql(column)}, 0) = 1`);
  if (lane.input !== null) take(lane.input, `v${lane.index}`, `x${lane.index}`);
  if (lane.by !== null) take(lane.by, `w${lane.index}`, `y${lane.index}`);
  const taken = conditions.length === 0 ? 'toUInt8(1)' : conditions.join(' AND ');
  return [...selected, `${taken} AS p${lane.index}`];
}
