/** Dead letters that come again: which of several replays of one record counts. The decision is pure; the shell asks the archive. */
import type { EventSource } from '@forebay/definitions';
import { type RecordHeaders, readReplayOrigin } from '@forebay/event-log';
import {
  archivedOriginals,
  countedReplays,
  type OfflineStore,
  type OriginalPosition,
  originalKey,
  type Replay,
  type ReplayPosition,
  recordReplays,
} from '@forebay/offline-store';
import type { RawRecord, ReadChunk } from './chunk-reader';
import type { EventChunk } from './event-chunk';

/** A replayed record that has become an event. */
export interface ReplayedEvent extends Replay {
  readonly eventTimeMs: number;
}

export interface ReplayFacts {
  /** By `originalKey`: the replay that is recorded as the one that counts. */
  readonly counted: ReadonlyMap<string, ReplayPosition>;
  /** By `originalKey`: the archive holds the original itself. */
  readonly archived: ReadonlySet<string>;
}

export interface ReplayDecision {
  /** Offsets of replays that must not count: another one does, or the original. */
  readonly refused: ReadonlySet<number>;
  /** To be recorded before anything of them counts. */
  readonly first: readonly Replay[];
}

/**
 * Of all replays of an original that one counts which was read first. So whoever reads the log again, after a crash or a rewind,
 * decides as the first reader did.
 */
export function decideReplays(replays: readonly ReplayedEvent[], facts: ReplayFacts): ReplayDecision {
  const counted = new Map(facts.counted);
  const refused = new Set<number>();
  const first: Replay[] = [];
  for (const { original, read } of replays) {
    const key = originalKey(original);
    const stands = counted.get(key);
    if (stands !== undefined) {
      if (!isSame(stands, read)) refused.add(read.offset);
      continue;
    }
    if (facts.archived.has(key)) {
      refused.add(read.offset);
      continue;
    }
    counted.set(key, read);
    first.push({ original, read });
  }
  return { refused, first };
}

function isSame(a: ReplayPosition, b: ReplayPosition): boolean {
  return a.epoch === b.epoch && a.partition === b.partition && a.offset === b.offset;
}

/** A record with its headers. */
export interface HeadedRecord extends RawRecord {
  readonly headers: RecordHeaders;
}

export interface ReplayGateOptions {
  readonly store: OfflineStore;
  readonly source: EventSource;
  readonly clock: () => number;
  /** Told how many replays of a chunk count, and how many do not. */
  readonly onDecided: (counted: number, refused: number) => void;
}

/** By offset: where the originals of records stood that were dead letters before. */
export type ReplayOrigins = ReadonlyMap<number, OriginalPosition>;

/** Lets each original count once, however often it is replayed. */
export class ReplayGate {
  constructor(private readonly options: ReplayGateOptions) {}

  /**
   * The chunk without the replays that must not count, of `originsOf` its records; a chunk without a replay, which is almost every
   * one, comes back at once. Throws `unavailable` when the archive does not answer: then nothing of the chunk may be applied.
   */
  async admit<R extends HeadedRecord>(
    origins: ReplayOrigins | null,
    read: ReadChunk<R>,
  ): Promise<ReadChunk<R>> {
    if (origins === null) return read;
    const replays = replayedEvents(read.chunk, origins);
    if (replays.length === 0) return read;
    const { store, source, clock, onDecided } = this.options;
    const counted = await countedReplays(
      store,
      source,
      replays.map(({ original }) => original),
    );
    const unknown = replays.filter(({ original }) => !counted.has(originalKey(original)));
    const archived = await archivedOriginals(store, source, unknown);
    const { refused, first } = decideReplays(replays, { counted, archived });
    await recordReplays(store, source, first, clock());
    onDecided(replays.length - refused.size, refused.size);
    return refused.size === 0 ? read : without(read, refused);
  }
}

/** Null: none of the records was a dead letter before. */
export function originsOf(records: readonly HeadedRecord[]): ReplayOrigins | null {
  let origins: Map<number, OriginalPosition> | null = null;
  for (const { headers, offset } of records) {
    const origin = readReplayOrigin(headers);
    if (origin === null) continue;
    origins ??= new Map();
    origins.set(offset, origin);
  }
  return origins;
}

function replayedEvents({ events, epoch, partition }: EventChunk, origins: ReplayOrigins): ReplayedEvent[] {
  return events.flatMap(({ offset, eventTimeMs }) => {
    const original = origins.get(offset);
    return original === undefined ? [] : [{ original, eventTimeMs, read: { epoch, partition, offset } }];
  });
}

function without<R extends RawRecord>(read: ReadChunk<R>, refused: ReadonlySet<number>): ReadChunk<R> {
  const { events } = read.chunk;
  const isKept = (i: number) => !refused.has((events[i] as EventChunk['events'][number]).offset);
  return {
    ...read,
    chunk: { ...read.chunk, events: events.filter((_, i) => isKept(i)) },
    arrivedAtMs: read.arrivedAtMs.filter((_, i) => isKept(i)),
  };
}
