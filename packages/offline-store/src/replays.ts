/**
 * Which replay of a dead letter counts. A replayed record says where the original stood; the first one of each original that a
 * reader takes is recorded here, before it counts, and no other one is taken.
 */
import { type EventSource, numberedPartition, partitionNumber, topicsOf } from '@forebay/definitions';
import type { OfflineStore } from './client';
import { instantText } from './column-types';
import { quoteName } from './identifiers';
import { FIRST_PARTITION_LOG, POSITION_COLUMNS, REPLAYS_TABLE } from './tables';

/** Where a replayed record stood when it was read first. */
export interface OriginalPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When it arrived at the broker, ms: positions of a topic that was made anew begin again. */
  readonly timestampMs: number;
}

/** Where a replay stands in the log that it is read from. */
export interface ReplayPosition {
  readonly epoch: number;
  readonly partition: number;
  readonly offset: number;
}

export interface Replay {
  readonly original: OriginalPosition;
  readonly read: ReplayPosition;
}

/** Originals of one question: they travel in the address of a request, which has a limit. */
const MAX_ASKED = 500;

export function originalKey({ topic, partition, offset, timestampMs }: OriginalPosition): string {
  return `${topic}/${partition}/${offset}/${timestampMs}`;
}

/** By `originalKey`: the replay that counts, of the originals that have one. */
export async function countedReplays(
  store: OfflineStore,
  source: Pick<EventSource, 'table'>,
  originals: readonly OriginalPosition[],
): Promise<ReadonlyMap<string, ReplayPosition>> {
  const counted = new Map<string, ReplayPosition>();
  for (let at = 0; at < originals.length; at += MAX_ASKED) {
    const asked = originals.slice(at, at + MAX_ASKED);
    const rows = await store.rows<CountedRow>(COUNTED_SQL, {
      archive: source.table,
      topics: asked.map(({ topic }) => topic),
      partitions: asked.map(({ partition }) => partition),
      offsets: asked.map(({ offset }) => offset),
    });
    for (const { read, ...original } of rows) {
      const [epoch, partition, offset] = read;
      counted.set(originalKey(original), { epoch, partition, offset });
    }
  }
  return counted;
}

interface CountedRow {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly read: readonly [number, number, number];
}

/** Two readers may have recorded one each, if replays of one original were sent to several partitions: the smallest stands. */
const COUNTED_SQL = `
  SELECT topic, partition, toFloat64(offset) AS offset, toFloat64(toUnixTimestamp64Milli(arrived_at)) AS timestampMs,
    min((toFloat64(read_epoch), toFloat64(read_partition), toFloat64(read_offset))) AS read
  FROM ${REPLAYS_TABLE}
  WHERE archive = {archive:String} AND (topic, partition, offset) IN (
    SELECT arrayJoin(arrayZip({topics:Array(String)}, {partitions:Array(UInt32)}, {offsets:Array(UInt64)})))
  GROUP BY topic, partition, offset, arrived_at`;

/** Records replays as the ones that count. */
export async function recordReplays(
  store: OfflineStore,
  source: Pick<EventSource, 'table'>,
  replays: readonly Replay[],
  nowMs: number,
): Promise<void> {
  const rows = replays.map(({ original, read }) => ({
    archive: source.table,
    topic: original.topic,
    partition: original.partition,
    offset: original.offset,
    arrived_at: instantText(original.timestampMs),
    read_epoch: read.epoch,
    read_partition: read.partition,
    read_offset: read.offset,
    recorded_at: instantText(nowMs),
  }));
  if (rows.length > 0) await store.insertRows(REPLAYS_TABLE, rows);
}

/**
 * The keys of those originals that the archive holds themselves, as records of the source's topics: a later reading took what an
 * earlier one had refused. Reads a few columns of the months that the event times are in.
 */
export async function archivedOriginals(
  store: OfflineStore,
  source: Pick<EventSource, 'table' | 'topic' | 'otherTopics' | 'eventTime'>,
  originals: readonly { readonly original: OriginalPosition; readonly eventTimeMs: number }[],
): Promise<ReadonlySet<string>> {
  const held = new Set<string>();
  const topics = topicsOf(source);
  const own = originals.filter(({ original }) => topics.includes(original.topic));
  const numberOf = ({ topic, partition }: OriginalPosition) =>
    partitionNumber(topics.indexOf(topic), partition);
  for (let at = 0; at < own.length; at += MAX_ASKED) {
    const asked = own.slice(at, at + MAX_ASKED);
    const rows = await store.rows<{ log: number; offset: number; timestampMs: number }>(heldSql(source), {
      times: [...new Set(asked.map(({ eventTimeMs }) => eventTimeMs))],
      logs: asked.map(({ original }) => FIRST_PARTITION_LOG + numberOf(original)),
      offsets: asked.map(({ original }) => original.offset),
    });
    for (const { log, offset, timestampMs } of rows) {
      const { topic, partition } = numberedPartition(source, log - FIRST_PARTITION_LOG);
      held.add(originalKey({ topic, partition, offset, timestampMs }));
    }
  }
  return held;
}

/** Above these bits an archived offset has the epoch of its topic, which a replay does not know (docs/CODEC.md); the time of arrival tells originals apart. */
const OFFSETS_PER_EPOCH = 2 ** 40;

function heldSql({ table, eventTime }: Pick<EventSource, 'table' | 'eventTime'>): string {
  const { log, offset, arrivedAt } = POSITION_COLUMNS;
  return `
    SELECT ${log} AS log, toFloat64(${offset} % ${OFFSETS_PER_EPOCH}) AS offset, toFloat64(toUnixTimestamp64Milli(${arrivedAt})) AS timestampMs
    FROM ${quoteName(table)}
    WHERE ${quoteName(eventTime)} IN (SELECT fromUnixTimestamp64Milli(arrayJoin({times:Array(Int64)}), 'UTC'))
      AND (${log}, ${offset} % ${OFFSETS_PER_EPOCH}) IN (
        SELECT arrayJoin(arrayZip({logs:Array(UInt16)}, {offsets:Array(UInt64)})))`;
}
