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
} from '@forebay/offline-store';
import { type Clocks, rowPlace } from '../fold/place';
import { type LaneColumn, laneColumns } from '../stream/lane-columns';
import type { EntityKeys } from './entity-keys';
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
}

/** Whether the state of the view depends on the order of events of one time. */
export function needsTies({ fixed, variable }: ViewLayout): boolean {
  const ordered = new Set<string>(['first', 'last', 'first_string', 'last_string', 'first_n', 'last_n']);
  return [...fixed, ...variable].some(({ kind }) => ordered.has(kind));
}

/**
 * Columns: `e` UInt32 the entity · `o` Int64, twice the place, and one more for a row, which so stands behind the events of its place ·
 * `v` Int64, the event time, or the number of the row · `tie` UInt64, if ties matter · those of the lanes (see `laneColumns`), in rows empty.
 */
export function eventStreamSql(layout: ViewLayout, choice: EventStreamChoice): Statement {
  const { keys, share, clocks, finishedLoads } = choice;
  const events = eventRowsSql(layout, archiveCondition(layout, clocks), null, true);
  const lanes = laneColumns(layout);
  const ties = needsTies(layout);
  const on = events.keys.map((key) => `s.${key} = k.${key}`).join(' AND ');
  const conditions = [
    isOfShare('k.e', share),
    keyFitsSql(entityKeySql(events.keys.map((key) => `k.${key}`))),
  ];
  const eventColumns = [
    'k.e AS e',
    `2 * (${placeSql(clocks)}) AS o`,
    's.et AS v',
    ...(ties ? ['s.tie AS tie'] : []),
    ...lanes.map((lane, i) => `${laneSql(lane)} AS l${i}`),
  ];
  const rowColumns = [
    'e',
    `2 * (${rowPlaceSql(clocks)}) + 1 AS o`,
    'toInt64(n) AS v',
    ...(ties ? ['toUInt64(0) AS tie'] : []),
    ...lanes.map(({ type }, i) => `${EMPTY[type]} AS l${i}`),
  ];
  const query = `
SELECT ${['e', 'o', 'v', ...(ties ? ['tie'] : []), ...lanes.map((_, i) => `l${i}`)].join(', ')} FROM (
  SELECT ${eventColumns.join(', ')}
  FROM (${events.sql}) AS s INNER JOIN ${quoteName(keys.table)} AS k ON ${on}
  WHERE ${conditions.join(' AND ')}
  UNION ALL
  SELECT ${rowColumns.join(', ')} FROM (${keys.rowsSql}) WHERE ${isOfShare('e', share)}
)
ORDER BY e, o
FORMAT Native`;
  const { fromMs, untilMs } = eventTimes(layout, choice);
  const parameters = {
    until: untilMs,
    finished: finishedLoads,
    ...(fromMs === null ? {} : { from: fromMs }),
    ...(clocks.knownAsOfMs === null ? {} : { known: clocks.knownAsOfMs }),
    ...(clocks.schedule === null
      ? {}
      : {
          interval: clocks.schedule.intervalMs,
          wait: clocks.schedule.waitMs,
          delay: clocks.schedule.delayMs,
        }),
  };
  return { query, parameters };
}

/** Event times `[fromMs, untilMs)` that some row may see; null: from the beginning. */
function eventTimes(layout: ViewLayout, { span, clocks }: EventStreamChoice) {
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

/** Equal to `eventPlace`. */
function placeSql({ schedule, knownAsOfMs }: Clocks): string {
  if (schedule === null) return knownAsOfMs === null ? 'greatest(s.et + 1, s.ka)' : 's.et + 1';
  const from = knownAsOfMs === null ? 'greatest(s.et + 1, s.ka - {wait:Int64})' : '(s.et + 1)';
  return `${from} + positiveModulo(-${from}, {interval:Int64})`;
}

/** Equal to `rowPlace`. */
function rowPlaceSql({ schedule }: Clocks): string {
  if (schedule === null) return 't';
  return 't - {delay:Int64} - positiveModulo(t - {delay:Int64}, {interval:Int64})';
}

function laneSql({ role, lane, type }: LaneColumn): string {
  switch (role) {
    case 'taken':
      return `s.p${lane.index}`;
    case 'category':
      return `s.y${lane.index}`;
    default:
      return type === 'Int32' ? `toInt32(s.x${lane.index})` : `s.x${lane.index}`;
  }
}

const EMPTY = {
  UInt8: 'toUInt8(0)',
  Int32: 'toInt32(0)',
  Int64: 'toInt64(0)',
  Float64: 'toFloat64(0)',
  String: "''",
} as const satisfies Record<LaneColumn['type'], string>;
