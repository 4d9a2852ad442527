/** Asks how far the reading of a source is. */
import { DAY_MS } from '@forebay/contract';
import { asRead, type EventSource, numberedPartition, topicsOf } from '@forebay/definitions';
import { deadLetterTopic } from '@forebay/event-log';
import { archivedUpTo, type Load, listLoads } from '@forebay/offline-store';
import { oldestCheckpoint, oldestProgress, readMemberStatuses } from '@forebay/online-store';
import { heldBySource } from '../held-by-source';
import type { Servers } from '../servers';
import { type Answer, answer, mapAnswer } from './answer';
import { type MembersStatus, membersStatus } from './member-status';

/** Of fences, which need none: offsets carry the epoch of their topic. */
const EPOCH = 0;
/** Dead letters of so long are counted. */
export const LETTERS_SINCE_MS = DAY_MS;

export interface PartitionStatus {
  readonly topic: string;
  readonly partition: number;
  /** What it is called in checkpoints and in the archive. */
  readonly number: number;
  /** As they are kept, with the epoch of the topic. */
  readonly lowOffset: number;
  readonly endOffset: number;
}

export type SourceKind = 'event source' | 'joined source' | 'sequence source';

export interface SourceStatus {
  readonly project: string;
  readonly source: string;
  readonly kind: SourceKind;
  /** The first of them; empty for a source that is made of others. */
  readonly topic: string;
  /** All that are read for it. */
  readonly topics: readonly string[];
  /** Of a joined or sequence source: those that it is made of. */
  readonly inputs: readonly string[];
  /** Fields that are looked up. */
  readonly enriched: readonly string[];
  /** The internal topic through which it is re-keyed; null: it is not. */
  readonly rekeyedBy: string | null;
  readonly maxStalenessMs: number;
  /** Whether any view is fed by the stream of it, or any source is made of it: else nobody reads it. */
  readonly isRead: boolean;
  /** Of a source that is made of others, nothing: what members say of their lags is of the topics of those. */
  readonly partitions: Answer<readonly PartitionStatus[]>;
  /** The next offset to read, by partition; −1: nothing was read. `progressMs`: null where it is not known. */
  readonly stream: Answer<StreamStatus>;
  /** By partition, the offset up to which the archive has everything; and the loads of history. */
  readonly archive: Answer<{
    readonly end: Readonly<Record<number, number>>;
    readonly loads: readonly Load[];
  }>;
  /** Dead letters that were written within LETTERS_SINCE_MS; null: they are those of its inputs. */
  readonly deadLetters: Answer<number | null>;
}

export interface StreamStatus extends Pick<MembersStatus, 'members' | 'recent' | 'uncopied'> {
  readonly checkpoint: readonly number[];
  readonly progressMs: number | null;
}

/** A source, and what its members tell of views. */
export interface ReadSource {
  readonly status: SourceStatus;
  readonly views: Pick<MembersStatus, 'memory' | 'madeAnew'>;
}

/** What is asked of a source, and what is known of it. */
export interface AskedSource {
  readonly project: string;
  readonly source: EventSource;
  readonly isRead: boolean;
}

export async function readSource(
  servers: Servers,
  { project, source, isRead }: AskedSource,
  nowMs: number,
): Promise<ReadSource> {
  const { pairing } = source;
  const [partitions, stream, archive, deadLetters] = await Promise.all([
    answer(async () => (pairing === undefined ? readPartitions(servers, source) : [])),
    answer(() => readStream(servers, source)),
    answer(() => readArchive(servers, source)),
    answer(async () => (pairing === undefined ? countLetters(servers, source, nowMs) : null)),
  ]);
  const status: SourceStatus = {
    project,
    source: source.name,
    kind: kindOf(source),
    topic: source.topic,
    topics: inputsOf(source).flatMap(topicsOf),
    inputs: pairing === undefined ? [] : inputsOf(source).map(({ name }) => name),
    enriched: (source.enrichments ?? []).map(({ field }) => field),
    rekeyedBy: source.rekey?.topic ?? null,
    maxStalenessMs: source.maxStalenessMs,
    isRead,
    partitions,
    stream: mapAnswer(stream, ({ memory: _memory, madeAnew: _madeAnew, ...rest }) => rest),
    archive,
    deadLetters,
  };
  return { status, views: stream.ok ? stream.value : { memory: new Map(), madeAnew: new Map() } };
}

function kindOf({ pairing }: EventSource): SourceKind {
  if (pairing === undefined) return 'event source';
  return pairing.kind === 'join' ? 'joined source' : 'sequence source';
}

function inputsOf(source: EventSource): readonly EventSource[] {
  const { pairing } = source;
  if (pairing === undefined) return [source];
  return pairing.kind === 'join' ? [pairing.left, pairing.right] : [pairing.source];
}

async function readPartitions(servers: Servers, source: EventSource): Promise<PartitionStatus[]> {
  const held = await heldBySource(servers, source);
  const watermarks = [...held].sort(([a], [b]) => a - b);
  return watermarks.map(([number, { low, high }]) => {
    const { topic, partition } = numberedPartition(asRead(source), number);
    return { topic, partition, number, lowOffset: low, endOffset: high };
  });
}

async function readStream(servers: Servers, source: EventSource): Promise<StreamStatus & MembersStatus> {
  const redis = await servers.redis();
  const checkpoint = await oldestCheckpoint(redis, source.id);
  const progress = await oldestProgress(redis, source.id);
  const instants = [...(progress?.instantsMs ?? [])].filter(Number.isFinite);
  const smallest = instants.length === 0 ? 0 : Math.min(...instants);
  return {
    checkpoint: [...(checkpoint?.offsets ?? [])],
    progressMs: smallest === 0 ? null : smallest,
    ...membersStatus(await readMemberStatuses(redis, source.id)),
  };
}

async function readArchive(servers: Servers, source: EventSource) {
  if (source.pairing !== undefined) return { end: {}, loads: [] };
  const offline = await servers.offline();
  const archived = await archivedUpTo(offline, source, EPOCH);
  const end = Object.fromEntries(archived.map((entry) => [entry.partition, entry.end]));
  return { end, loads: await listLoads(offline, source) };
}

/** By offsets, without reading them; one that was written twice since its writer was killed in between counts twice. */
async function countLetters(servers: Servers, source: EventSource, nowMs: number): Promise<number> {
  const { admin } = await servers.eventLog();
  const topic = deadLetterTopic(source.topic);
  const ends = await admin.endOffsets(topic);
  const since = await admin.offsetsAt(topic, nowMs - LETTERS_SINCE_MS);
  return [...ends].reduce(
    (sum, [partition, end]) => sum + Math.max(0, end - (since.get(partition) ?? end)),
    0,
  );
}
