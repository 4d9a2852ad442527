/**
 * The states of one component of variable length, of one entity at a time, in tiles of several widths: events are added in any order, and what lies
 * between two edges is folded from the widest tiles that fit.
 *
 * Events that come in order of time go into the narrowest open tile alone, and a wider tile is folded together once its time
 * has passed. A late event is added to every tile around it that is there already.
 */
import {
  edgeAt,
  edgeOf,
  type LaneInputs,
  newVariableState,
  type VariableComponent,
  type VariableState,
} from '@forebay/algebra';
import { floorTo, type Hash64 } from '@forebay/contract';
import type { Window } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { NO_STATE, StateLevel } from './state-level';
import { tileWidths } from './tile-widths';

const BEGINNING = Number.NEGATIVE_INFINITY;
const NO_TIE: Hash64 = { high: 0, low: 0 };

export class StateTiles {
  readonly #lane: number;
  /** Of the features that are made from the component. */
  readonly #windows: readonly Window[];
  /** Narrowest first. */
  readonly #levels: readonly StateLevel[];
  /** With a lifetime window: one row with all that the widest level gave up. */
  readonly #ancient: StateLevel | null;
  /** Scratch memory. */
  readonly #state: VariableState;
  #newestStartMs = BEGINNING;
  /** No later value is asked for before it. */
  #placeMs = BEGINNING;
  /** What is folded next lies before it. */
  #cursorMs = BEGINNING;

  constructor(component: VariableComponent, windows: readonly Window[]) {
    this.#lane = component.lane.index;
    this.#windows = windows;
    this.#levels = tileWidths(windows).map((widthMs) => new StateLevel(widthMs));
    const hasLifetime = windows.some(({ kind }) => kind === 'lifetime');
    this.#ancient = hasLifetime ? new StateLevel(Number.POSITIVE_INFINITY) : null;
    this.#state = newVariableState(component);
  }

  clear(): void {
    for (const level of this.#levels) level.clear();
    this.#ancient?.clear();
    this.#newestStartMs = BEGINNING;
    this.#placeMs = BEGINNING;
  }

  /** `placeMs`: from when on the event counts; from call to call it does not fall. An event that the lane does not take is none. */
  add(placeMs: number, eventTimeMs: number, tie: Hash64, inputs: LaneInputs): void {
    if (inputs.taken[this.#lane]) this.#put(placeMs, eventTimeMs, tie, inputs, NO_STATE);
  }

  /** The state of all events of a time that begins at `startMs`, in which no edge of a window lies for any t, nor a t itself. */
  addState(placeMs: number, startMs: number, state: Uint8Array): void {
    if (state.length > 0) this.#put(placeMs, startMs, NO_TIE, null, state);
  }

  /** An event (`inputs`), or a state instead; late ones go to every level that holds tiles of that time, from the narrowest on. */
  #put(placeMs: number, timeMs: number, tie: Hash64, inputs: LaneInputs | null, state: Uint8Array): void {
    this.#placeMs = placeMs;
    const finest = this.#levels[0] as StateLevel;
    const startMs = floorTo(timeMs, finest.widthMs);
    if (startMs < this.#newestStartMs) {
      this.#putLate(timeMs, tie, inputs, state);
      return;
    }
    if (startMs > this.#newestStartMs) {
      this.#advance(startMs);
      this.#append(0, startMs);
      this.#newestStartMs = startMs;
    }
    this.#addTo(finest, finest.tail - 1, timeMs, tie, inputs, state);
  }

  #addTo(
    level: StateLevel,
    row: number,
    timeMs: number,
    tie: Hash64,
    inputs: LaneInputs | null,
    state: Uint8Array,
  ): void {
    const held = level.states[row] as Uint8Array;
    const scratch = this.#state;
    if (inputs !== null) {
      const value = inputs.values[this.#lane] as Value;
      level.states[row] = scratch.addTo(held, value, timeMs, tie, inputs.categories[this.#lane] as Value);
      return;
    }
    scratch.reset();
    absorb(scratch, level.states, row, row + 1);
    scratch.absorb(state, 0, state.length);
    level.states[row] = scratch.encode();
  }

  #putLate(timeMs: number, tie: Hash64, inputs: LaneInputs | null, state: Uint8Array): void {
    for (let i = 0; i < this.#levels.length; i++) {
      const level = this.#levels[i] as StateLevel;
      const startMs = floorTo(timeMs, level.widthMs);
      if (i > 0 && startMs + level.widthMs > level.builtMs) return;
      if (startMs < level.fromMs) continue;
      const row = level.find(startMs);
      const there = row < level.tail && level.starts[row] === startMs;
      this.#addTo(level, there ? row : level.insert(row, startMs), timeMs, tie, inputs, state);
    }
    const widest = this.#levels.at(-1) as StateLevel;
    if (this.#ancient === null || floorTo(timeMs, widest.widthMs) >= widest.fromMs) return;
    this.#addTo(this.#ancient, this.#ancientRow(this.#ancient), timeMs, tie, inputs, state);
  }

  #ancientRow(ancient: StateLevel): number {
    return ancient.tail === 0 ? ancient.append(BEGINNING) : 0;
  }

  /** Folds together the wider tiles that end at or before the narrowest tile that is about to begin. */
  #advance(startMs: number): void {
    for (let i = 1; i < this.#levels.length; i++) {
      const level = this.#levels[i] as StateLevel;
      const builtMs = floorTo(startMs, level.widthMs);
      if (builtMs === level.builtMs) return; // nor does a tile end at a level above
      if (this.#newestStartMs !== BEGINNING) this.#build(i, builtMs);
      level.builtMs = builtMs;
    }
  }

  #build(index: number, untilMs: number): void {
    const level = this.#levels[index] as StateLevel;
    const children = this.#levels[index - 1] as StateLevel;
    const end = children.find(untilMs);
    for (let from = children.find(level.builtMs); from < end; ) {
      const startMs = floorTo(children.starts[from] as number, level.widthMs);
      let to = from + 1;
      while (to < end && (children.starts[to] as number) < startMs + level.widthMs) to++;
      this.#foldInto(level, this.#append(index, startMs), children, from, to, false);
      from = to;
    }
  }

  /** Folds rows of `source` into the row of `target`; `kept`: beside what stands there. */
  #foldInto(
    target: StateLevel,
    row: number,
    source: StateLevel,
    from: number,
    to: number,
    kept: boolean,
  ): void {
    const state = this.#state;
    state.reset();
    if (kept) absorb(state, target.states, row, row + 1);
    absorb(state, source.states, from, to);
    target.states[row] = state.encode();
  }

  #append(index: number, startMs: number): number {
    const level = this.#levels[index] as StateLevel;
    if (level.tail - level.head >= level.evictAt) this.#evict(index);
    return level.append(startMs);
  }

  /** Gives up tiles that no later value takes, and the next wider tile has taken in. */
  #evict(index: number): void {
    const level = this.#levels[index] as StateLevel;
    const wider = this.#levels[index + 1];
    const neededMs = this.#neededFrom(index);
    const fromMs =
      wider === undefined
        ? floorTo(neededMs, level.widthMs)
        : Math.min(wider.builtMs, floorTo(neededMs, wider.widthMs));
    if (wider === undefined && this.#ancient !== null) {
      const ancient = this.#ancient;
      const to = level.find(fromMs);
      if (to > level.head) this.#foldInto(ancient, this.#ancientRow(ancient), level, level.head, to, true);
    }
    level.dropBefore(fromMs);
    level.evictAt = Math.max(level.evictAt, 2 * (level.tail - level.head));
  }

  /** The oldest left edge, now or later, of a window whose edges lie on tiles of this width. */
  #neededFrom(index: number): number {
    const { widthMs } = this.#levels[index] as StateLevel;
    let oldest = this.#placeMs;
    for (const window of this.#windows) {
      if (window.kind === 'lifetime') continue;
      const edge = edgeOf(window);
      if (edge.hopMs <= widthMs) oldest = Math.min(oldest, edgeAt(edge, this.#placeMs));
    }
    return oldest;
  }

  /** The next `fold` goes down from here. `untilMs` is an edge, or later than every event. */
  foldFrom(untilMs: number): void {
    const { widthMs } = this.#levels[0] as StateLevel;
    this.#cursorMs = Math.min(untilMs, this.#newestStartMs + widthMs);
  }

  /** Folds what lies between the edge and where the last fold ended into the state. */
  fold(edgeMs: number, state: VariableState): void {
    const levels = this.#levels;
    let at = this.#cursorMs;
    while (at > edgeMs) {
      let index = 0;
      for (let next = levels[1]; next !== undefined; next = levels[index + 1]) {
        if (at > next.builtMs || at - next.widthMs < edgeMs || floorTo(at, next.widthMs) !== at) break;
        index++;
      }
      const level = levels[index] as StateLevel;
      const low = this.#lowest(index, at, edgeMs);
      const [from, to] = [level.find(low), level.find(at)];
      absorb(state, level.states, from, to);
      at = low;
    }
    this.#cursorMs = at;
    const ancient = this.#ancient;
    if (edgeMs !== BEGINNING || ancient === null || ancient.tail === 0) return;
    absorb(state, ancient.states, 0, 1);
  }

  /** How far down tiles of this width are taken: to the edge, or to where wider ones fit. */
  #lowest(index: number, at: number, edgeMs: number): number {
    const level = this.#levels[index] as StateLevel;
    const wider = this.#levels[index + 1];
    if (wider !== undefined) {
      const boundary = floorTo(at - level.widthMs, wider.widthMs);
      if (boundary - wider.widthMs >= edgeMs) return boundary;
    }
    return Math.ceil(edgeMs / level.widthMs) * level.widthMs;
  }
}

function absorb(state: VariableState, states: readonly Uint8Array[], from: number, to: number): void {
  for (let row = from; row < to; row++) {
    const bytes = states[row] as Uint8Array;
    if (bytes.length > 0) state.absorb(bytes, 0, bytes.length);
  }
}
