/** The events of an aggregation view and the rows, as one stream sorted by entity and place. */
import { edgeAt, edgeOf, type ViewLayout } from '@forebay/algebra';
import {
  entityKeySql,
  eventRowsSql,
  FIRST_PARTITION_LOG,
  keyFitsSql,
  POSITION_COLUMNS,
  quoteName,
  type Statement,
  segmentStateSql,
} from '@forebay/offline-store';
import { type Clocks, rowPlace } from '../fold/place';
import { type LaneColumn, laneColumns } from '../stream/lane-columns';
import type { CoarseTiles } from './coarse-tiles';
import type { EntityKeys } from './entity-keys';
import { eventPlaceSql, floorSql, rowPlaceSql, tilePlaceSql } from './places';
import { type EntityShare, isOfShare } from './share';

/** When the rows are. */
export interface RowSpan {
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface EventStreamChoice {
  readonly keys: EntityKeys;
  readonly share: EntityShare;
  readonly span: RowSpan;
  readonly clocks: Clocks;
  /** Numbers of the loads that were finished when the work began. */
  readonly finishedLoads: readonly number[];
  /** null: every event comes by itself. */
  readonly tiles: CoarseTiles | null;
  /** A condition over the archive's columns, qualified with `t`, that lets the server skip entities which no row asks for; null: none. */
  readonly wantedSql: string | null;
}

/** Whether the state of the view depends on the order of events of one time. */
export function needsTies({ fixed, variable }: ViewLayout): boolean {
  const ordered = new Set<string>(['first', 'last', 'first_string', 'last_string', 'first_n', 'last_n']);
  return [...fixed, ...variable].some(({ kind }) => ordered.has(kind));
}

/**
 * Columns: `e` UInt32 the entity · `o` Int64, twice the place, and one more for a row, which so stands behind the events of its place ·
 * `v` Int64, the event time, or the number of the row · `tie` UInt64, if ties matter · those of the lanes (see `laneColumns`), in rows
 * empty · with coarse tiles `state` String: of a tile its state, whose `v` is the tile's start, and empty in all else.
 */
export function eventStreamSql(layout: ViewLayout, choice: EventStreamChoice): Statement {
  const { share, clocks, tiles, keys } = choice;
  const lanes = laneColumns(layout);
  const ties = needsTies(layout);
  const columns = (
    first: readonly string[],
    tie: string,
    ofLane: (lane: LaneColumn) => string,
    state: string,
  ) => [
    ...first,
    ...(ties ? [`${tie} AS tie`] : []),
    ...lanes.map((lane, i) => `${ofLane(lane)} AS l${i}`),
    ...(tiles === null ? [] : [`${state} AS state`]),
  ];
  const noTie = 'toUInt64(0)';
  const noLane = ({ type }: LaneColumn) => EMPTY[type];
  const names = ['e', 'o', 'v', ...(ties ? ['tie'] : []), ...lanes.map((_, i) => `l${i}`)];
  if (tiles !== null) names.push('state');
  const row = ['e', `2 * ${rowPlaceSql(clocks, 't')} + 1 AS o`, 'toInt64(n) AS v'];
  const rows = `SELECT ${columns(row, noTie, noLane, "''").join(', ')} FROM (${keys.rowsSql}) WHERE ${isOfShare('e', share)}`;
  const placed = placedEventsSql(layout, choice);
  const event = columns(['e', '2 * place AS o', 'et AS v'], 'tie', laneSql, "''");
  const events =
    tiles === null
      ? `SELECT ${event.join(', ')} FROM (${placed})`
      : tiledSql(layout, tiledEventsSql(placed, tiles, clocks), names.slice(1), {
          event: columns(['2 * place', 'et'], 'tie', laneSql, "''").map(withoutName),
          tile: columns(['2 * tile_place', 'tile'], noTie, noLane, 'state').map(withoutName),
        });
  return {
    query: `SELECT ${names.join(', ')} FROM (\n${rows}\nUNION ALL\n${events}\n)\nORDER BY e, o\nFORMAT Native`,
    parameters: parametersOf(layout, choice),
  };
}

const withoutName = (column: string) => column.replace(/ AS \w+$/, '');

/**
 * The events that come alone, and the state of all others of their tile: one pass over the events, grouped by tile.
 *
 * @param columns names of what `event` and `tile` select, behind `e`
 */
function tiledSql(
  layout: ViewLayout,
  tiled: string,
  columns: readonly string[],
  { event, tile }: { readonly event: readonly string[]; readonly tile: readonly string[] },
): string {
  const together = layout.lanes.map(({ index }) => `(p${index} AND NOT alone) AS p${index}`);
  const replaced = together.length === 0 ? '*' : `* REPLACE (${together.join(', ')})`;
  // the event's own lanes are taken before those of the state are
  const events = `SELECT *, (${event.join(', ')}) AS event FROM (${tiled})`;
  const states = segmentStateSql(layout, `SELECT ${replaced} FROM (${events})`, {
    keys: ['e', 'tile', 'tile_place'],
    events: 'countIf(NOT alone)',
    others: { lonely: 'groupArrayIf(event, alone)' },
  });
  const members = `arrayConcat(lonely, if(events = 0, [], [(${tile.join(', ')})]))`;
  const unpacked = columns.map((name, i) => `tupleElement(member, ${i + 1}) AS ${name}`);
  return `SELECT e, ${unpacked.join(', ')} FROM (SELECT e, arrayJoin(${members}) AS member FROM (${states}))`;
}

/** The events of the entities that rows ask for: the columns of `eventRowsSql`, `e` and `place`. */
function placedEventsSql(layout: ViewLayout, { keys, share, clocks, wantedSql }: EventStreamChoice): string {
  const condition = [archiveCondition(layout, clocks), ...(wantedSql === null ? [] : [wantedSql])].join(
    ' AND ',
  );
  const events = eventRowsSql(layout, condition, null, true);
  const on = events.keys.map((key) => `s.${key} = k.${key}`).join(' AND ');
  const key = entityKeySql(events.keys.map((name) => `k.${name}`));
  return `SELECT s.*, k.e AS e, ${eventPlaceSql(clocks, 's.et', 's.ka')} AS place
  FROM (${events.sql}) AS s INNER JOIN ${quoteName(keys.table)} AS k ON ${on}
  WHERE ${isOfShare('k.e', share)} AND ${keyFitsSql(key)}`;
}

/**
 * Each with its tile, `tile` Int64, when rows come to see that, `tile_place` Int64, and whether it comes alone, `alone`: in a tile
 * that is touched, or too late for its tile. Those that no row reaches are left out.
 */
function tiledEventsSql(placed: string, { table, widthMs, isComplete }: CoarseTiles, clocks: Clocks): string {
  const tile = floorSql('et', widthMs);
  return `SELECT p.*, (w.touched = 1 OR p.place > p.tile_place) AS alone
  FROM (SELECT *, ${tile} AS tile, ${tilePlaceSql(clocks, 'tile', widthMs)} AS tile_place FROM (${placed})) AS p
  ${isComplete ? 'INNER' : 'LEFT'} JOIN ${quoteName(table)} AS w ON p.e = w.e AND p.tile = w.tile`;
}

/** The events of the archive that the rows' times may see, of any entity: for estimates. */
export function archiveReadSql(
  layout: ViewLayout,
  choice: Pick<EventStreamChoice, 'span' | 'clocks' | 'finishedLoads'>,
): Statement {
  return {
    query: `SELECT 1 FROM ${quoteName(layout.source.table)} AS t WHERE ${archiveCondition(layout, choice.clocks)}`,
    parameters: parametersOf(layout, choice),
  };
}

function parametersOf(
  layout: ViewLayout,
  choice: Pick<EventStreamChoice, 'span' | 'clocks' | 'finishedLoads'>,
): Statement['parameters'] {
  const { clocks, finishedLoads } = choice;
  const { fromMs, untilMs } = eventTimes(layout, choice);
  return {
    until: untilMs,
    finished: finishedLoads,
    ...(fromMs === null ? {} : { from: fromMs }),
    ...(clocks.knownAsOfMs === null ? {} : { known: clocks.knownAsOfMs }),
  };
}

/** Event times `[fromMs, untilMs)` that some row may see; null: from the beginning. */
function eventTimes(layout: ViewLayout, { span, clocks }: Pick<EventStreamChoice, 'span' | 'clocks'>) {
  const firstMs = rowPlace(clocks, span.firstMs);
  const edges = layout.windows.flatMap((window) =>
    window.kind === 'lifetime' ? [] : [edgeAt(edgeOf(window), firstMs)],
  );
  return {
    fromMs: layout.hasLifetime ? null : Math.min(...edges),
    untilMs: rowPlace(clocks, span.lastMs),
  };
}

function archiveCondition(layout: ViewLayout, { knownAsOfMs }: Clocks): string {
  const time = `t.${quoteName(layout.source.eventTime)}`;
  const log = `t.${POSITION_COLUMNS.log}`;
  const conditions = [
    `${time} < fromUnixTimestamp64Milli({until:Int64}, 'UTC')`,
    `(${log} >= ${FIRST_PARTITION_LOG} OR has({finished:Array(UInt16)}, ${log}))`,
  ];
  if (!layout.hasLifetime) conditions.push(`${time} >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`);
  if (knownAsOfMs !== null)
    conditions.push(`t.${POSITION_COLUMNS.knownAt} <= fromUnixTimestamp64Milli({known:Int64}, 'UTC')`);
  return conditions.join(' AND ');
}

function laneSql({ role, lane, type }: LaneColumn): string {
  switch (role) {
    case 'taken':
      return `p${lane.index}`;
    case 'category':
      return `y${lane.index}`;
    default:
      return type === 'Int32' ? `toInt32(x${lane.index})` : `x${lane.index}`;
  }
}

const EMPTY = {
  UInt8: 'toUInt8(0)',
  Int32: 'toInt32(0)',
  Int64: 'toInt64(0)',
  Float64: 'toFloat64(0)',
  String: "''",
} as const satisfies Record<LaneColumn['type'], string>;
