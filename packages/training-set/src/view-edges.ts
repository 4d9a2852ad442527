/** Where the windows of a view begin and end at an instant. */
import { floorTo } from '@forebay/contract';
import type { Window } from '@forebay/definitions';

type Edged = Exclude<Window, { readonly kind: 'lifetime' }>;

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The step of the view's chain on whose multiples all edges of the window lie. */
export function hopOf(window: Edged): number {
  return window.kind === 'tumbling' ? greatestCommonDivisor(window.lengthMs, window.originMs) : window.hopMs;
}

export function leftEdgeAt(window: Window, tMs: number): number {
  if (window.kind === 'lifetime') return Number.NEGATIVE_INFINITY;
  if (window.kind === 'tumbling') return rightEdgeAt(window, tMs) - window.lengthMs;
  return floorTo(tMs - window.lengthMs, window.hopMs);
}

/** Exclusive. Only a tumbling window does not end at t itself. */
export function rightEdgeAt(window: Window, tMs: number): number {
  return window.kind === 'tumbling'
    ? window.originMs + floorTo(tMs - window.originMs, window.lengthMs)
    : tMs;
}
