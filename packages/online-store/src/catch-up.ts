/** A view whose stream values are made anew, apart from the other views of its source, until it joins them again. */
import { ForebayError } from '@forebay/contract';
import { ByteWriter } from './byte-writer';
import type { RedisConnection } from './connection';
import {
  batchMarkerKey,
  catchUpKey,
  checkpointKey,
  PARTS,
  plannedMarkerKey,
  progressKey,
  SINGLE_NODE_BUCKETS,
  streamMarkerKey,
} from './keys';
import { decodePartitionArray } from './partition-array';
import { RedisScript } from './redis-script';
import { decodeStreamMarker, encodeStreamMarker, type StreamMarker } from './stream-marker';

/**
 * `clearing`: what is stored of the view is removed. `reading`: its events are read again. `joining`: the common reading feeds
 * it, and reads again what it lacks.
 */
export const CATCH_UP_STAGES = { clearing: 1, reading: 2, joining: 3 } as const;

export type CatchUpStage = keyof typeof CATCH_UP_STAGES;

export interface CatchUp {
  readonly stage: CatchUpStage;
  /** Another one for each rebuild, and for each stage that somebody writes in. */
  readonly number: number;
  /** By partition; `reading`: the next offset to read; `joining`: what the checkpoint of the source must reach again; −1: none. */
  readonly offsets: Float64Array;
  /** What the view's stream marker will be; null while it is not known. */
  readonly planned: StreamMarker | null;
}

/** Who feeds a view in a bucket: the common reading (`fed`, also while it joins), a catch-up, or nobody yet: it is new there, or was lost. */
export type ViewStanding =
  | { readonly kind: 'fed' }
  | { readonly kind: 'catching_up'; readonly catchUp: CatchUp }
  | { readonly kind: 'absent' };

export interface ViewOfSource {
  readonly sourceId: number;
  readonly viewId: number;
}

const BEGIN = new RedisScript('begin-rebuild');
const CLEAR = new RedisScript('clear-values');
const START = new RedisScript('start-catch-up');
const JOIN = new RedisScript('join-view');
const FINISH = new RedisScript('finish-join');
const RAISE = new RedisScript('raise-view-markers');

/** Of stream values; all but the batch lists, which runs write. */
const STREAM_PARTS = [PARTS.rows, PARTS.open, PARTS.sealed, PARTS.ids] as const;
const SCAN_COUNT = 1_000;
/** One call removes so many values, so that it keeps Redis busy for a moment only. */
const CLEARED_PER_CALL = 500;

export async function readViewStanding(
  connection: RedisConnection,
  bucket: number,
  { sourceId, viewId }: ViewOfSource,
): Promise<ViewStanding> {
  const keys = [
    catchUpKey(bucket, sourceId, viewId),
    plannedMarkerKey(bucket, viewId),
    streamMarkerKey(bucket, viewId),
  ];
  const [stored, planned, marker] = await connection.run('reading where a view stands', () =>
    connection.at(bucket).mgetBuffer(keys),
  );
  if (stored == null) return marker == null ? { kind: 'absent' } : { kind: 'fed' };
  const { epoch, values } = decodePartitionArray(stored, 'a catch-up');
  const stage = stageOf(stored[1] as number);
  const catchUp = {
    stage,
    number: epoch,
    offsets: values,
    planned: planned == null ? null : decodeStreamMarker(planned),
  };
  return { kind: 'catching_up', catchUp };
}

function stageOf(code: number): CatchUpStage {
  for (const [stage, known] of Object.entries(CATCH_UP_STAGES))
    if (known === code) return stage as CatchUpStage;
  throw new ForebayError(
    'corrupt_data',
    `a catch-up has stage ${code}, which this version does not know; deploy one that does`,
  );
}

/**
 * From now on the view has no marker in the bucket (also none of a batch run), and nobody writes its stream values but who
 * catches up. False: a rebuild was under way, and goes on; with `anew` it begins again.
 */
export async function beginRebuild(
  connection: RedisConnection,
  bucket: number,
  { sourceId, viewId }: ViewOfSource,
  { anew = false }: { readonly anew?: boolean } = {},
): Promise<boolean> {
  const keys = [
    catchUpKey(bucket, sourceId, viewId),
    checkpointKey(bucket, sourceId),
    streamMarkerKey(bucket, viewId),
    plannedMarkerKey(bucket, viewId),
    batchMarkerKey(bucket, viewId),
  ];
  return (await BEGIN.run(connection, bucket, keys, [Buffer.from(anew ? '1' : '0')])) === 1;
}

/** The source is read from the archive's end on, and all of its views are rebuilt, when its checkpoints are gone. */
export async function forgetCheckpoint(
  connection: RedisConnection,
  bucket: number,
  sourceId: number,
): Promise<void> {
  await connection.run('removing a checkpoint', () =>
    connection.at(bucket).del(checkpointKey(bucket, sourceId)),
  );
}

/**
 * Removes the view's stream values where its catch-up, of this number, clears. Several may do so at once; false: in some
 * bucket the catch-up has gone on.
 *
 * @param numbers of the catch-ups, by bucket
 */
export async function clearValues(
  connection: RedisConnection,
  { sourceId, viewId }: ViewOfSource,
  numbers: ReadonlyMap<number, number>,
): Promise<boolean> {
  const stray = new Set<number>();
  const clear = async (bucket: number, keys: readonly string[]) => {
    const number = numbers.get(bucket);
    if (number === undefined || keys.length === 0 || stray.has(bucket)) return;
    const all = [catchUpKey(bucket, sourceId, viewId), ...keys];
    const cleared = await CLEAR.run(connection, bucket, all, [Buffer.from(String(number))]);
    if (cleared !== 1) stray.add(bucket);
  };
  for await (const keys of storedStreamKeys(connection, viewId)) {
    for (const [bucket, ofBucket] of byBucketTag(keys)) {
      for (let first = 0; first < ofBucket.length; first += CLEARED_PER_CALL)
        await clear(bucket, ofBucket.slice(first, first + CLEARED_PER_CALL));
    }
  }
  return stray.size === 0;
}

/** The keys of all stream values of a view, a piece at a time; some may come twice. */
async function* storedStreamKeys(connection: RedisConnection, viewId: number): AsyncGenerator<string[]> {
  const bucket = connection.buckets === SINGLE_NODE_BUCKETS ? '0' : '*';
  const pattern = `f:{${bucket}}${viewId}.[${STREAM_PARTS.join('')}].*`;
  for (const server of connection.link.masters()) {
    let cursor = '0';
    do {
      const [next, keys] = await connection.run("looking for a view's values", () =>
        server.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT),
      );
      cursor = next;
      if (keys.length > 0) yield keys;
    } while (cursor !== '0');
  }
}

function byBucketTag(keys: readonly string[]): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const key of keys) {
    const bucket = Number(key.slice(key.indexOf('{') + 1, key.indexOf('}')));
    const group = groups.get(bucket);
    if (group === undefined) groups.set(bucket, [key]);
    else group.push(key);
  }
  return groups;
}

export interface CatchUpStart {
  readonly number: number;
  /** By partition: where reading begins. */
  readonly offsets: readonly number[];
  readonly marker: StreamMarker;
}

/** Ends the clearing; false: it was ended already, or begun anew. */
export async function startCatchUp(
  connection: RedisConnection,
  bucket: number,
  { sourceId, viewId }: ViewOfSource,
  { number, offsets, marker }: CatchUpStart,
): Promise<boolean> {
  const packed = new ByteWriter(4 + 8 * offsets.length);
  packed.u32(offsets.length);
  for (const offset of offsets) packed.f64(offset);
  const keys = [catchUpKey(bucket, sourceId, viewId), plannedMarkerKey(bucket, viewId)];
  const args = [Buffer.from(String(number)), packed.written(), encodeStreamMarker(marker)];
  return (await START.run(connection, bucket, keys, args)) === 1;
}

/**
 * Hands the view over to the common reading.
 *
 * @param number of the catch-up
 * @param progressUntilMs false, and nothing is done, if the source's progress has passed it in any partition; ∞: it may be anywhere
 */
export async function joinView(
  connection: RedisConnection,
  bucket: number,
  { sourceId, viewId }: ViewOfSource,
  number: number,
  progressUntilMs = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const keys = [
    catchUpKey(bucket, sourceId, viewId),
    checkpointKey(bucket, sourceId),
    progressKey(bucket, sourceId),
  ];
  const latest = new ByteWriter(8);
  latest.f64(progressUntilMs);
  const args = [Buffer.from(String(number)), latest.written()];
  return (await JOIN.run(connection, bucket, keys, args)) === 1;
}

/** Sets the view's stream marker if the common reading has come as far as it was when the view joined. */
export async function finishJoin(
  connection: RedisConnection,
  bucket: number,
  { sourceId, viewId }: ViewOfSource,
): Promise<boolean> {
  const keys = [
    catchUpKey(bucket, sourceId, viewId),
    checkpointKey(bucket, sourceId),
    plannedMarkerKey(bucket, viewId),
    streamMarkerKey(bucket, viewId),
  ];
  return (await FINISH.run(connection, bucket, keys, [])) === 1;
}

/** Raises the stream marker that a view has, and that it will have; one that is not there stays away. */
export async function raiseViewMarkers(
  connection: RedisConnection,
  bucket: number,
  viewId: number,
  marker: StreamMarker,
): Promise<boolean> {
  const keys = [streamMarkerKey(bucket, viewId), plannedMarkerKey(bucket, viewId)];
  return ((await RAISE.run(connection, bucket, keys, [encodeStreamMarker(marker)])) as number) > 0;
}
