/** The windows of a view, and the edges that its segments must respect. */
import type { AggregationView, Window } from '@forebay/definitions';

/**
 * A left edge that moves in steps: `edge(t) = originMs + floorTo(t − lengthMs − originMs, stepMs)`. Every edge is a
 * multiple of hopMs, the hop in the view's chain: the step itself where the origin is 0.
 */
export interface Edge {
  readonly lengthMs: number;
  readonly stepMs: number;
  readonly originMs: number;
  readonly hopMs: number;
}

/** Of a window with a left edge. A tumbling window ends where the next one's left edge is: at `edge(t) + lengthMs`. */
export function edgeOf(window: Exclude<Window, { readonly kind: 'lifetime' }>): Edge {
  const { lengthMs } = window;
  if (window.kind === 'tumbling') {
    const { originMs } = window;
    return { lengthMs, stepMs: lengthMs, originMs, hopMs: greatestCommonDivisor(lengthMs, originMs) };
  }
  return { lengthMs, stepMs: window.hopMs, originMs: 0, hopMs: window.hopMs };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Every edge of the view, shortest length first: the windows', and the pseudo-window's where batch and stream meet. */
export function edgesOf(view: AggregationView, windows: readonly Window[]): Edge[] {
  const edges = windows.flatMap((window) => (window.kind === 'lifetime' ? [] : [edgeOf(window)]));
  if (view.batch !== null && view.stream !== null) {
    const { horizonMs, cutHopMs } = view.batch;
    edges.push({ lengthMs: horizonMs, stepMs: cutHopMs, originMs: 0, hopMs: cutHopMs });
  }
  return edges.sort((a, b) => a.lengthMs - b.lengthMs || a.hopMs - b.hopMs);
}

/** Shortest first, lifetime last. */
export function distinctWindows(view: AggregationView): Window[] {
  const sorted = view.features.map((feature) => feature.window).sort(windowOrder);
  return sorted.filter((window, i) => i === 0 || !sameWindow(window, sorted[i - 1] as Window));
}

export function sameWindow(a: Window, b: Window): boolean {
  return windowOrder(a, b) === 0;
}

const KINDS: Readonly<Record<Window['kind'], number>> = { sliding: 0, tumbling: 1, session: 2, lifetime: 3 };

/** By length, step, kind, and what is left. */
function windowOrder(a: Window, b: Window): number {
  if (a.kind === 'lifetime' || b.kind === 'lifetime')
    return Number(a.kind === 'lifetime') - Number(b.kind === 'lifetime');
  const [left, right] = [edgeOf(a), edgeOf(b)];
  return (
    left.lengthMs - right.lengthMs ||
    left.stepMs - right.stepMs ||
    KINDS[a.kind] - KINDS[b.kind] ||
    left.originMs - right.originMs ||
    gapOf(a) - gapOf(b)
  );
}

function gapOf(window: Window): number {
  return window.kind === 'session' ? window.gapMs : 0;
}
