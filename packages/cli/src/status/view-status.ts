/** Asks since when and until when the values of a view are exact, and whether they are now. */
import {
  type BatchMarker,
  compileView,
  DEGRADED_REASONS,
  type DegradedReason,
  scheduledStanding,
  tickAt,
  type ViewStanding,
  viewStanding,
} from '@forebay/algebra';
import {
  type AggregationView,
  definitionName,
  type EventSource,
  type SchedulePlan,
  type TableView,
  windowText,
} from '@forebay/definitions';
import {
  latestStreamMarker,
  oldestBatchMarker,
  oldestTableMarker,
  PARTS,
  type RedisConnection,
} from '@forebay/online-store';
import type { DelayQuantiles } from './delay-quantiles';
import type { MemoryStatus } from './member-status';
import type { ReadSource } from './source-status';

/** Why values of a view are DEGRADED now, of any entity. */
export interface DegradedStatus {
  readonly reason: DegradedReason;
  /** The windows that it concerns; empty: all. */
  readonly windows: readonly string[];
  readonly text: string;
}

export interface ViewStatus {
  readonly project: string;
  readonly view: string;
  readonly viewId: number;
  readonly source: string;
  /** Whether it has no stream, and speaks of the ticks of a schedule. */
  readonly isScheduled: boolean;
  /** Null: not set, for the stream has not begun. −∞: always. */
  readonly streamCompleteSinceMs: number | null;
  /** The cut of the last finished run; of a view on a schedule, its tick. */
  readonly cutMs: number | null;
  /** Until when batch values answer exactly; of a view on a schedule, until when its tick is asked for. */
  readonly goodUntilMs: number | null;
  /** null: values are exact, but for what only reading one tells. */
  readonly degraded: DegradedStatus | null;
  /** How far it has come that stream values are made anew, 0 to 1; null: they are not. */
  readonly madeAnewRatio: number | null;
  /** In the stream service; null: of no member. */
  readonly memory: MemoryStatus | null;
  /** Of its source, whose views are all flushed together. */
  readonly applyDelay: DelayQuantiles | null;
}

const NOT_STREAMED = { madeAnewRatio: null, memory: null, applyDelay: null } as const;

export async function readTableView(
  redis: RedisConnection,
  project: string,
  view: TableView,
  nowMs: number,
): Promise<ViewStatus> {
  const marker = await oldestTableMarker(redis, view.id);
  const { intervalMs, delayMs } = view.schedule;
  const isMissing = marker === null || marker.tickMs < tickAt(view.schedule, nowMs);
  return {
    project,
    view: definitionName(view),
    viewId: view.id,
    source: view.source,
    isScheduled: true,
    streamCompleteSinceMs: null,
    cutMs: marker?.tickMs ?? null,
    goodUntilMs: marker === null ? null : marker.tickMs + delayMs + intervalMs,
    degraded: isMissing ? degradedBy('incomplete', []) : null,
    ...NOT_STREAMED,
  };
}

/** @param read its source; null: it is not asked for */
export async function readView(
  redis: RedisConnection,
  project: string,
  view: AggregationView,
  source: EventSource,
  read: ReadSource | null,
  nowMs: number,
): Promise<ViewStatus> {
  if (view.schedule !== null) return readScheduledView(redis, project, view, source, view.schedule, nowMs);
  const stream = await latestStreamMarker(redis, view.id);
  const batch = await oldestBatchMarker(redis, view.id);
  const streamed = read?.status.stream;
  const completeSinceMs = stream?.completeSinceMs ?? null;
  const standing = viewStanding(compileView(view, source), {
    tMs: nowMs,
    serverClockMs: nowMs,
    completeSinceMs,
    batchMarker: batch === null ? null : markerOf(batch),
    progressMs: streamed?.ok === true ? streamed.value.progressMs : null,
  });
  return {
    project,
    view: definitionName(view),
    viewId: view.id,
    source: view.source,
    isScheduled: false,
    streamCompleteSinceMs: completeSinceMs,
    cutMs: batch?.cutMs ?? null,
    goodUntilMs: batch === null || view.batch === null ? null : batch.cutMs + view.batch.horizonMs,
    degraded: degradedOf(standing),
    madeAnewRatio: read?.views.madeAnew.get(view.id) ?? null,
    memory: read?.views.memory.get(view.id) ?? null,
    applyDelay: streamed?.ok === true ? streamed.value.recent.applyDelay : null,
  };
}

async function readScheduledView(
  redis: RedisConnection,
  project: string,
  view: AggregationView,
  source: EventSource,
  schedule: SchedulePlan,
  nowMs: number,
): Promise<ViewStatus> {
  const markers = await Promise.all(
    [PARTS.even, PARTS.odd].map((part) => oldestBatchMarker(redis, view.id, part)),
  );
  const [even = null, odd = null] = markers.map((marker) => (marker === null ? null : markerOf(marker)));
  const ticks = markers.flatMap((marker) => (marker === null ? [] : [marker.cutMs]));
  const newestMs = ticks.length === 0 ? null : Math.max(...ticks);
  const { intervalMs, delayMs } = schedule;
  const standing = scheduledStanding(
    compileView(view, source),
    { markers: [even, odd] },
    tickAt(schedule, nowMs),
  );
  return {
    project,
    view: definitionName(view),
    viewId: view.id,
    source: view.source,
    isScheduled: true,
    streamCompleteSinceMs: null,
    cutMs: newestMs,
    goodUntilMs: newestMs === null ? null : newestMs + delayMs + intervalMs,
    degraded: degradedOf(standing),
    ...NOT_STREAMED,
  };
}

type StoredMarker = NonNullable<Awaited<ReturnType<typeof oldestBatchMarker>>>;

function markerOf({ cutMs, runClockMs, coverageFromMs }: StoredMarker): BatchMarker {
  return { cutMs, qMs: runClockMs, coverageBeginMs: coverageFromMs };
}

function degradedOf({ reason, incomplete }: ViewStanding): DegradedStatus | null {
  if (reason !== null) return degradedBy(reason, []);
  return incomplete.length === 0 ? null : degradedBy('incomplete', incomplete.map(windowText));
}

function degradedBy(reason: DegradedReason, windows: readonly string[]): DegradedStatus {
  return { reason, windows, text: DEGRADED_REASONS[reason] };
}
