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
  archiveInputs,
  boundariesOf,
  type CoverageFacts,
  type CutDecision,
  contiguousCoverage,
  decideCut,
  decideTick,
  finishedLoadsOf,
  knownFrom,
  listLoads,
  loadedUntil,
  type OfflineStore,
  pairedCoverage,
  type SegmentRun,
} from '@forebay/offline-store';
import {
  type BatchPart,
  latestStreamMarker,
  PARTS,
  type RedisConnection,
  scheduledPart,
} from '@forebay/online-store';
import { waitForArchive } from './archive-wait';
import { completeFrom, topicCoverage } from './topic-coverage';
import type { TopicReader } from './topic-reader';

/** Of fences, which need none: offsets carry the epoch of their topic. */
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
  const facts = { runClockMs: qMs, ...(await readCoverage(dependencies, request)) };
  const cut = accepted(target.decide(facts, request.cutMs ?? undefined), view);
  const layout = compileView(view, source);
  const eventsScanned = await countEvents(dependencies.offline, layout, qMs, cut.cutMs);
  return {
    qMs,
    cutMs: cut.cutMs,
    coverageBeginMs: cut.coverageBeginMs,
    finishedLoads: await finishedLoadsOf(dependencies.offline, source),
    eventsScanned,
    chunks: Math.min(MAX_CHUNKS, Math.max(1, Math.ceil(eventsScanned / dependencies.eventsPerChunk))),
  };
}

type RunFacts = CoverageFacts & { readonly runClockMs: number };

/** Where a run's values go, and how long they live: of a view and its cut, or tick. Throws `failed_precondition`. */
export function storedTerms(view: AggregationView, source: EventSource, cutMs: number): StoredTerms {
  return targetOf(view, source).stored(cutMs);
}

export interface StoredTerms {
  /** What the run writes, and whose marker it moves. */
  readonly part: BatchPart;
  readonly expiresAtMs: number;
  /** From then on nobody reads the values. */
  readonly readUntilMs: number;
}

/** What differs between a view whose batch values join a stream, and one on a schedule. */
interface RunTarget {
  readonly decide: (facts: RunFacts, requestedMs?: number) => CutDecision;
  readonly stored: (cutMs: number) => StoredTerms;
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
    stored: (cutMs) => ({
      part: PARTS.batch,
      readUntilMs: cutMs + horizonMs,
      expiresAtMs: cutMs + horizonMs + EXPIRY_MARGIN_MS,
    }),
  };
}

/** Read from tick + delay on, for an interval; the other interval is room for a run that is late. */
function scheduledTarget(schedule: SchedulePlan): RunTarget {
  return {
    decide: (facts, requestedTickMs) =>
      decideTick({ ...facts, schedule, ...(requestedTickMs === undefined ? {} : { requestedTickMs }) }),
    stored: (tickMs) => ({
      part: scheduledPart(parityOf(schedule, tickMs)),
      readUntilMs: tickMs + schedule.intervalMs + schedule.delayMs,
      expiresAtMs: tickMs + 2 * schedule.intervalMs + schedule.delayMs + EXPIRY_MARGIN_MS,
    }),
  };
}

function accepted(decision: CutDecision, view: AggregationView): Extract<CutDecision, { kind: 'cut' }> {
  if (decision.kind === 'cut') return decision;
  throw new ForebayError('failed_precondition', `view "${definitionName(view)}": ${decision.reason}`);
}

/** Of a source that is made of others, what they cover together; each is waited for. */
async function readCoverage(dependencies: PlanDependencies, request: PlanRequest): Promise<CoverageFacts> {
  const { pairing } = request.source;
  if (pairing === undefined) return readArchive(dependencies, request, request.source);
  const inputs = archiveInputs(request.source).map(async ({ source }) => {
    const facts = await readArchive(dependencies, request, source);
    return [source.name, contiguousCoverage(facts)] as const;
  });
  const coverage = pairedCoverage(new Map(await Promise.all(inputs)), pairing.definition.withinMs);
  return { coverage };
}

/** Waits until the archive holds what the topic holds now: after the clock was read, so that it is all that may still come in time. */
async function readArchive(
  { offline, redis, topics, clock, archiveDeadlineMs }: PlanDependencies,
  { view, signal }: PlanRequest,
  source: EventSource,
): Promise<ArchiveFacts> {
  const partitions = await waitForArchive(source, {
    topics,
    archived: () => archivedUpTo(offline, source, EPOCH),
    clock,
    deadlineMs: archiveDeadlineMs,
    signal,
  });
  const loadedUntilMs = loadedUntil(await listLoads(offline, source));
  const marker = await latestStreamMarker(redis, view.id);
  const knownFromMs = new Map<number, number>();
  // the archive is asked for times only where it lacks the topic's beginning
  for (const entry of partitions) {
    const offset = completeFrom(entry);
    if (offset === null || offset === 0) continue;
    const knownMs = await knownFrom(offline, source, { partition: entry.partition, offset });
    if (knownMs !== null) knownFromMs.set(entry.partition, knownMs);
  }
  const topic = topicCoverage(partitions, {
    streamCompleteSinceMs: marker?.completeSinceMs ?? null,
    loadedUntilMs,
    maxClockSkewMs: source.maxClockSkewMs,
    knownFromMs,
  });
  return { loadedUntilMs, topic };
}

async function countEvents(
  offline: OfflineStore,
  layout: ViewLayout,
  qMs: number,
  cutMs: number,
): Promise<number> {
  const [base = cutMs] = boundariesOf(layout, { qMs, cutMs });
  const since = layout.hasLifetime
    ? ''
    : "AND {time:Identifier} >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')";
  const counts = archiveInputs(layout.source).map(async ({ source, range }) => {
    const [row] = await offline.rows<{ events: number }>(
      `SELECT toFloat64(count()) AS events FROM {table:Identifier}
       WHERE {time:Identifier} < fromUnixTimestamp64Milli({cut:Int64}, 'UTC') ${since}`,
      { table: source.table, time: source.eventTime, cut: cutMs, from: base - range.earlierMs },
    );
    return row?.events ?? 0;
  });
  return (await Promise.all(counts)).reduce((sum, events) => sum + events, 0);
}
