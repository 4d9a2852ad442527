/**
 * What the values of some entities have to be at an instant, from the events that are in their stored values: what verification compares
 * with. Which events those are, the stored values say themselves: batch values by their cut and the clock of their run, stream values by
 * the last offset of each partition.
 */
import { randomUUID } from 'node:crypto';
import { compileView, type ViewLayout } from '@forebay/algebra';
import { SECOND_MS } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import { type OfflineStore, offlineError } from './client';
import { instantText } from './column-types';
import { entityKeySql } from './entity-key-sql';
import { type EventRows, eventRowsSql } from './event-rows-sql';
import { quoteName } from './identifiers';
import { splitKeyValues } from './key-value-stream';
import { finishedLoadsOf } from './loads';
import {
  boundariesOf,
  listsSql,
  rangeOf,
  type SegmentRun,
  type Statement,
  segmentParameters,
  stepsOf,
} from './segments-sql';
import { FIRST_PARTITION_LOG, LOADS_TABLE } from './tables';

/** What is in the stored value of one entity. */
export interface HeldEvents {
  /** The encoded entity key. */
  readonly key: string;
  /** Events before it are in the batch value, later ones in the stream value; −∞: there is no batch value. */
  readonly cutMs: number;
  /** The clock of the run that wrote the batch value: what became known later may be in it, or not. */
  readonly runClockMs: number;
  /** By partition: records before this offset are in the stream value. */
  readonly ends: ReadonlyMap<number, number>;
}

export interface RecomputeOptions {
  /** Where segments are to end beside the edges of windows, ms; of those that are no whole seconds none does. */
  readonly boundaries?: readonly number[];
  readonly signal?: AbortSignal;
}

export interface Recomputation {
  /** Batch lists whose cut is the instant, to be folded with `asOfLayout`; entities without an event in the windows are missing. */
  readonly lists: ReadonlyMap<string, Uint8Array>;
  /**
   * Entities with events of which the stored values cannot say whether they are in them: known after the run of the batch value, though
   * before its cut; or later than the source allows. Nothing is to be compared of them.
   */
  readonly late: ReadonlySet<string>;
}

/** Layout of a view whose values are computed as of one instant, from a single list: features, lanes and states are those of the view. */
export function asOfLayout(view: AggregationView, source: EventSource): ViewLayout {
  const batch = { horizonMs: 0, cutHopMs: SECOND_MS, intervalMs: null };
  return compileView({ ...view, batch, schedule: null }, source);
}

/**
 * @param layout by `asOfLayout`; of no view whose source is made of others
 * @param tMs whole seconds
 * Throws `unavailable` and the like.
 */
export async function recomputeValues(
  store: OfflineStore,
  layout: ViewLayout,
  held: readonly HeldEvents[],
  tMs: number,
  { boundaries = [], signal }: RecomputeOptions = {},
): Promise<Recomputation> {
  const table = `${HELD_PREFIX}${randomUUID().replaceAll('-', '')}`;
  await store.command(
    `CREATE TABLE ${table} (key String, cut Int64, clock Int64, ends Map(UInt16, UInt64)) ENGINE = Memory`,
  );
  try {
    await store.insertRows(table, held.map(heldRow));
    const run = { qMs: tMs, cutMs: tMs, finishedLoads: await finishedLoadsOf(store, layout.source) };
    const lists = await readLists(store, listsOf(layout, table, run, boundaries), signal);
    const late = await readLate(store, layout, table, run, await loadsAfterRuns(store, layout, held));
    return { lists, late };
  } catch (thrown) {
    signal?.throwIfAborted();
    throw offlineError(thrown);
  } finally {
    await store.command(`DROP TABLE IF EXISTS ${table}`);
  }
}

/** Drops tables that processes left behind when they were killed; no recomputation takes a day. */
export async function dropAbandonedRecomputations(store: OfflineStore): Promise<void> {
  const abandoned = await store.rows<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, '${HELD_PREFIX}')
     AND metadata_modification_time < now() - INTERVAL 1 DAY`,
  );
  for (const { name } of abandoned) await store.command(`DROP TABLE IF EXISTS ${quoteName(name)}`);
}

const HELD_PREFIX = '_forebay_held_';
const WHOLE = { chunk: 0, chunks: 1 };

/** Loads that the runs of the batch values may not have seen. */
async function loadsAfterRuns(
  store: OfflineStore,
  { source }: ViewLayout,
  held: readonly HeldEvents[],
): Promise<number[]> {
  const clocks = held.map(({ runClockMs }) => runClockMs).filter(Number.isFinite);
  if (clocks.length === 0) return [];
  const since = clocks.reduce((oldest, clock) => Math.min(oldest, clock));
  const rows = await store.rows<{ number: number }>(
    `SELECT DISTINCT load_number AS number FROM ${LOADS_TABLE} WHERE archive = {archive:String} AND state = 'finished' AND changed_at >= {since:String}`,
    { archive: source.table, since: instantText(since) },
  );
  return rows.map(({ number }) => number);
}

function heldRow({ key, cutMs, runClockMs, ends }: HeldEvents): object {
  const instant = (ms: number) => (Number.isFinite(ms) ? ms : Number.MIN_SAFE_INTEGER);
  const logs = [...ends].map(([partition, end]) => [String(FIRST_PARTITION_LOG + partition), end]);
  return { key, cut: instant(cutMs), clock: instant(runClockMs), ends: Object.fromEntries(logs) };
}

/** In the stored value, as far as it can be told. */
const IS_HELD = `if(e.et < h.cut, e.ka <= h.clock, e.read_log >= ${FIRST_PARTITION_LOG} AND e.read_place < h.ends[e.read_log])`;

function listsOf(layout: ViewLayout, table: string, run: SegmentRun, more: readonly number[]): Statement {
  const edges = boundariesOf(layout, run);
  const [from = run.cutMs] = edges;
  const inside = more.filter((at) => at > from && at < run.cutMs && at % SECOND_MS === 0);
  const boundaries = [...new Set([...edges, ...inside])].sort((a, b) => a - b);
  const query = `${listsSql(layout, boundaries, withHeld(layout, table, IS_HELD))}\nFORMAT RowBinary`;
  return { query, parameters: { ...segmentParameters(layout, run, WHOLE), ...stepsOf(boundaries) } };
}

async function readLate(
  store: OfflineStore,
  layout: ViewLayout,
  table: string,
  run: SegmentRun,
  loads: readonly number[],
): Promise<ReadonlySet<string>> {
  const { sql, keys } = withHeld(
    layout,
    table,
    `if(e.et < h.cut, e.ka > h.clock OR has({loads:Array(UInt16)}, e.read_log),
      e.ka - e.et > {lateness:Int64} AND e.read_place < h.ends[e.read_log])`,
  );
  const rows = await store.rows<{ key: string }>(
    `SELECT DISTINCT ${entityKeySql(keys)} AS key FROM (${sql})`,
    {
      ...segmentParameters(layout, run, WHOLE),
      loads,
      lateness: layout.source.allowedLatenessMs,
    },
  );
  return new Set(rows.map(({ key }) => key));
}

function withHeld(layout: ViewLayout, table: string, condition: string): EventRows {
  const { sql, keys } = eventRowsSql(layout, rangeOf(layout), null, true, true);
  return {
    sql: `SELECT e.* FROM (${sql}) AS e INNER JOIN ${table} AS h ON ${entityKeySql(keys.map((key) => `e.${key}`))} = h.key WHERE ${condition}`,
    keys,
  };
}

async function readLists(
  store: OfflineStore,
  { query, parameters }: Statement,
  signal?: AbortSignal,
): Promise<Map<string, Uint8Array>> {
  const settings = { do_not_merge_across_partitions_select_final: 1 } as const;
  const { bytes, exceptionTag } = await store.stream(query, parameters, settings, signal);
  const lists = new Map<string, Uint8Array>();
  try {
    // what is split are views into buffers that others share
    for await (const { keys, values } of splitKeyValues(bytes, exceptionTag))
      for (const [i, key] of keys.entries()) lists.set(key.toString(), Uint8Array.from(values[i] as Buffer));
  } finally {
    bytes.destroy();
  }
  return lists;
}
