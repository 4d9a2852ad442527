/** One materialize run: ClickHouse computes the segments and builds the values, this moves bytes, then the marker. */
import { compileView, type ViewLayout } from '@forebay/algebra';
import { ForebayError, formatInstant, HOUR_MS, type MessageInput } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import type { MaterializeProgress } from '@forebay/jobs';
import { type CutDecision, decideCut, listLoads, loadedUntil, type OfflineStore, type SegmentRun, streamSegments, unfinishedLoads } from '@forebay/offline-store';
import { advanceBatchMarker, BatchWriter, type RedisConnection, readBatchReceipt, readStreamMarker, writeBatchReceipt } from '@forebay/online-store';
import { randomUUID } from 'node:crypto';
import { type TopicReader, topicCoverage, waitForArchive } from './archive-wait';

/** One node of Redis is one bucket. */
const BUCKET = 0;
/** A chunk computes so many events' segments at most, so that a query's memory stays bounded. */
const EVENTS_PER_CHUNK = 10_000_000;
const MAX_CHUNKS = 256;
/** Receipts are needed until the marker has moved. */
const RECEIPT_TTL_MS = 24 * HOUR_MS;
/** Values outlive their horizon by a while, so that a reader never finds a marker without values. */
const EXPIRY_MARGIN_MS = HOUR_MS;
/** Rounds of writing chunks again whose receipts were lost with the server's last writes. */
const MAX_ROUNDS = 3;

export interface MaterializeDependencies {
  readonly offline: OfflineStore;
  readonly redis: RedisConnection;
  readonly topics: TopicReader;
  readonly clock: () => number;
  /** How long to wait until the archive holds what the topic held when the run began. */
  readonly archiveDeadlineMs: number;
}

export interface MaterializeRequest {
  readonly view: AggregationView;
  readonly source: EventSource;
  /** A cut set by hand; null: the latest possible one. */
  readonly cutMs: number | null;
  readonly report: (progress: MaterializeProgress) => void;
  readonly signal: AbortSignal;
}

interface Run extends SegmentRun {
  readonly name: string;
  readonly layout: ViewLayout;
  readonly coverageBeginMs: number;
  readonly chunks: number;
  readonly eventsScanned: number;
}

/** Throws `failed_precondition` when there is nothing to speak of, `unavailable` when the archive does not catch up. */
export async function materialize(dependencies: MaterializeDependencies, request: MaterializeRequest): Promise<MessageInput<'MaterializeResult'>> {
  const startedMs = dependencies.clock();
  const run = await planRun(dependencies, request);
  const written = { values: 0, older: 0, bytes: 0 };
  for (let round = 0; ; round++) {
    await writeChunks(dependencies, request, run, written);
    const finished = await advanceBatchMarker(dependencies.redis, BUCKET, request.view.id, {
      name: run.name,
      chunks: run.chunks,
      marker: { cutMs: run.cutMs, runClockMs: run.qMs, coverageFromMs: run.coverageBeginMs },
    });
    if (finished.outcome !== 'missing') break;
    if (round === MAX_ROUNDS) throw new ForebayError('unavailable', `view "${request.view.name}": redis lost ${finished.missing.length} chunks again and again; is it restarting?`);
  }
  return {
    cut_ms: run.cutMs,
    run_clock_ms: run.qMs,
    values_written: written.values - written.older,
    values_older: written.older,
    bytes_written: written.bytes,
    events_scanned: run.eventsScanned,
    chunks: run.chunks,
    duration_ms: dependencies.clock() - startedMs,
    warnings: warningsOf(request, run, written.values),
  };
}

async function planRun(dependencies: MaterializeDependencies, { view, source, cutMs, signal }: MaterializeRequest): Promise<Run> {
  if (view.batch === null) throw new ForebayError('failed_precondition', `view "${view.name}" is declared without batch values: there is nothing to materialize`);
  const { offline, redis, topics } = dependencies;
  const qMs = dependencies.clock();
  const archived = await waitForArchive(offline, topics, source, { deadlineMs: dependencies.archiveDeadlineMs, signal });
  const loads = await listLoads(offline, source.name);
  const marker = await readStreamMarker(redis, BUCKET, view.id);
  const decision = decideCut({
    runClockMs: qMs,
    allowedLatenessMs: source.allowedLatenessMs,
    cutHopMs: view.batch.cutHopMs,
    loadedUntilMs: loadedUntil(loads),
    topic: topicCoverage(archived, marker?.completeSinceMs ?? null),
    horizonMs: view.batch.horizonMs,
    ...(cutMs === null ? {} : { requestedCutMs: cutMs }),
  });
  const cut = accepted(decision, view);
  const eventsScanned = await countEvents(offline, source, cut.cutMs);
  return {
    name: randomUUID(),
    layout: compileView(view, source),
    qMs,
    cutMs: cut.cutMs,
    coverageBeginMs: cut.coverageBeginMs,
    unfinishedLoads: unfinishedLoads(loads),
    eventsScanned,
    chunks: Math.min(MAX_CHUNKS, Math.max(1, Math.ceil(eventsScanned / EVENTS_PER_CHUNK))),
  };
}

function accepted(decision: CutDecision, view: AggregationView): Extract<CutDecision, { kind: 'cut' }> {
  if (decision.kind === 'cut') return decision;
  throw new ForebayError('failed_precondition', `view "${view.name}": ${decision.reason}`);
}

async function countEvents(offline: OfflineStore, source: EventSource, cutMs: number): Promise<number> {
  const [row] = await offline.rows<{ events: number }>(
    `SELECT toFloat64(count()) AS events FROM {table:Identifier} WHERE {time:Identifier} < fromUnixTimestamp64Milli({cut:Int64}, 'UTC')`,
    { table: source.table, time: source.eventTime, cut: cutMs },
  );
  return row?.events ?? 0;
}

/** Writes every chunk that has no receipt yet. */
async function writeChunks(dependencies: MaterializeDependencies, request: MaterializeRequest, run: Run, written: { values: number; older: number; bytes: number }): Promise<void> {
  const { redis } = dependencies;
  const { view, report, signal } = request;
  for (let chunk = 0; chunk < run.chunks; chunk++) {
    const receipt = { bucket: BUCKET, viewId: view.id, run: run.name, chunk };
    if ((await readBatchReceipt(redis, receipt)) === null) {
      signal.throwIfAborted();
      const stats = await writeChunk(dependencies, request, run, chunk);
      written.values += stats.values;
      written.older += stats.older;
      written.bytes += stats.bytes;
      await writeBatchReceipt(redis, { ...receipt, values: stats.values }, RECEIPT_TTL_MS);
    }
    report({ chunksDone: chunk + 1, chunks: run.chunks, valuesWritten: written.values });
  }
}

async function writeChunk({ offline, redis }: MaterializeDependencies, { view, signal }: MaterializeRequest, run: Run, chunk: number) {
  const expiresAtMs = run.cutMs + (view.batch as NonNullable<AggregationView['batch']>).horizonMs + EXPIRY_MARGIN_MS;
  const writer = new BatchWriter(redis, { bucket: BUCKET, viewId: view.id, expiresAtMs });
  for await (const { keys, values } of streamSegments(offline, run.layout, run, { chunk, chunks: run.chunks })) {
    signal.throwIfAborted();
    for (let i = 0; i < keys.length; i++) {
      const room = writer.write(keys[i] as Buffer, values[i] as Buffer);
      if (room !== null) await room;
    }
  }
  return writer.finish();
}

function warningsOf({ view, source }: MaterializeRequest, run: Run, values: number): string[] {
  if (values > 0) return [];
  const why = run.eventsScanned === 0 ? `the archive of "${source.name}" has no event before the cut` : "no event passes the view's filter with all join keys in its windows";
  return [`view "${view.name}": no value was written: ${why} (cut ${formatInstant(run.cutMs)})`];
}
