import { edgeOf } from '@forebay/algebra';
import { DAY_MS } from '@forebay/contract';
import type { Window } from '@forebay/definitions';

/** A window is made of at most about this many tiles of each width. */
const MOST_OF_A_WIDTH = 120;

/**
 * Widths of the tiles, finest first; each divides the next, and every hop of the windows is one of them. Between hops that lie
 * far apart, and above the widest, there are further ones: a window then takes a few tiles of each width, not hundreds of one.
 */
export function tileWidths(windows: readonly Window[]): number[] {
  const edges = windows.flatMap((window) => (window.kind === 'lifetime' ? [] : [edgeOf(window)]));
  const hops = [...new Set(edges.map(({ hopMs }) => hopMs))].sort((a, b) => a - b);
  if (hops.length === 0) return [DAY_MS];
  const widths: number[] = [];
  for (const [i, hop] of hops.entries()) {
    widths.push(hop);
    const next = hops[i + 1];
    if (next !== undefined) widths.push(...widthsBetween(hop, next / hop));
  }
  const widest = widths.at(-1) as number;
  const tiles = Math.max(...edges.map(({ lengthMs }) => lengthMs)) / widest;
  if (tiles > MOST_OF_A_WIDTH) widths.push(widest * Math.round(Math.sqrt(tiles)));
  return widths;
}

/** Steps from `width` to `ratio · width`, without both ends. */
function widthsBetween(width: number, ratio: number): number[] {
  if (ratio <= MOST_OF_A_WIDTH) return [];
  const factor = middleDivisor(ratio);
  if (factor === null) return [];
  const middle = width * factor;
  return [...widthsBetween(width, factor), middle, ...widthsBetween(middle, ratio / factor)];
}

/** The divisor nearest to the square root from below; null for a prime. */
function middleDivisor(ratio: number): number | null {
  for (let divisor = Math.floor(Math.sqrt(ratio)); divisor > 1; divisor--)
    if (ratio % divisor === 0) return divisor;
  return null;
}
