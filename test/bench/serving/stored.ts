/** Stored values of the serving benchmark, through the writers and codecs that the services use. */
import {
  BatchListWriter,
  batchBoundaries,
  compileTableView,
  compileView,
  encodeTableCells,
  encodeTableValue,
  LaneEvaluator,
  StreamList,
  type TableLayout,
  tickAt,
} from '@forebay/algebra';
import { encodeEntityKey } from '@forebay/contract';
import { encodeRegistry, type TableSource, type TableView } from '@forebay/definitions';
import {
  advanceBatchMarker,
  advanceProgress,
  advanceTableMarker,
  BatchWriter,
  entityPartKey,
  PARTS,
  publishRegistry,
  type RedisConnection,
  StreamWriter,
  startStreamMarker,
  streamKeys,
  TableWriter,
  writeBatchReceipt,
} from '@forebay/online-store';
import { busyTimes, type Instants, randomFrom, typicalTimes } from '../support/engine-values';
import { narrowBatch } from '../support/narrow-batch';
import { HORIZON_MS, registry, source, windowed } from './declared';

const BUCKET = 0;
const KEEP_MS = 3_600_000;
/** Values that differ; entities share them. */
const DIFFERENT = 64;
const layout = compileView(windowed, source);

const keyOf = (id: number) => encodeEntityKey([id]);

/** The key of an entity's value in a table view. */
export const tableKey = (viewId: number, id: number) => entityPartKey(BUCKET, viewId, PARTS.table, keyOf(id));

export async function apply(redis: RedisConnection): Promise<void> {
  const { published } = await publishRegistry(
    redis,
    { version: registry.version, snapshot: encodeRegistry(registry) },
    0,
  );
  if (!published) throw new Error('the registry could not be published');
}

/** As the stream does every second: everything that had arrived by `instantMs` is in the values. */
export async function progress(redis: RedisConnection, instantMs: number): Promise<void> {
  const reached = [{ partition: 0, instantMs }];
  await advanceProgress(redis, BUCKET, source.id, { epoch: 1, partitions: 1, reached });
}

/** Latest rows of the entities 0 … `entities` − 1, and the marker of a finished run. */
export async function writeTable(
  redis: RedisConnection,
  { source: rows, view }: { readonly source: TableSource; readonly view: TableView },
  entities: number,
  nowMs: number,
): Promise<void> {
  const table = compileTableView(view, rows);
  const tickMs = tickAt(view.schedule, nowMs);
  const random = randomFrom(view.id);
  const values = Array.from({ length: DIFFERENT }, () => tableValue(table, tickMs, random));
  const writer = new TableWriter(redis, {
    viewId: view.id,
    keepMs: view.maxAgeMs,
    replacesUpToMs: null,
  });
  for (let id = 0; id < entities; id++) await writer.write(keyOf(id), values[id % DIFFERENT] as Uint8Array);
  await writer.finish();
  const run = 'run';
  await writeBatchReceipt(
    redis,
    { bucket: BUCKET, viewId: view.id, run, chunk: 0, values: entities },
    KEEP_MS,
  );
  const marker = { tickMs, runClockMs: tickMs, digest: { rows: entities, hash: 0n } };
  const { outcome } = await advanceTableMarker(redis, BUCKET, view.id, {
    name: run,
    chunks: 1,
    marker,
    baseMs: null,
  });
  if (outcome !== 'moved') throw new Error(`the marker of ${view.name}: ${outcome}`);
}

function tableValue(table: TableLayout, tickMs: number, random: () => number): Uint8Array {
  const cells = encodeTableCells(
    table,
    table.features.map(() => 1_000 * random()),
  );
  const slot = { validFromMs: tickMs, eventTimeMs: tickMs - 1_000, knownAtMs: tickMs - 1_000, cells };
  return encodeTableValue([slot], false);
}

export type EntityKind = 'typical' | 'busy';

export interface WindowedValues {
  /** The ids of a kind are `from` … `from` + `count` − 1. */
  readonly from: number;
  readonly count: number;
  /** Means over the entities. */
  readonly segments: number;
  readonly batchBytes: number;
  readonly streamBytes: number;
}

/** Batch values up to the cut and stream values from before it to now. */
export async function writeWindowed(
  redis: RedisConnection,
  kind: EntityKind,
  { from, count }: { readonly from: number; readonly count: number },
  instants: Instants,
): Promise<WindowedValues> {
  const batch = new BatchWriter(redis, {
    viewId: windowed.id,
    expiresAtMs: instants.nowMs + KEEP_MS,
  });
  const stream = new StreamWriter(redis);
  const keys = streamKeys(BUCKET, windowed.id, { hasVariableParts: false });
  let [segments, batchBytes, streamBytes] = [0, 0, 0];
  for (let seed = 0; seed < DIFFERENT; seed++) {
    const made = entityOf(kind, seed, instants);
    const ids = Array.from({ length: count }, (_, i) => from + i).filter((id) => id % DIFFERENT === seed);
    segments += made.segments / DIFFERENT;
    batchBytes += made.batch.length / DIFFERENT;
    streamBytes += made.write.valueSize / DIFFERENT;
    for (const id of ids) await batch.write(keyOf(id), made.batch);
    await stream.flush(ids.map((id) => ({ ...made.write, keys, entityKey: keyOf(id), ttlMs: KEEP_MS })));
  }
  await batch.finish();
  return { from, count, segments, batchBytes, streamBytes };
}

/** Both markers of the windowed view: a stream complete for as long as it keeps rows, a finished run at the cut. */
export async function finishWindowed(
  redis: RedisConnection,
  { nowMs, cutMs, runClockMs }: Instants,
): Promise<void> {
  await startStreamMarker(redis, BUCKET, windowed.id, { completeSinceMs: nowMs - HORIZON_MS });
  const run = 'run';
  await writeBatchReceipt(redis, { bucket: BUCKET, viewId: windowed.id, run, chunk: 0, values: 0 }, KEEP_MS);
  const marker = { cutMs, runClockMs, coverageFromMs: Number.NEGATIVE_INFINITY };
  const { outcome } = await advanceBatchMarker(redis, BUCKET, windowed.id, { name: run, chunks: 1, marker });
  if (outcome !== 'moved') throw new Error(`the marker of ${windowed.name}: ${outcome}`);
}

function entityOf(kind: EntityKind, seed: number, instants: Instants) {
  const random = randomFrom(seed + 1);
  const times = (kind === 'busy' ? busyTimes : typicalTimes)(random, instants.nowMs);
  const { cutMs, runClockMs, nowMs } = instants;
  const batch = new BatchListWriter(layout, {
    boundaries: batchBoundaries(layout, runClockMs, cutMs),
    cutMs,
    qMs: runClockMs,
    goodUntilMs: cutMs + HORIZON_MS,
  });
  const stream = new StreamList(layout);
  const evaluator = new LaneEvaluator(layout);
  for (const [i, atMs] of times.entries()) {
    const items = Math.floor(40 * random());
    const amount = Math.round(10_000 * random() ** 3) / 100;
    evaluator.evaluate([atMs, seed, items, amount, 'shop', 1]);
    const tie = { high: 8192 << 18, low: i };
    batch.add(evaluator, atMs, tie);
    stream.add(evaluator, atMs, tie, atMs + 1);
  }
  stream.compact(nowMs);
  const encoded = batch.encode();
  if (encoded === null) throw new Error('an entity without batch values');
  const narrow = narrowBatch(encoded, layout);
  const batchRows = new DataView(encoded.buffer, encoded.byteOffset).getUint32(4, true);
  const { open: _open, sealed: _sealed, ...write } = stream.takeWrite(Buffer.alloc(8, 1 + seed));
  return { batch: narrow, write, segments: batchRows + stream.rows };
}
