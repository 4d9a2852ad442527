/** The fixed states of every window of a view, of one entity at a time. */
import { edgeOf, type FixedComponent, type LaneInputs, SlotAlgebra, type ViewLayout } from '@forebay/algebra';
import type { Hash64 } from '@forebay/contract';
import { MovingWindow } from './moving-window';
import { SlotLevel } from './slot-level';
import { TumblingWindow } from './tumbling-window';

type BoundedWindow = MovingWindow | TumblingWindow;

/** Tiles of one width, and the windows whose edges lie on them. */
interface LevelWindows {
  readonly level: SlotLevel;
  readonly windows: readonly BoundedWindow[];
}

export class FixedWindows {
  readonly #levels: readonly LevelWindows[];
  /** By window; of a lifetime window its events' state itself. */
  readonly #accs: readonly Float64Array[];
  readonly #lifetime: { readonly algebra: SlotAlgebra; readonly acc: Float64Array } | null;
  #lifetimeEvents = 0;

  constructor(layout: ViewLayout) {
    const accs: Float64Array[] = [];
    let lifetime: { algebra: SlotAlgebra; acc: Float64Array } | null = null;
    const byWidth = new Map<number, number[]>();
    for (const [i, window] of layout.windows.entries()) {
      if (window.kind === 'lifetime') {
        lifetime = {
          algebra: new SlotAlgebra(componentsOf(layout, [i])),
          acc: new Float64Array(layout.slotCount),
        };
        accs[i] = lifetime.acc;
      } else {
        const { hopMs } = edgeOf(window);
        byWidth.set(hopMs, [...(byWidth.get(hopMs) ?? []), i]);
      }
    }
    this.#levels = [...byWidth].map(([widthMs, members]) => {
      const level = new SlotLevel(new SlotAlgebra(componentsOf(layout, members)), widthMs, layout.slotCount);
      const windows = members.map((i) => {
        const window = newWindow(layout, i, level);
        accs[i] = window.acc;
        return window;
      });
      return { level, windows };
    });
    this.#accs = accs;
    this.#lifetime = lifetime;
    this.clear();
  }

  clear(): void {
    for (const { level, windows } of this.#levels) {
      level.clear();
      for (const window of windows) window.clear();
    }
    this.#lifetime?.algebra.reset(this.#lifetime.acc, 0);
    this.#lifetimeEvents = 0;
  }

  /** `placeMs`: from when on the event counts; from call to call it does not fall. */
  add(placeMs: number, eventTimeMs: number, tie: Hash64, inputs: LaneInputs): void {
    for (let i = 0; i < this.#levels.length; i++) {
      const { level, windows } = this.#levels[i] as LevelWindows;
      if (level.isDue) level.dropBefore(neededFrom(windows, placeMs));
      level.add(eventTimeMs, tie, inputs);
      for (let w = 0; w < windows.length; w++) (windows[w] as BoundedWindow).added(eventTimeMs, tie, inputs);
    }
    if (this.#lifetime === null) return;
    this.#lifetime.algebra.add(this.#lifetime.acc, 0, inputs, eventTimeMs, tie);
    this.#lifetimeEvents++;
  }

  /** The state of all events of a time that begins at `startMs`, in which no edge of a window lies for any t, nor a t itself. */
  addState(placeMs: number, startMs: number, state: Float64Array): void {
    for (const { level, windows } of this.#levels) {
      if (level.isDue) level.dropBefore(neededFrom(windows, placeMs));
      level.merge(startMs, state); // no window has come so far yet
    }
    if (this.#lifetime === null) return;
    this.#lifetime.algebra.merge(this.#lifetime.acc, 0, state, 0);
    this.#lifetimeEvents++;
  }

  /** Brings every window to t, which does not fall from call to call. Returns whether any has events. */
  moveTo(tMs: number): boolean {
    let found = this.#lifetimeEvents > 0;
    for (const { windows } of this.#levels) {
      for (let w = 0; w < windows.length; w++) if ((windows[w] as BoundedWindow).moveTo(tMs)) found = true;
    }
    return found;
  }

  /** The accumulator of a window at the last t; valid until the next. */
  accOf(window: number): Float64Array {
    return this.#accs[window] as Float64Array;
  }
}

function newWindow(layout: ViewLayout, index: number, level: SlotLevel): BoundedWindow {
  const window = layout.windows[index] as Exclude<ViewLayout['windows'][number], { kind: 'lifetime' }>;
  const algebra = new SlotAlgebra(componentsOf(layout, [index]));
  return window.kind === 'tumbling'
    ? new TumblingWindow(algebra, level, window, layout.slotCount)
    : new MovingWindow(algebra, level, edgeOf(window), layout.slotCount);
}

/** What the features of these windows are made from. */
function componentsOf(layout: ViewLayout, windows: readonly number[]): FixedComponent[] {
  const needed = new Set(
    layout.features
      .filter((plan) => windows.includes(plan.window))
      .flatMap((plan) => Object.values(plan.fixed)),
  );
  return layout.fixed.filter((component) => needed.has(component));
}

/** The oldest left edge of the windows, now or later. */
function neededFrom(windows: readonly BoundedWindow[], placeMs: number): number {
  let oldest = Number.POSITIVE_INFINITY;
  for (const window of windows) oldest = Math.min(oldest, window.leftAt(placeMs));
  return oldest;
}
