/** What a materialize run fixes before it writes: its clock, its cut, its chunks. */
import { compileView, parityOf, type ViewLayout } from '@forebay/algebra';
import { ForebayError, HOUR_MS } from '@forebay/contract';
import {
  type AggregationView,
  type BatchPlan,
  definitionName,
  type EventSource,
  type SchedulePlan,
} from '@forebay/definitions';
import {
  type ArchiveFacts,
  archivedUpTo,
  boundariesOf,
  type CutDecision,
  decideCut,
  decideTick,
  finishedLoads,
  knownFrom,
  listLoads,
  loadedUntil,
  type OfflineStore,
  type SegmentRun,
} from '@forebay/offline-store';
import {
  type BatchPart,
  latestStreamMarker,
  PARTS,
  type RedisConnection,
  scheduledPart,
} from '@forebay/online-store';
import { type TopicReader, waitForArchive } from './archive-wait';
import { completeFrom, type PartitionArchive, topicCoverage } from './topic-coverage';

/** The topic's epoch; topics that were made anew are not told apart yet. */
const EPOCH = 0;
const MAX_CHUNKS = 256;
/** Values outlive the last instant at which they are read by a while, so that a reader never finds a marker without values. */
const EXPIRY_MARGIN_MS = HOUR_MS;

export interface PlanDependencies {
  readonly offline: OfflineStore;
  readonly redis: RedisConnection;
  readonly topics: TopicReader;
  readonly clock: () => number;
  /** How long to wait until the archive holds what the topic held when the run began. */
  readonly archiveDeadlineMs: number;
  /** A chunk computes the segments of about so many events at most, so that a query's memory stays bounded. */
  readonly eventsPerChunk: number;
}

export interface PlanRequest {
  readonly view: AggregationView;
  readonly source: EventSource;
  /** A cut, or the tick of a scheduled view, set by hand; null: the latest possible one. */
  readonly cutMs: number | null;
  readonly signal: AbortSignal;
}

export interface RunPlan extends SegmentRun {
  readonly layout: ViewLayout;
  /** What the run writes, and whose marker it moves. */
  readonly part: BatchPart;
  readonly expiresAtMs: number;
  readonly coverageBeginMs: number;
  readonly chunks: number;
  /** Archived events that the windows can see; more than are in them while a load is under way. */
  readonly eventsScanned: number;
}

/** Throws `failed_precondition` when there is nothing to speak of, `unavailable` when the archive does not catch up. */
export async function planRun(
  dependencies: PlanDependencies,
  request: PlanRequest,
  qMs: number,
): Promise<RunPlan> {
  const { view, source } = request;
  const target = targetOf(view, source);
  // the clock first, then the ends: what may still come in time is before the ends
  const partitions = await waitForArchive(source, {
    topics: dependencies.topics,
    archived: () => archivedUpTo(dependencies.offline, source, EPOCH),
    clock: dependencies.clock,
    deadlineMs: dependencies.archiveDeadlineMs,
    signal: request.signal,
  });
  const loads = await listLoads(dependencies.offline, source);
  const loadedUntilMs = loadedUntil(loads);
  const topic = await readCoverage(dependencies, request, partitions, loadedUntilMs);
  const facts = { runClockMs: qMs, loadedUntilMs, topic };
  const cut = accepted(target.decide(facts, request.cutMs ?? undefined), view);
  const layout = compileView(view, source);
  const eventsScanned = await countEvents(dependencies.offline, layout, qMs, cut.cutMs);
  return {
    layout,
    qMs,
    cutMs: cut.cutMs,
    ...target.stored(cut.cutMs),
    coverageBeginMs: cut.coverageBeginMs,
    finishedLoads: finishedLoads(loads),
    eventsScanned,
    chunks: Math.min(MAX_CHUNKS, Math.max(1, Math.ceil(eventsScanned / dependencies.eventsPerChunk))),
  };
}

interface RunFacts extends ArchiveFacts {
  readonly runClockMs: number;
}

/** What differs between a view whose batch values join a stream, and one on a schedule. */
interface RunTarget {
  readonly decide: (facts: RunFacts, requestedMs?: number) => CutDecision;
  readonly stored: (cutMs: number) => Pick<RunPlan, 'part' | 'expiresAtMs'>;
}

function targetOf(view: AggregationView, source: EventSource): RunTarget {
  if (view.schedule !== null) return scheduledTarget(view.schedule);
  if (view.batch !== null) return batchTarget(view.batch, source);
  throw new ForebayError(
    'failed_precondition',
    `view "${definitionName(view)}" is declared without batch values: there is nothing to materialize`,
  );
}

function batchTarget({ cutHopMs, horizonMs }: BatchPlan, { allowedLatenessMs }: EventSource): RunTarget {
  return {
    decide: (facts, requestedCutMs) =>
      decideCut({
        ...facts,
        allowedLatenessMs,
        cutHopMs,
        horizonMs,
        ...(requestedCutMs === undefined ? {} : { requestedCutMs }),
      }),
    stored: (cutMs) => ({ part: PARTS.batch, expiresAtMs: cutMs + horizonMs + EXPIRY_MARGIN_MS }),
  };
}

/** Read from tick + delay on, for an interval; the other interval is room for a run that is late. */
function scheduledTarget(schedule: SchedulePlan): RunTarget {
  return {
    decide: (facts, requestedTickMs) =>
      decideTick({ ...facts, schedule, ...(requestedTickMs === undefined ? {} : { requestedTickMs }) }),
    stored: (tickMs) => ({
      part: scheduledPart(parityOf(schedule, tickMs)),
      expiresAtMs: tickMs + 2 * schedule.intervalMs + schedule.delayMs + EXPIRY_MARGIN_MS,
    }),
  };
}

function accepted(decision: CutDecision, view: AggregationView): Extract<CutDecision, { kind: 'cut' }> {
  if (decision.kind === 'cut') return decision;
  throw new ForebayError('failed_precondition', `view "${definitionName(view)}": ${decision.reason}`);
}

/** The archive is asked for times only where it lacks the topic's beginning. */
async function readCoverage(
  { offline, redis }: PlanDependencies,
  { view, source }: PlanRequest,
  partitions: readonly PartitionArchive[],
  loadedUntilMs: number | null,
) {
  const marker = await latestStreamMarker(redis, view.id);
  const knownFromMs = new Map<number, number>();
  for (const entry of partitions) {
    const offset = completeFrom(entry);
    if (offset === null || offset === 0) continue;
    const knownMs = await knownFrom(offline, source, { partition: entry.partition, offset });
    if (knownMs !== null) knownFromMs.set(entry.partition, knownMs);
  }
  return topicCoverage(partitions, {
    streamCompleteSinceMs: marker?.completeSinceMs ?? null,
    loadedUntilMs,
    maxClockSkewMs: source.maxClockSkewMs,
    knownFromMs,
  });
}

async function countEvents(
  offline: OfflineStore,
  layout: ViewLayout,
  qMs: number,
  cutMs: number,
): Promise<number> {
  const { source } = layout;
  const [base = cutMs] = boundariesOf(layout, { qMs, cutMs });
  const since = layout.hasLifetime
    ? ''
    : "AND {time:Identifier} >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')";
  const [row] = await offline.rows<{ events: number }>(
    `SELECT toFloat64(count()) AS events FROM {table:Identifier}
     WHERE {time:Identifier} < fromUnixTimestamp64Milli({cut:Int64}, 'UTC') ${since}`,
    { table: source.table, time: source.eventTime, cut: cutMs, from: base },
  );
  return row?.events ?? 0;
}
