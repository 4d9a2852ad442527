/** The state of one source's views, and the chunks that are applied but not yet stored. No I/O. */
import type { ViewLayout } from '@forebay/algebra';
import { type ApplyCounts, type ApplyTerms, newApplyCounts } from './apply-counts';
import type { CachedEntity } from './cached-entity';
import type { EventChunk, SourceEvent } from './event-chunk';
import type { Feeding } from './feeding';
import { MAX_AGE, ViewState } from './view-state';

/** Entities of a view that the next chunk needs and memory does not hold. */
export interface Missing {
  readonly view: ViewState;
  readonly keys: readonly string[];
}

interface PendingChunk {
  readonly chunk: EventChunk;
  /** For each view, the entity of each event; null: the view does not take the event. */
  readonly entities: readonly (readonly (CachedEntity | null)[])[];
}

/** A chunk with its entities, ready to be applied once what is missing has been loaded. */
export interface PreparedChunk extends PendingChunk {
  readonly missing: readonly Missing[];
}

export class SourceState {
  /** Those that are fed. */
  views: readonly ViewState[];
  readonly #all: readonly ViewState[];
  /** Ids of events from here on are held, and older events are left to the batch runs; −∞: all. */
  heldFromMs = Number.NEGATIVE_INFINITY;
  #pending: PendingChunk[] = [];
  #flush = 0;

  /** @param exactWithinMs by view id: so long events stay apart, for look-ups at their time */
  constructor(
    layouts: readonly ViewLayout[],
    buckets: number,
    exactWithinMs: ReadonlyMap<number, number> = new Map(),
  ) {
    this.#all = layouts.map((layout) => new ViewState(layout, buckets, exactWithinMs.get(layout.view.id)));
    this.views = this.#all;
  }

  /** Whether events go to these views, in these buckets. */
  isFed(feeding: Feeding): boolean {
    if (feeding.size !== this.views.length) return false;
    return this.views.every(({ layout, fedIn }) => {
      const fed = feeding.get(layout.view.id);
      if (fed === undefined || fed === 'everywhere') return fed !== undefined && fedIn === null;
      return fedIn !== null && fed.size === fedIn.size && [...fed].every((bucket) => fedIn.has(bucket));
    });
  }

  /** From now on events go to these views only. Where that is another choice than before, everything is forgotten: read again from the checkpoint, in all partitions. */
  feed(feeding: Feeding): void {
    if (this.isFed(feeding)) return;
    this.reset();
    this.views = this.#all.filter(({ layout }) => feeding.has(layout.view.id));
    for (const view of this.views) {
      const fed = feeding.get(view.layout.view.id);
      view.fedIn = fed === undefined || fed === 'everywhere' ? null : fed;
    }
  }

  get sizeBytes(): number {
    return this.views.reduce((sum, view) => sum + view.sizeBytes, 0);
  }

  /** Finds the entities of a chunk. */
  prepare(chunk: EventChunk, nowMs: number): PreparedChunk {
    const missing: Missing[] = [];
    const entities: (readonly (CachedEntity | null)[])[] = [];
    let [filtered, nullKeys] = [0, 0];
    for (const [v, view] of this.views.entries()) {
      const keys: string[] = [];
      const before = this.views[v - 1];
      if (before !== undefined && view.choosesAs(before)) {
        entities.push(twinsOf(entities[v - 1] as readonly (CachedEntity | null)[], view, nowMs, keys));
        view.counts.filtered += filtered;
        view.counts.nullKeys += nullKeys;
      } else {
        const { counts } = view;
        const [filteredBefore, nullKeysBefore] = [counts.filtered, counts.nullKeys];
        entities.push(this.#chosenBy(view, chunk.events, nowMs, keys));
        filtered = counts.filtered - filteredBefore;
        nullKeys = counts.nullKeys - nullKeysBefore;
      }
      if (keys.length > 0) missing.push({ view, keys });
    }
    return { chunk, entities, missing };
  }

  #chosenBy(view: ViewState, events: readonly SourceEvent[], nowMs: number, missing: string[]) {
    const chosen = new Array<CachedEntity | null>(events.length);
    for (let i = 0; i < events.length; i++)
      chosen[i] = view.entityOf(events[i] as SourceEvent, nowMs, missing);
    return chosen;
  }

  /** Applies a prepared chunk at clock w; everything that it needs is in memory. */
  apply({ chunk, entities }: PreparedChunk, wMs: number): void {
    const { events } = chunk;
    for (let v = 0; v < entities.length; v++) {
      const view = this.views[v] as ViewState;
      const terms = this.#termsOf(wMs, view.counts);
      const ofView = entities[v] as readonly (CachedEntity | null)[];
      for (let i = 0; i < events.length; i++) {
        const entity = ofView[i] as CachedEntity | null;
        if (entity !== null) view.apply(entity, events[i] as SourceEvent, chunk, terms);
      }
    }
    this.#pending.push({ chunk, entities });
  }

  #termsOf(wMs: number, counts: ApplyCounts): ApplyTerms {
    return { wMs, heldFromMs: this.heldFromMs, flush: this.#flush, counts };
  }

  /** Hands over what a flush writes. */
  takeDirty(): { view: ViewState; entities: CachedEntity[] }[] {
    this.#flush++;
    return this.views.map((view) => ({ view, entities: view.takeDirty() }));
  }

  /** After a conflict and a fresh load: applies the pending events of one entity that its stored fence has not seen. */
  reapply(entity: CachedEntity, wMs: number): void {
    const { view } = entity;
    const v = this.views.indexOf(view);
    const terms = this.#termsOf(wMs, newApplyCounts());
    for (const { chunk, entities } of this.#pending) {
      const ofView = entities[v] as readonly (CachedEntity | null)[];
      for (let i = ofView.indexOf(entity); i >= 0; i = ofView.indexOf(entity, i + 1))
        view.apply(entity, chunk.events[i] as SourceEvent, chunk, terms);
    }
  }

  /** Everything pending is stored now. */
  settle(): void {
    this.#pending = [];
  }

  /** Forgets everything: the stored values and the checkpoint are the truth again. */
  reset(): void {
    this.#pending = [];
    for (const view of this.#all) view.forgetAll();
  }

  /** Forgets the entities with events of these partitions: another writer changes them from now on. Nothing may be pending. */
  forgetPartitions(partitions: ReadonlySet<number>): void {
    for (const view of this.views) view.forgetPartitions(partitions);
  }

  /** Brings memory under the bound by forgetting clean entities, the longest unused first. */
  evict(maxBytes: number): void {
    let excess = this.sizeBytes - maxBytes;
    if (excess <= 0) return;
    const bytesByAge = new Float64Array(MAX_AGE + 1);
    for (const view of this.views) view.addAges(this.#flush, bytesByAge);
    let age = MAX_AGE;
    for (let bytes = 0; age > 0 && bytes + (bytesByAge[age] as number) < excess; age--)
      bytes += bytesByAge[age] as number;
    for (const view of this.views) excess -= view.evictOlder(this.#flush, age);
    for (const view of this.views) excess -= view.evictOlder(this.#flush, age - 1, excess);
  }
}

function twinsOf(
  others: readonly (CachedEntity | null)[],
  view: ViewState,
  nowMs: number,
  missing: string[],
): readonly (CachedEntity | null)[] {
  const twins = new Array<CachedEntity | null>(others.length);
  for (let i = 0; i < others.length; i++) {
    const other = others[i] as CachedEntity | null;
    twins[i] = other === null ? null : view.twinOf(other, nowMs, missing);
  }
  return twins;
}
