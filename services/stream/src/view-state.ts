/** The state of one view in a writer's memory: a bounded cache of stream lists over Redis. No I/O. */
import {
  type AddOutcome,
  LaneEvaluator,
  StreamList,
  type StreamParts,
  type ViewLayout,
} from '@forebay/algebra';
import { encodeEntityKey, type Hash64, HOUR_MS, type JoinKeyValue, MINUTE_MS } from '@forebay/contract';
import { bucketOf, type StreamKeys, streamKeys } from '@forebay/online-store';
import type { EventChunk, SourceEvent } from './event-chunk';
import { tieOf } from './tie';

/** A view reads one source, so its fences have one source slot. */
const SOURCE_SLOT = 0;
/** A cached entity is forgotten so long before its stored value may expire. */
const FORGET_BEFORE_EXPIRY_MS = 10 * MINUTE_MS;
/** Room in a stored value's expiry for compactions that come once an hour at most, and for skewed clocks. */
const EXPIRY_MARGIN_MS = 2 * HOUR_MS;

export interface CachedEntity {
  readonly key: string;
  readonly bucket: number;
  list: StreamList;
  dirty: boolean;
  expiresAtMs: number;
  /** The flush in which it was last used, for eviction. */
  usedIn: number;
  /** What it counts for in the view's size. */
  sizeBytes: number;
}

/** What became of the events that a view was given. */
export interface ApplyCounts {
  added: number;
  tooLate: number;
  /** Records that came again, and copies by their event id, those that differ among them. */
  duplicate: number;
  differing: number;
  /** Older than the ids that are held, by which their copies would be known. */
  beyondDedupe: number;
  filtered: number;
  nullKeys: number;
}

export const newApplyCounts = (): ApplyCounts => ({
  added: 0,
  tooLate: 0,
  duplicate: 0,
  differing: 0,
  beyondDedupe: 0,
  filtered: 0,
  nullKeys: 0,
});

/** What events are applied by. */
export interface ApplyTerms {
  /** The writer's clock. */
  readonly wMs: number;
  /** Ids of events from here on are held; −∞: all. */
  readonly heldFromMs: number;
  /** The flush that will write them. */
  readonly flush: number;
  readonly counts: ApplyCounts;
}

const COUNT = {
  added: (counts) => counts.added++,
  too_late: (counts) => counts.tooLate++,
  duplicate: (counts) => counts.duplicate++,
  differs: (counts) => {
    counts.duplicate++;
    counts.differing++;
  },
  beyond_dedupe: (counts) => counts.beyondDedupe++,
} as const satisfies Record<AddOutcome, (counts: ApplyCounts) => void>;

export class ViewState {
  readonly layout: ViewLayout;
  /** Expiry of stored values, ms from a whole write; null: none. */
  readonly ttlMs: number | null;
  readonly #entities = new Map<string, CachedEntity>();
  /** By bucket, made when it is first needed. */
  readonly #keys: StreamKeys[] = [];
  readonly #evaluator: LaneEvaluator;
  readonly #tie: Hash64 = { high: 0, low: 0 };
  readonly #tieOf: ReturnType<typeof tieOf>;
  /** Whether the entity of an event may depend on derived columns: through the filter, or a join key. */
  readonly #choosesByDerived: boolean;
  #dirty: CachedEntity[] = [];
  #sizeBytes = 0;

  constructor(
    layout: ViewLayout,
    readonly buckets: number,
  ) {
    this.layout = layout;
    this.ttlMs = expiryOf(layout);
    this.#evaluator = new LaneEvaluator(layout);
    this.#tieOf = tieOf(layout.source);
    this.#choosesByDerived =
      layout.filter !== null || layout.keyIndexes.some((index) => index >= layout.sourceFieldCount);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get entities(): number {
    return this.#entities.size;
  }

  get dirty(): readonly CachedEntity[] {
    return this.#dirty;
  }

  keysIn(bucket: number): StreamKeys {
    const known = this.#keys[bucket];
    if (known !== undefined) return known;
    const { layout } = this;
    const made = streamKeys(bucket, layout.view.id, {
      hasVariableParts: layout.variable.length > 0,
      hasIds: layout.source.dedupeMs !== null,
    });
    this.#keys[bucket] = made;
    return made;
  }

  bucketOf(key: string): number {
    return bucketOf(key, this.buckets);
  }

  /** The entity that an event belongs to; null: a join key is null, or the view's filter excludes the event. */
  entityKeyOf(event: SourceEvent, counts: ApplyCounts): string | null {
    const { layout } = this;
    if (this.#choosesByDerived) this.#evaluator.derive(event.row);
    if (layout.filter !== null && layout.filter.evaluate(event.row) !== true) {
      counts.filtered++;
      return null;
    }
    const values: JoinKeyValue[] = [];
    for (const index of layout.keyIndexes) {
      const value = event.row[index];
      if (value === null || value === undefined) {
        counts.nullKeys++;
        return null;
      }
      values.push(value);
    }
    return encodeEntityKey(values);
  }

  /** The distinct keys that are not in memory, or whose stored value is about to expire. */
  missing(keys: readonly (string | null)[], nowMs: number): string[] {
    const missing = new Set<string>();
    for (const key of keys) {
      if (key === null || missing.has(key)) continue;
      const cached = this.#entities.get(key);
      if (cached !== undefined && !cached.dirty && cached.expiresAtMs - FORGET_BEFORE_EXPIRY_MS <= nowMs)
        this.#forget(cached);
      if (!this.#entities.has(key)) missing.add(key);
    }
    return [...missing];
  }

  /** Takes stored parts into memory, in place of what was there. */
  load(key: string, parts: StreamParts): CachedEntity {
    const held = this.#entities.get(key);
    if (held !== undefined) this.#forget(held);
    const list = StreamList.load(this.layout, parts);
    const expiresAtMs =
      this.ttlMs === null || parts.main === null
        ? Number.POSITIVE_INFINITY
        : list.compactedSinceMs + this.ttlMs;
    const bucket = this.bucketOf(key);
    const cached: CachedEntity = {
      key,
      bucket,
      list,
      expiresAtMs,
      dirty: false,
      usedIn: 0,
      sizeBytes: 0,
    };
    this.#entities.set(key, cached);
    this.noteSize(cached);
    return cached;
  }

  /** The list of an entity that is in memory. */
  listOf(key: string): StreamList {
    return (this.#entities.get(key) as CachedEntity).list;
  }

  /** Adds one event to an entity that is in memory, unless its fence says that it is in the value already. */
  apply(key: string, event: SourceEvent, chunk: EventChunk, terms: ApplyTerms): void {
    const cached = this.#entities.get(key) as CachedEntity;
    const { list } = cached;
    const { wMs, heldFromMs, counts } = terms;
    cached.usedIn = terms.flush;
    if (list.isApplied(SOURCE_SLOT, chunk.epoch, chunk.partition, event.offset)) {
      counts.duplicate++;
      return;
    }
    this.#evaluator.derive(event.row);
    if (!this.#evaluator.evaluate(event.row)) return;
    this.#tieOf(event.row, chunk.partition, event.offset, this.#tie);
    if (!cached.dirty) tidy(list, wMs, heldFromMs);
    const outcome = list.add(this.#evaluator, event.eventTimeMs, this.#tie, wMs, heldFromMs, event.check);
    COUNT[outcome](counts);
    if (outcome === 'added') {
      list.advanceFence(SOURCE_SLOT, chunk.epoch, chunk.partition, event.offset);
      this.#markDirty(cached);
    }
    this.noteSize(cached);
  }

  /** Counts an entity's memory anew, after its list may have grown. */
  noteSize(cached: CachedEntity): void {
    const { sizeBytes } = cached.list;
    this.#sizeBytes += sizeBytes - cached.sizeBytes;
    cached.sizeBytes = sizeBytes;
  }

  #markDirty(cached: CachedEntity): void {
    if (cached.dirty) return;
    cached.dirty = true;
    this.#dirty.push(cached);
  }

  /** Hands over the dirty entities, which count as clean from now on. */
  takeDirty(): CachedEntity[] {
    const taken = this.#dirty;
    for (const cached of taken) cached.dirty = false;
    this.#dirty = [];
    return taken;
  }

  /** After a whole write the stored value lives for the full expiry again. */
  noteWholeWrite(cached: CachedEntity, nowMs: number): void {
    cached.expiresAtMs = this.ttlMs === null ? Number.POSITIVE_INFINITY : nowMs + this.ttlMs;
  }

  /** Forgets clean entities that were not used since flush `before`. */
  evict(before: number): void {
    for (const cached of this.#entities.values())
      if (!cached.dirty && cached.usedIn < before) this.#forget(cached);
  }

  forgetAll(): void {
    this.#entities.clear();
    this.#dirty = [];
    this.#sizeBytes = 0;
  }

  #forget(cached: CachedEntity): void {
    this.#entities.delete(cached.key);
    this.#sizeBytes -= cached.sizeBytes;
  }
}

/** Before the first change of a flush: what would make its write, or all later ones, larger than need be. */
function tidy(list: StreamList, wMs: number, heldFromMs: number): void {
  if (list.needsCompaction(wMs)) list.compact(wMs, heldFromMs);
  else if (list.needsSealing) list.seal();
}

function expiryOf(layout: ViewLayout): number | null {
  const { view, source, hasLifetime } = layout;
  if (view.batch === null && hasLifetime) return null;
  const horizonMs = view.batch === null ? 0 : view.batch.horizonMs + view.batch.cutHopMs;
  const longest = layout.edges.reduce((held, edge) => Math.max(held, edge.lengthMs + edge.hopMs), 0);
  const heldMs = view.batch === null ? longest : horizonMs;
  return EXPIRY_MARGIN_MS + source.maxClockSkewMs + Math.max(heldMs, view.stream?.retentionMs ?? 0);
}
