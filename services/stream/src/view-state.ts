/** The state of one view in a writer's memory: a bounded cache of stream lists over Redis. No I/O. */
import {
  LaneEvaluator,
  RowMemory,
  StreamList,
  type StreamParts,
  storedExpiryMs,
  tieOf,
  type ViewLayout,
} from '@forebay/algebra';
import { encodeEntityKey, type Hash64, type JoinKeyValue, MINUTE_MS } from '@forebay/contract';
import { MAX_UNKEYED_PARTITIONS } from '@forebay/definitions';
import { bucketOf, type StreamKeys, streamKeys } from '@forebay/online-store';
import { type ApplyCounts, type ApplyTerms, COUNT, newApplyCounts } from './apply-counts';
import { CachedEntity } from './cached-entity';
import type { EventChunk, SourceEvent } from './event-chunk';
import { tidy } from './tidy-list';

/** A view reads one source, so its fences have one source slot. */
const SOURCE_SLOT = 0;
/** What an entity takes beside its list, about: two objects, its key, its place in a map. */
const ENTITY_BYTES = 220;
/** Flushes since an entity was used, for eviction: what is older is equally old. */
export const MAX_AGE = 1_023;
/** A cached entity is forgotten so long before its stored value may expire. */
const FORGET_BEFORE_EXPIRY_MINUTES = 10;

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
  /**
   * Which record completes a pair depends on the order in which topics are read, so fences do not say which pairs a value holds: their
   * ids do.
   */
  readonly #isPaired: boolean;
  /** Of the event at hand. */
  readonly #keyValues: JoinKeyValue[];
  #memory = new RowMemory();
  #dirty: CachedEntity[] = [];
  #held = 0;
  #sizeBytes = 0;
  /** What became of events since a flush took the counts. */
  counts: ApplyCounts = newApplyCounts();
  /** Buckets whose events it takes; null: all. */
  fedIn: ReadonlySet<number> | null = null;

  constructor(
    layout: ViewLayout,
    readonly buckets: number,
    private readonly exactWithinMs = 0,
  ) {
    this.layout = layout;
    this.ttlMs = storedExpiryMs(layout);
    this.#evaluator = new LaneEvaluator(layout);
    this.#tieOf = tieOf(layout.source);
    this.#isPaired = layout.source.pairing !== undefined;
    this.#keyValues = new Array<JoinKeyValue>(layout.keyIndexes.length).fill('');
    this.#choosesByDerived =
      layout.filter !== null || layout.keyIndexes.some((index) => index >= layout.sourceFieldCount);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** How many are in memory. */
  get entities(): number {
    return this.#held;
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

  /**
   * The entity that an event belongs to; null: a join key is null, or the view's filter excludes the event. One whose value is not
   * in memory, or about to expire in the store, is added to `missing`, once: it must be loaded before events are applied.
   */
  entityOf({ row }: SourceEvent, nowMs: number, missing: string[]): CachedEntity | null {
    const { counts } = this;
    const { filter, keyIndexes } = this.layout;
    if (this.#choosesByDerived) this.#evaluator.derive(row);
    if (filter !== null && filter.evaluate(row) !== true) {
      counts.filtered++;
      return null;
    }
    for (let i = 0; i < keyIndexes.length; i++) {
      const value = row[keyIndexes[i] as number];
      if (value === null || value === undefined) {
        counts.nullKeys++;
        return null;
      }
      this.#keyValues[i] = value;
    }
    const key = encodeEntityKey(this.#keyValues);
    if (this.fedIn !== null && !this.fedIn.has(this.bucketOf(key))) return null;
    return this.find(key, nowMs, missing);
  }

  /** The entity of a key, as `entityOf` gives it. */
  find(key: string, nowMs: number, missing: string[]): CachedEntity {
    let cached = this.#entities.get(key);
    if (cached === undefined) {
      cached = new CachedEntity(this, key, this.bucketOf(key));
      this.#entities.set(key, cached);
      missing.push(key);
    } else this.#dropExpiring(cached, nowMs, missing);
    return cached;
  }

  #dropExpiring(cached: CachedEntity, nowMs: number, missing: string[]): void {
    if (cached.expiresAtMinute - FORGET_BEFORE_EXPIRY_MINUTES > nowMs / MINUTE_MS) return;
    if (cached.dirty || !cached.isLoaded) return;
    this.#hold(cached, null);
    missing.push(cached.key);
  }

  /** Whether it takes the same events as another view, by the same keys. */
  choosesAs(other: ViewState): boolean {
    if (this.fedIn !== null || other.fedIn !== null) return false;
    const { layout } = this;
    const { derived, filter, keyIndexes } = other.layout;
    // a filter may name derived columns, which are each view's own
    if (derived.length > 0 || layout.derived.length > 0) return false;
    if (filter?.canonical !== layout.filter?.canonical || keyIndexes.length !== layout.keyIndexes.length)
      return false;
    return keyIndexes.every((index, i) => index === layout.keyIndexes[i]);
  }

  /** The entity of an event, as `entityOf` gives it, by that of a view that chooses as this one. */
  twinOf(other: CachedEntity, nowMs: number, missing: string[]): CachedEntity {
    const { twin } = other;
    if (twin?.isKept && twin.view === this) {
      this.#dropExpiring(twin, nowMs, missing);
      return twin;
    }
    const found = this.find(other.key, nowMs, missing);
    other.twin = found;
    return found;
  }

  /** Takes stored parts into memory, in place of what was there. */
  load(key: string, parts: StreamParts): CachedEntity {
    const cached = this.find(key, Number.NEGATIVE_INFINITY, []);
    const list = StreamList.load(this.layout, parts, this.#memory);
    if (list.fences.length > MAX_UNKEYED_PARTITIONS) this.counts.spread++;
    const expires = this.ttlMs !== null && parts.main !== null;
    cached.expireAt(expires ? list.compactedSinceMs + this.ttlMs : Number.POSITIVE_INFINITY);
    this.#hold(cached, list);
    return cached;
  }

  /** The list of an entity that is in memory. */
  listOf(key: string): StreamList {
    return (this.#entities.get(key) as CachedEntity).list;
  }

  /** Adds one event to its entity, which is loaded, unless its fence says that it is in the value already. */
  apply(cached: CachedEntity, event: SourceEvent, chunk: EventChunk, terms: ApplyTerms): void {
    const { list } = cached;
    const { heldFromMs, counts } = terms;
    // an event at or after the list's clock has a row of its own, so the list can be read as of any time from its clock on
    const wMs = terms.wMs - this.exactWithinMs;
    const { offset, row } = event;
    cached.usedIn = terms.flush;
    if (!this.#isPaired && list.isApplied(SOURCE_SLOT, chunk.epoch, chunk.partition, offset)) {
      counts.duplicate++;
      return;
    }
    this.#evaluator.derive(row);
    this.#evaluator.take(row);
    const { origin } = event;
    this.#tieOf(row, origin?.partition ?? chunk.partition, origin?.offset ?? offset, this.#tie);
    if (!cached.dirty) tidy(list, wMs, heldFromMs);
    const outcome = list.add(this.#evaluator, event.eventTimeMs, this.#tie, wMs, heldFromMs, event.check);
    if (outcome === 'added') {
      counts.added++;
      if (!list.isApplied(SOURCE_SLOT, chunk.epoch, chunk.partition, offset))
        list.advanceFence(SOURCE_SLOT, chunk.epoch, chunk.partition, offset);
      this.#markDirty(cached);
    } else COUNT[outcome](counts);
    this.noteSize(cached);
  }

  /** Counts an entity's memory anew, after its list may have grown. */
  noteSize(cached: CachedEntity): void {
    const sizeBytes = cached.list.sizeBytes + ENTITY_BYTES;
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
    cached.expireAt(this.ttlMs === null ? Number.POSITIVE_INFINITY : nowMs + this.ttlMs);
  }

  /** The store is the truth of it again; it must be clean. */
  forget(cached: CachedEntity): void {
    this.#hold(cached, null);
    cached.isKept = false;
    this.#entities.delete(cached.key);
  }

  /** Forgets clean entities that have events of these partitions. */
  forgetPartitions(partitions: ReadonlySet<number>): void {
    for (const cached of this.#entities.values())
      if (!cached.dirty && cached.isLoaded && isFrom(cached.list, partitions)) this.forget(cached);
  }

  forgetAll(): void {
    for (const cached of this.#entities.values()) cached.isKept = false;
    this.#entities.clear();
    this.#memory = new RowMemory();
    this.#dirty = [];
    this.#held = 0;
    this.#sizeBytes = 0;
  }

  /** Adds to each age (flushes since the last use, as of flush `now`) the bytes of clean entities of that age. */
  addAges(now: number, bytesByAge: Float64Array): void {
    for (const { dirty, usedIn, sizeBytes } of this.#entities.values()) {
      const age = ageOf(usedIn, now);
      if (!dirty) bytesByAge[age] = (bytesByAge[age] as number) + sizeBytes;
    }
  }

  /** Forgets clean entities that are older than an age, until `enough` bytes are free; returns how many are. */
  evictOlder(now: number, age: number, enough = Number.POSITIVE_INFINITY): number {
    let freed = 0;
    for (const cached of this.#entities.values()) {
      if (freed >= enough) break;
      if (cached.dirty || ageOf(cached.usedIn, now) <= age) continue;
      freed += cached.sizeBytes;
      this.forget(cached);
    }
    return freed;
  }

  /** Only what is held counts. */
  #hold(cached: CachedEntity, list: StreamList | null): void {
    if (cached.isLoaded) this.#held--;
    cached.take(list);
    if (list !== null) {
      this.#held++;
      this.noteSize(cached);
      return;
    }
    this.#sizeBytes -= cached.sizeBytes;
    cached.sizeBytes = 0;
  }
}

function ageOf(usedIn: number, now: number): number {
  return Math.min(MAX_AGE, now - usedIn);
}

function isFrom({ fences }: StreamList, partitions: ReadonlySet<number>): boolean {
  return fences.some(({ partition }) => partitions.has(partition));
}
