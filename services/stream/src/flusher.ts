/** Writes the dirty entities of a source to Redis, and resolves conflicts with other writers. */
import type { StreamList } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import {
  type CheckpointGuard,
  FLUSH_CONFLICT,
  loadStreamValues,
  type RedisConnection,
  SINGLE_NODE_BUCKETS,
  type StreamWrite,
  StreamWriter,
} from '@forebay/online-store';
import { allOf, byBucket } from './by-bucket';
import type { SourceState } from './source-state';
import type { CachedEntity, ViewState } from './view-state';
import { WriteTokens } from './write-tokens';

/** More rounds than this mean that two writers fight over the same entities: the partitions have another owner. */
const MAX_CONFLICT_ROUNDS = 8;

const NO_BUCKETS: ReadonlySet<number> = new Set();
const ONLY_BUCKET: ReadonlySet<number> = new Set([0]);

interface Pending {
  readonly view: ViewState;
  readonly entity: CachedEntity;
}

export interface FlushReport {
  readonly values: number;
  readonly conflicts: number;
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

export class Flusher {
  readonly #writer: StreamWriter;
  readonly #tokens = new WriteTokens();

  constructor(private readonly connection: RedisConnection) {
    this.#writer = new StreamWriter(connection);
  }

  /** Takes entities into memory that the state misses. */
  async load(view: ViewState, keys: readonly string[]): Promise<void> {
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
    let conflicts = 0;
    for (let round = 0; dirty.length > 0; round++) {
      terms.check();
      const lost = await this.#write(dirty, terms);
      if (lost.length === 0) break;
      conflicts += lost.length;
      if (round === MAX_CONFLICT_ROUNDS) {
        throw new ForebayError(
          'conflict',
          `${lost.length} values are still in conflict after ${MAX_CONFLICT_ROUNDS} rounds: another writer owns them`,
        );
      }
      await this.#reload(state, lost, terms.clock());
      dirty = this.#takeDirty(state);
    }
    return { values, conflicts, buckets };
  }

  #bucketsOf(pending: readonly Pending[]): ReadonlySet<number> {
    if (this.connection.buckets === SINGLE_NODE_BUCKETS) return pending.length > 0 ? ONLY_BUCKET : NO_BUCKETS;
    return new Set(pending.map(({ entity }) => entity.bucket));
  }

  #takeDirty(state: SourceState): Pending[] {
    return state.takeDirty().flatMap(({ view, entities }) => entities.map((entity) => ({ view, entity })));
  }

  async #write(dirty: readonly Pending[], { clock, guardOf }: FlushTerms): Promise<Pending[]> {
    const nowMs = clock();
    const lost: Pending[] = [];
    const write = async (bucket: number, pending: readonly Pending[]) => {
      const writes = pending.map(({ view, entity }) => this.#writeOf(view, entity));
      const statuses = await this.#writer.flush(writes, guardOf(bucket));
      for (const [i, one] of pending.entries()) {
        if (statuses[i] === FLUSH_CONFLICT) lost.push(one);
        else if (writes[i]?.patchFrom === null) one.view.noteWholeWrite(one.entity, nowMs);
      }
    };
    const groups = byBucket(dirty, this.connection.buckets, ({ entity }) => entity.bucket);
    await allOf(groups.map(({ bucket, items }) => write(bucket, items)));
    return lost;
  }

  #writeOf(view: ViewState, entity: CachedEntity): StreamWrite {
    const write = entity.list.takeWrite(this.#tokens.next());
    view.noteSize(entity);
    return {
      keys: view.keysIn(entity.bucket),
      entityKey: entity.key,
      expected: write.expected,
      value: write.value,
      valueSize: write.valueSize,
      patchFrom: write.patchFrom,
      ttlMs: view.ttlMs,
      ...(write.open === null ? {} : { open: write.open }),
      ...(write.sealed === null ? {} : { sealed: write.sealed }),
      ids: write.ids,
    };
  }

  async #reload(state: SourceState, lost: readonly Pending[], wMs: number): Promise<void> {
    for (const view of state.views) {
      const mine = lost.filter((pending) => pending.view === view);
      if (mine.length === 0) continue;
      const believed = new Map(mine.map(({ entity }) => [entity.key, entity.list.believedFences]));
      await this.load(
        view,
        mine.map(({ entity }) => entity.key),
      );
      for (const { entity } of mine) {
        const list = view.listOf(entity.key);
        if (isBehind(list, believed.get(entity.key) ?? [])) throw new StoredBehind(view.layout.view.name);
        state.reapply(view, entity.key, wMs);
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
