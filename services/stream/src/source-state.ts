/** The state of one source's views, and the chunks that are applied but not yet stored. No I/O. */
import type { ViewLayout } from '@forebay/algebra';
import type { EventChunk } from './event-chunk';
import {
  type ApplyCounts,
  type ApplyTerms,
  type CachedEntity,
  newApplyCounts,
  ViewState,
} from './view-state';

/** Entities of a view that the next chunk needs and memory does not hold. */
export interface Missing {
  readonly view: ViewState;
  readonly keys: readonly string[];
}

interface PendingChunk {
  readonly chunk: EventChunk;
  /** For each view, the entity key of each event; null: the view does not take the event. */
  readonly keys: readonly (readonly (string | null)[])[];
}

/** A chunk with its keys, ready to be applied once what is missing has been loaded. */
export interface PreparedChunk extends PendingChunk {
  readonly missing: readonly Missing[];
}

export class SourceState {
  readonly views: readonly ViewState[];
  counts: ApplyCounts = newApplyCounts();
  /** Ids of events from here on are held, and older events are left to the batch runs; −∞: all. */
  heldFromMs = Number.NEGATIVE_INFINITY;
  #pending: PendingChunk[] = [];
  #flush = 0;

  constructor(layouts: readonly ViewLayout[], buckets: number) {
    this.views = layouts.map((layout) => new ViewState(layout, buckets));
  }

  get sizeBytes(): number {
    return this.views.reduce((sum, view) => sum + view.sizeBytes, 0);
  }

  /** Finds the entities of a chunk. */
  prepare(chunk: EventChunk, nowMs: number): PreparedChunk {
    const keys = this.views.map((view) => chunk.events.map((event) => view.entityKeyOf(event, this.counts)));
    const missing = this.views.map((view, i) => ({
      view,
      keys: view.missing(keys[i] as (string | null)[], nowMs),
    }));
    return { chunk, keys, missing: missing.filter((entry) => entry.keys.length > 0) };
  }

  /** Applies a prepared chunk at clock w; everything that it needs is in memory. */
  apply(prepared: PreparedChunk, wMs: number): void {
    const { chunk, keys } = prepared;
    const terms = this.#termsOf(wMs, this.counts);
    for (const [v, view] of this.views.entries()) {
      const ofView = keys[v] as (string | null)[];
      for (let i = 0; i < ofView.length; i++) {
        const key = ofView[i];
        if (key !== null && key !== undefined)
          view.apply(key, chunk.events[i] as EventChunk['events'][number], chunk, terms);
      }
    }
    this.#pending.push({ chunk, keys });
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
  reapply(view: ViewState, key: string, wMs: number): void {
    const v = this.views.indexOf(view);
    const terms = this.#termsOf(wMs, newApplyCounts());
    for (const { chunk, keys } of this.#pending) {
      for (const [i, event] of chunk.events.entries()) {
        if (keys[v]?.[i] === key) view.apply(key, event, chunk, terms);
      }
    }
  }

  /** Everything pending is stored now. */
  settle(): void {
    this.#pending = [];
  }

  /** Forgets everything: the stored values and the checkpoint are the truth again. */
  reset(): void {
    this.#pending = [];
    for (const view of this.views) view.forgetAll();
  }

  /** Brings memory under the bound by forgetting clean entities, the longest unused first. */
  evict(maxBytes: number): void {
    for (let keep = 64; keep >= 1 && this.sizeBytes > maxBytes; keep >>= 1) {
      for (const view of this.views) view.evict(this.#flush - keep);
    }
  }
}
