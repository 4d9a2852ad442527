import { formatDuration, parseDuration } from '@forebay/contract';
import type { Problems } from './problems';

/** Both ends are included. */
export interface DurationBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/** A declared duration in milliseconds; `fallbackMs` if it is left out, and also, after a problem, if it is wrong. */
export function readDuration<T extends number | null>(
  text: string | undefined,
  fallbackMs: T,
  bounds: DurationBounds,
  place: string,
  problems: Problems,
): number | T {
  if (text === undefined) return fallbackMs;
  const durationMs = problems.attempt(() => parseDuration(text, place));
  if (durationMs === null) return fallbackMs;
  if (durationMs < bounds.minMs || durationMs > bounds.maxMs) {
    problems.add(
      place,
      `${text} is not between ${formatDuration(bounds.minMs)} and ${formatDuration(bounds.maxMs)}`,
    );
    return fallbackMs;
  }
  return durationMs;
}
