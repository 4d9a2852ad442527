/** Writes the dirty entities of a source to Redis, and resolves conflicts with other writers. */
import { newPlacedWrite, type StreamList } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import {
  allOf,
  byBucket,
  type CheckpointGuard,
  FLUSH_CONFLICT,
  loadStreamValues,
  type RedisConnection,
  SINGLE_NODE_BUCKETS,
  type StreamWrite,
  StreamWriter,
  streamKeys,
  WriteTokens,
} from '@forebay/online-store';
import { endProcess } from '@forebay/service-kit';
import type { CachedEntity } from './cached-entity';
import { faultPoint, faultPointOnceSent, isFaultPass } from './fault-points';
import type { SourceState } from './source-state';
import type { ViewState } from './view-state';

/** More rounds than this mean that two writers fight over the same entities: the partitions have another owner. */
const MAX_CONFLICT_ROUNDS = 8;

const NO_KEYS = streamKeys(0, 0, { hasVariableParts: false, hasIds: false });
const NO_BUCKETS: ReadonlySet<number> = new Set();
const ONLY_BUCKET: ReadonlySet<number> = new Set([0]);

export interface FlushReport {
  readonly values: number;
  readonly conflicts: number;
  /** What was sent, conflicts included. */
  readonly bytes: number;
  /** Where values were written. */
  readonly buckets: ReadonlySet<number>;
}

export interface FlushTerms {
  readonly clock: () => number;
  /** The checkpoint that must stand when values of a bucket are written: else the server has lost some that were written before. */
  readonly guardOf: (bucket: number) => CheckpointGuard;
  /** Throws when nothing may be written any more. */
  readonly check: () => void;
}

/** A stored value is older than what this writer remembers: the server went back in time. */
export class StoredBehind extends ForebayError {
  constructor(view: string) {
    super(
      'conflict',
      `view "${view}": a stored value is behind what was written: going back to the checkpoint`,
    );
  }
}

/** The server may have lost what it had. */
export class StoreReconnected extends ForebayError {
  constructor(source: string) {
    super('conflict', `source "${source}": redis was reconnected, and may have lost its last writes`);
  }
}

export class Flusher {
  readonly #writer: StreamWriter;
  readonly #tokens = new WriteTokens();
  readonly #placed = newPlacedWrite();
  readonly #write: { -readonly [Field in keyof StreamWrite]: StreamWrite[Field] } = {
    keys: NO_KEYS,
    entityKey: '',
    expected: null,
    expectedAt: -1,
    value: this.#placed.memory,
    valueAt: 0,
    valueSize: 0,
    patchFrom: null,
    ttlMs: null,
    open: undefined,
    sealed: undefined,
    ids: null,
  };

  constructor(private readonly connection: RedisConnection) {
    this.#writer = new StreamWriter(connection);
  }

  /** Takes entities into memory that the state misses. */
  async load(view: ViewState, keys: readonly string[]): Promise<void> {
    faultPointOnceSent('entities-loading');
    const loads = byBucket(keys, view.buckets, (key) => view.bucketOf(key));
    await Promise.all(
      loads.map(async ({ bucket, items }) => {
        const stored = await loadStreamValues(this.connection, view.keysIn(bucket), items);
        for (const [i, key] of items.entries()) view.load(key, partsOf(stored[i]));
      }),
    );
  }

  /** Throws if the outcome is not known, or `StoredBehind`: then memory must be dropped and the topic read again. */
  async flush(state: SourceState, terms: FlushTerms): Promise<FlushReport> {
    let dirty = this.#takeDirty(state);
    const values = dirty.length;
    const buckets = this.#bucketsOf(dirty);
    const sentBefore = this.#writer.sentBytes;
    let conflicts = 0;
    for (let round = 0; dirty.length > 0; round++) {
      terms.check();
      faultPoint('flush-begun');
      const lost = await this.#writeAll(dirty, terms);
      if (lost.length === 0) break;
      conflicts += lost.length;
      faultPoint('conflict-found');
      if (round === MAX_CONFLICT_ROUNDS) {
        throw new ForebayError(
          'conflict',
          `${lost.length} values are still in conflict after ${MAX_CONFLICT_ROUNDS} rounds: another writer owns them`,
        );
      }
      await this.#reload(state, lost, terms.clock());
      dirty = this.#takeDirty(state);
    }
    return { values, conflicts, bytes: this.#writer.sentBytes - sentBefore, buckets };
  }

  #bucketsOf(pending: readonly CachedEntity[]): ReadonlySet<number> {
    if (this.connection.buckets === SINGLE_NODE_BUCKETS) return pending.length > 0 ? ONLY_BUCKET : NO_BUCKETS;
    return new Set(pending.map(({ bucket }) => bucket));
  }

  #takeDirty(state: SourceState): CachedEntity[] {
    const [first = [], ...others] = state.takeDirty().map(({ entities }) => entities);
    return others.length === 0 ? first : first.concat(...others);
  }

  async #writeAll(dirty: readonly CachedEntity[], { clock, guardOf }: FlushTerms): Promise<CachedEntity[]> {
    const nowMs = clock();
    const lost: CachedEntity[] = [];
    const write = async (bucket: number, pending: readonly CachedEntity[]) => {
      const whole = new Uint8Array(pending.length);
      const writeOf = (i: number) => {
        const write = this.#writeOf(pending[i] as CachedEntity);
        if (write.patchFrom === null) whole[i] = 1;
        return write;
      };
      if (isFaultPass('values-half-stored')) {
        await this.#writer.flushEach(bucket, Math.ceil(pending.length / 2), writeOf, guardOf(bucket));
        endProcess();
      }
      const writing = this.#writer.flushEach(bucket, pending.length, writeOf, guardOf(bucket));
      faultPointOnceSent('values-sent');
      const statuses = await writing;
      for (let i = 0; i < pending.length; i++) {
        const entity = pending[i] as CachedEntity;
        if (statuses[i] === FLUSH_CONFLICT) lost.push(entity);
        else if (whole[i] === 1) entity.view.noteWholeWrite(entity, nowMs);
      }
    };
    const groups = byBucket(dirty, this.connection.buckets, ({ bucket }) => bucket);
    await allOf(groups.map(({ bucket, items }) => write(bucket, items)));
    return lost;
  }

  /** The write of an entity, in an object that the next one uses again. */
  #writeOf(entity: CachedEntity): StreamWrite {
    const { view } = entity;
    const placed = this.#placed;
    entity.list.placeWrite(this.#tokens.next(), placed);
    view.noteSize(entity);
    const write = this.#write;
    write.keys = view.keysIn(entity.bucket);
    write.entityKey = entity.key;
    write.expected = placed.expectedAt < 0 ? null : placed.memory;
    write.expectedAt = placed.expectedAt;
    write.value = placed.memory;
    write.valueAt = placed.valueAt;
    write.valueSize = placed.valueSize;
    write.patchFrom = placed.patchFrom;
    write.ttlMs = view.ttlMs;
    write.open = placed.open ?? undefined;
    write.sealed = placed.sealed ?? undefined;
    write.ids = placed.ids;
    return write;
  }

  async #reload(state: SourceState, lost: readonly CachedEntity[], wMs: number): Promise<void> {
    for (const view of state.views) {
      const mine = lost.filter((entity) => entity.view === view);
      if (mine.length === 0) continue;
      const believed = mine.map(({ list }) => list.believedFences);
      await this.load(
        view,
        mine.map(({ key }) => key),
      );
      for (const [i, entity] of mine.entries()) {
        if (isBehind(entity.list, believed[i] as StreamList['fences']))
          throw new StoredBehind(view.layout.view.name);
        state.reapply(entity, wMs);
      }
    }
  }
}

/** Whether the stored value lacks anything that this writer believed to be stored. */
function isBehind(stored: StreamList, believed: StreamList['fences']): boolean {
  return believed.some(
    (fence) => !stored.isApplied(fence.source, fence.epoch, fence.partition, fence.offset),
  );
}

function partsOf(stored: Awaited<ReturnType<typeof loadStreamValues>>[number] | undefined) {
  const { rows = null, open = null, sealed = null, ids = null } = stored ?? {};
  return { main: rows, open, sealed, ids };
}
