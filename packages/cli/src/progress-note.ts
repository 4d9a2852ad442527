import { readableBytes, readableCount, readableDuration } from './readable';

/** What stands behind a progress bar: `12,000 values, 3.4 MB, 20 s left`. */
export function progressNote(progress: {
  readonly values: number;
  readonly bytes: number;
  readonly etaMs: number | null;
}): string {
  const { values, bytes, etaMs } = progress;
  const left = etaMs === null ? '' : `, ${readableDuration(etaMs)} left`;
  return `${readableCount(values)} values, ${readableBytes(bytes)}${left}`;
}
