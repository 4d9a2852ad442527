/**
 * Makes the stream value of one entity anew, from the archive, beside the stream service. What is stored stays until the new value
 * replaces it, whole and only if nobody has written it meanwhile.
 *
 * The new value's fences may not lie behind what the stream service has stored: it reads on from its checkpoint, and would not come
 * back for what lies between. So it has what lies before the stored value's fences and before the checkpoint; where no fence can be
 * read, what lies before the ends of the topic (nothing is stored), or of the archive, which has passed the checkpoint by then (what is
 * stored is damaged: the stream service waits with the entity's partition, so the archive may not come up to the end of the topic).
 */
import {
  contentCheck,
  idsHeldFrom,
  LaneEvaluator,
  StreamList,
  storedExpiryMs,
  tieOf,
  type ViewLayout,
} from '@forebay/algebra';
import { encodeEntityKey, ForebayError, formatDuration, type JoinKeyValue } from '@forebay/contract';
import { type Field, MAX_UNKEYED_PARTITIONS, recordFields } from '@forebay/definitions';
import { isTopicBeginning } from '@forebay/event-log';
import { type ArchivedEvent, archivedEvents, archivedUpTo, type OfflineStore } from '@forebay/offline-store';
import {
  bucketOf,
  FLUSH_APPLIED,
  loadStreamValues,
  oldestCheckpoint,
  oldestProgress,
  type RedisConnection,
  STREAM_TAIL_BYTES,
  type StoredStream,
  StreamWriter,
  streamKeys,
  WriteTokens,
} from '@forebay/online-store';
import { waitForArchive } from '../archive-wait';
import type { TopicReader } from '../topic-reader';

/** A view reads one source, so its fences have one source slot. Offsets carry the epoch of their topic, so fences need none. */
const SOURCE_SLOT = 0;
const EPOCH = 0;
const ALL_TIME = Number.NEGATIVE_INFINITY;
/** Events are read in pieces of so many. */
const PIECE_EVENTS = 1_000;
const POLL_MS = 50;

export interface EntityDependencies {
  readonly offline: OfflineStore;
  readonly redis: RedisConnection;
  readonly topics: TopicReader;
  readonly clock: () => number;
  /** How long the archive may take to hold what is stored. */
  readonly archiveDeadlineMs: number;
}

type Ends = ReadonlyMap<number, number>;

/** What an entity's value must not hold any more. */
export interface ErasedBefore {
  /** By partition of the source's topics: events before it are erased. */
  readonly ends: Ends;
  /** By partition that is read: up to there the archive has held all when the entity was erased. */
  readonly readEnds: Ends;
  /** How long the value that holds the place of the erased one is to last; null: for ever. */
  readonly keepMs: number | null;
}

export class EntityStreamValue {
  readonly #keys: ReturnType<typeof streamKeys>;
  readonly #key: string;
  readonly #writer: StreamWriter;
  readonly #tokens = new WriteTokens();

  constructor(
    private readonly dependencies: EntityDependencies,
    private readonly layout: ViewLayout,
    private readonly values: readonly JoinKeyValue[],
    private readonly erased: ErasedBefore | null = null,
  ) {
    const { redis } = dependencies;
    this.#key = encodeEntityKey(values);
    this.#keys = streamKeys(bucketOf(this.#key, redis.buckets), layout.view.id, {
      hasVariableParts: layout.variable.length > 0,
      hasIds: layout.source.dedupeMs !== null,
    });
    this.#writer = new StreamWriter(redis);
  }

  /** Resolves with whether there is a value. Throws `unavailable` if the archive is late, or the entity is written again and again. */
  async rebuild(signal: AbortSignal): Promise<boolean> {
    const { clock, archiveDeadlineMs } = this.dependencies;
    const giveUpAtMs = clock() + archiveDeadlineMs;
    for (;;) {
      signal.throwIfAborted();
      const [stored] = await loadStreamValues(this.dependencies.redis, this.#keys, [this.#key]);
      const tail = tailOf(stored as StoredStream);
      const ends = await this.#endsOf(stored as StoredStream, giveUpAtMs, signal);
      const fenced = stored?.rows === null ? new Map() : this.#fencesOf(stored as StoredStream);
      const list = await this.#fold(ends, fenced, signal);
      if (list.rows === 0 && stored?.rows === null && this.erased === null) return false;
      if (await this.#write(list, tail)) return true;
      if (clock() >= giveUpAtMs)
        throw new ForebayError(
          'unavailable',
          `view "${this.layout.view.name}": for ${formatDuration(archiveDeadlineMs)} events of the entity have come faster than the archive holds them; rebuild it when it is quieter, or rebuild the view`,
        );
    }
  }

  /** By partition, up to where the new value has events. */
  async #endsOf(stored: StoredStream, giveUpAtMs: number, signal: AbortSignal): Promise<Ends> {
    const { offline, redis, topics, clock, archiveDeadlineMs } = this.dependencies;
    const { source } = this.layout;
    if (stored.rows === null) {
      const archived = () => archivedUpTo(offline, source, EPOCH);
      const wait = { topics, archived, clock, deadlineMs: archiveDeadlineMs, signal };
      const partitions = await waitForArchive(source, wait);
      return new Map(partitions.map(({ partition, end }) => [partition, end]));
    }
    const fences = this.#fencesOf(stored);
    const checkpoint = await oldestCheckpoint(redis, source.id);
    // what lies before the checkpoint does not come again, whether the stored value has it or not
    const needed = new Map(
      [...(checkpoint?.offsets ?? [])].map((offset, i) => [i, Math.max(0, offset)] as const),
    );
    for (const [partition, end] of [...(fences ?? []), ...(this.erased?.readEnds ?? [])])
      needed.set(partition, Math.max(end, needed.get(partition) ?? 0));
    for (;;) {
      const ends = new Map(
        (await archivedUpTo(offline, source, EPOCH)).map(({ partition, end }) => [partition, end]),
      );
      const late = [...needed].find(([partition, end]) => end > 0 && (ends.get(partition) ?? 0) < end);
      if (late === undefined) return fences === null ? ends : needed;
      if (clock() >= giveUpAtMs)
        throw new ForebayError(
          'unavailable',
          `source "${source.name}": the archive does not hold partition ${late[0]} up to offset ${late[1]}, as the stored values do; is ClickHouse slow, or away from the stream service?`,
        );
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Null: the value is damaged. */
  #fencesOf({ rows, open, sealed, ids }: StoredStream): Ends | null {
    try {
      const list = StreamList.load(this.layout, { main: rows, open, sealed, ids });
      return new Map(list.fences.map(({ partition, offset }) => [partition, offset + 1]));
    } catch (thrown) {
      if (ForebayError.from(thrown).reason === 'corrupt_data') return null;
      throw thrown;
    }
  }

  /** @param fenced what the stored value has; null: that is not known */
  async #fold(ends: Ends, fenced: Ends | null, signal: AbortSignal): Promise<StreamList> {
    const { offline, redis, clock } = this.dependencies;
    const { layout } = this;
    const { source } = layout;
    const heldFromMs = idsHeldFrom(source, await oldestProgress(redis, source.id), EPOCH);
    const list = new StreamList(layout);
    const add = eventAdder(layout, this.#key);
    const wMs = clock();
    for (const [partition, to] of ends) {
      let hasErased = ends.size <= MAX_UNKEYED_PARTITIONS || (fenced?.has(partition) ?? true);
      const range = { partition, from: 0, to, sinceMs: ALL_TIME, having: this.#having() };
      for await (const events of archivedEvents(offline, source, range, PIECE_EVENTS)) {
        signal.throwIfAborted();
        for (const event of events) {
          if (this.#isErased(event, partition)) hasErased = true;
          else if (add(list, event, partition, wMs, heldFromMs))
            list.advanceFence(SOURCE_SLOT, EPOCH, partition, event.offset);
        }
      }
      // so that no event before it that a writer still has in memory comes into the value
      if (this.erased !== null && hasErased && !isTopicBeginning(to))
        list.advanceFence(SOURCE_SLOT, EPOCH, partition, to - 1);
    }
    if (list.rows > 0 || this.erased !== null) list.compact(wMs, heldFromMs);
    return list;
  }

  #isErased({ offset, origin }: ArchivedEvent, partition: number): boolean {
    if (this.erased === null) return false;
    return (origin?.offset ?? offset) < (this.erased.ends.get(origin?.partition ?? partition) ?? 0);
  }

  /** Join keys that are fields of the source: the archive is read for them alone. */
  #having(): { field: Field; value: string | number | bigint }[] {
    const { keyIndexes, sourceFieldCount, source } = this.layout;
    return keyIndexes.flatMap((index, i) => {
      const value = this.values[i];
      if (index >= sourceFieldCount || value === undefined || typeof value === 'boolean') return [];
      return [{ field: source.fields[index] as Field, value }];
    });
  }

  async #write(list: StreamList, tail: Uint8Array | null): Promise<boolean> {
    const write = list.takeWrite(this.#tokens.next());
    const { hasVariableParts } = this.#keys;
    const gone = hasVariableParts ? null : undefined;
    const statuses = await this.#writer.flush([
      {
        keys: this.#keys,
        entityKey: this.#key,
        expected: tail,
        value: write.value,
        valueSize: write.valueSize,
        patchFrom: null,
        ttlMs: this.#keepMs(),
        open: write.open ?? gone,
        sealed: write.sealed ?? gone,
        ids: write.ids,
      },
    ]);
    return statuses[0] === FLUSH_APPLIED;
  }

  #keepMs(): number | null {
    const storedMs = storedExpiryMs(this.layout);
    if (this.erased === null) return storedMs;
    const { keepMs } = this.erased;
    return storedMs === null || keepMs === null ? null : Math.max(storedMs, keepMs);
  }
}

/** Adds an event if it is one of the entity; returns whether it counts. */
function eventAdder(layout: ViewLayout, key: string) {
  const { source, keyIndexes } = layout;
  const evaluator = new LaneEvaluator(layout);
  const tie = { high: 0, low: 0 };
  const writeTie = tieOf(source);
  const eventTime = source.fields.findIndex(({ name }) => name === source.eventTime);
  const checked = recordFields(source).length;
  return (list: StreamList, event: ArchivedEvent, partition: number, wMs: number, heldFromMs: number) => {
    const { row, offset, origin } = event;
    const check = source.dedupeMs === null ? 0 : contentCheck(row, checked);
    evaluator.derive(row);
    const keys = keyIndexes.map((index) => row[index] ?? null);
    if (keys.includes(null) || encodeEntityKey(keys as JoinKeyValue[]) !== key) return false;
    if (!evaluator.evaluate(row)) return false;
    writeTie(row, origin?.partition ?? partition, origin?.offset ?? offset, tie);
    return list.add(evaluator, row[eventTime] as number, tie, wMs, heldFromMs, check) === 'added';
  };
}

/** By which it is told whether somebody has written the value; null: there is none. Of one that is shorter, all of it. */
function tailOf({ rows }: StoredStream): Uint8Array | null {
  return rows === null ? null : new Uint8Array(rows.subarray(Math.max(0, rows.length - STREAM_TAIL_BYTES)));
}
