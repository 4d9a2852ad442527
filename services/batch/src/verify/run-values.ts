/** The values of a view that nothing but its runs writes, and what the run of their tick would write again. */
import {
  type BatchMarker,
  compileTableView,
  compileView,
  type ExplainedTableRow,
  explainTable,
  type FeatureValue,
  isTableFloat64,
  newTableOutput,
  newViewOutput,
  parityOf,
  TableRead,
  tickAt,
  ViewFold,
  type ViewOutput,
} from '@forebay/algebra';
import { ForebayError, formatInstant } from '@forebay/contract';
import {
  type AggregationView,
  definitionName,
  type EventSource,
  type SchedulePlan,
  type TableSource,
  type TableView,
} from '@forebay/definitions';
import {
  countEntities,
  countTableEntities,
  erasedCondition,
  type KeyValueBatch,
  loadsSeenBy,
  type OfflineStore,
  readTableColumns,
  type SegmentChunk,
  streamSegments,
  streamTableValues,
} from '@forebay/offline-store';
import {
  batchMarkerKey,
  decodeBatchMarker,
  decoded,
  decodeTableMarker,
  oldestBatchMarker,
  oldestTableMarker,
  PARTS,
  partPrefix,
  type RedisConnection,
  type StoredKeys,
  scheduledPart,
  tableMarkerKey,
} from '@forebay/online-store';
import { keepMsOf } from '../plan-table-run';
import { featureValue, toleranceOf } from './compare-values';

/** A feature, at its place in the view's output. */
export interface ComparedFeature {
  readonly name: string;
  readonly index: number;
  /** Where none is asked for. */
  readonly tolerance: number;
  readonly valueIn: (output: ViewOutput) => FeatureValue;
}

/** As of the tick of the last finished run. */
export interface RunValues {
  readonly features: readonly ComparedFeature[];
  /** The first instant at which they are served. */
  readonly asOfMs: number;
  /** About how many. */
  countEntities(): Promise<number>;
  /** What the run would write now. */
  recompute(share: SegmentChunk, signal: AbortSignal): AsyncIterable<KeyValueBatch>;
  /** The marker, and the part of an entity. */
  keysIn(bucket: number): StoredKeys;
  /** Of the run. */
  readonly marker: BatchMarker;
  /** The one that is stored; null: there is none, or it cannot be read. */
  markerOf(bytes: Uint8Array | null): BatchMarker | null;
  /** As serving reads it. */
  read(value: Uint8Array | null, marker: BatchMarker | null, output: ViewOutput): void;
  newOutput(): ViewOutput;
  /** What of the stored value is another. */
  explain(stored: Uint8Array | null, recomputed: Uint8Array, feature: number): string;
}

interface Stores {
  readonly offline: OfflineStore;
  readonly redis: RedisConnection;
  readonly clock: () => number;
}

function noRun(name: string): ForebayError {
  return new ForebayError(
    'failed_precondition',
    `view "${name}": no run has finished yet, so there is nothing to verify; "forebay materialize ${name}" runs one`,
  );
}

/** Throws `failed_precondition` if no run has finished. */
export async function tableRunValues(
  { offline, redis }: Stores,
  view: TableView,
  source: TableSource,
): Promise<RunValues> {
  const marker = await oldestTableMarker(redis, view.id);
  if (marker === null) throw noRun(definitionName(view));
  const { tickMs } = marker;
  const layout = compileTableView(view, source);
  const columns = await readTableColumns(offline, source);
  const erased = await erasedCondition(offline, source.id, view.entity);
  const keepMs = keepMsOf(view);
  const sinceMs = keepMs === null ? null : tickMs - keepMs;
  const asOfMs = tickMs + view.schedule.delayMs;
  const reader = new TableRead(layout);
  const finished = { cutMs: tickMs, qMs: tickMs, coverageBeginMs: Number.NEGATIVE_INFINITY };
  return {
    features: layout.features.map((plan) => ({
      name: plan.feature.name,
      index: plan.index,
      tolerance: 0,
      valueIn: ({ numbers, others }) => {
        if (!isTableFloat64(plan)) return others[plan.index] ?? null;
        const number = numbers[plan.index] as number;
        return Number.isNaN(number) ? null : number;
      },
    })),
    asOfMs,
    countEntities: () => countTableEntities(offline, layout, columns, sinceMs),
    recompute: (share, signal) =>
      streamTableValues(
        offline,
        layout,
        columns,
        { tickMs, changedSinceMs: null, sinceMs, erased },
        share,
        signal,
      ),
    keysIn: (bucket) => keysOf(tableMarkerKey(bucket, view.id), partPrefix(bucket, view.id, PARTS.table)),
    marker: finished,
    markerOf: (bytes) =>
      decoded(bytes, (stored) => ({ ...finished, cutMs: decodeTableMarker(stored).tickMs })),
    read(value, batchMarker, output) {
      const context = { tMs: asOfMs, serverClockMs: asOfMs, progressMs: null, completeSinceMs: null };
      reader.fold(
        { stream: null, open: null, sealed: null, batch: value },
        { ...context, batchMarker },
        output,
      );
    },
    newOutput: () => newTableOutput(layout),
    explain(stored, recomputed, feature) {
      const rowOf = (bytes: Uint8Array | null) => {
        const explained = explainTable(layout, bytes, asOfMs, feature);
        return explained === null ? 'bytes that cannot be read' : rowText(explained.rows[explained.taken]);
      };
      return `stored ${rowOf(stored)}; recomputed ${rowOf(recomputed)}`;
    },
  };
}

function rowText(row: ExplainedTableRow | undefined): string {
  if (row === undefined) return 'no row';
  const { eventTimeMs, knownAtMs, rowHash } = row;
  return `the row of ${formatInstant(eventTimeMs)} known at ${formatInstant(knownAtMs)} with hash ${rowHash.toString(16)}`;
}

/** Of a view on a schedule. Throws `failed_precondition` if no run has finished. */
export async function scheduledRunValues(
  { offline, redis, clock }: Stores,
  view: AggregationView,
  source: EventSource,
  schedule: SchedulePlan,
): Promise<RunValues> {
  const { tick, part, parity } = await newestTick(redis, view, schedule, clock());
  const { cutMs: tickMs, runClockMs: qMs } = tick;
  const layout = compileView(view, source);
  const asOfMs = tickMs + schedule.delayMs;
  const fold = new ViewFold(layout);
  const finishedLoads = await loadsSeenBy(offline, source, qMs);
  const finished: BatchMarker = { cutMs: tickMs, qMs, coverageBeginMs: Number.NEGATIVE_INFINITY };
  return {
    features: layout.features.map((plan) => ({
      name: plan.feature.name,
      index: plan.index,
      tolerance: toleranceOf(plan),
      valueIn: (output) => featureValue(plan, output),
    })),
    asOfMs,
    countEntities: () => countEntities(offline, layout, tickMs, { share: 1, seed: 0 }),
    recompute: (share, signal) =>
      streamSegments(offline, layout, { qMs, cutMs: tickMs, finishedLoads }, share, { signal }),
    keysIn: (bucket) => keysOf(batchMarkerKey(bucket, view.id, part), partPrefix(bucket, view.id, part)),
    marker: finished,
    markerOf: (bytes) => decoded(bytes, markerOf),
    read(value, marker, output) {
      const ofTick = <T>(one: T) => (parity === 0 ? ([one, null] as const) : ([null, one] as const));
      fold.foldScheduled(ofTick(value), { tMs: asOfMs, markers: ofTick(marker) }, output);
    },
    newOutput: () => newViewOutput(layout),
    explain: (stored) =>
      stored === null
        ? `there is no batch value of the tick ${formatInstant(tickMs)}`
        : `the batch value of the tick ${formatInstant(tickMs)}`,
  };
}

/** The later of the ticks that have a finished run: those of one parity each. */
async function newestTick(
  redis: RedisConnection,
  view: AggregationView,
  schedule: SchedulePlan,
  nowMs: number,
) {
  const ticks = ([0, 1] as const).map(async (parity) => {
    const part = scheduledPart(parity);
    const tick = await oldestBatchMarker(redis, view.id, part);
    return tick === null ? [] : [{ parity, part, tick }];
  });
  const found = (await Promise.all(ticks)).flat().sort((a, b) => b.tick.cutMs - a.tick.cutMs);
  // the tick that is served now is the one that people see
  const served = tickAt(schedule, nowMs);
  const chosen = found.find(({ tick }) => tick.cutMs === served) ?? found[0];
  if (chosen === undefined || parityOf(schedule, chosen.tick.cutMs) !== chosen.parity)
    throw noRun(definitionName(view));
  return chosen;
}

function markerOf(bytes: Uint8Array): BatchMarker {
  const { cutMs, runClockMs, coverageFromMs } = decodeBatchMarker(bytes);
  return { cutMs, qMs: runClockMs, coverageBeginMs: coverageFromMs };
}

function keysOf(marker: string, prefix: string): StoredKeys {
  return { shared: [Buffer.from(marker)], prefixes: [Buffer.from(prefix)] };
}
