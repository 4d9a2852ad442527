import type { RunProgress } from '@forebay/jobs';

/** How far several runs are together. */
export type RunsProgress = Pick<RunProgress, 'chunksDone' | 'chunks' | 'values' | 'bytes' | 'etaMs'>;

export const UNKNOWN_PROGRESS: RunsProgress = { chunksDone: 0, chunks: 1, values: 0, bytes: 0, etaMs: null };

export function sumOfProgress(all: readonly RunsProgress[]): RunsProgress {
  const sum = (field: 'chunksDone' | 'chunks' | 'values' | 'bytes') =>
    all.reduce((total, one) => total + one[field], 0);
  const known = all.flatMap(({ etaMs }) => (etaMs === null ? [] : [etaMs]));
  return {
    chunksDone: sum('chunksDone'),
    chunks: sum('chunks'),
    values: sum('values'),
    bytes: sum('bytes'),
    // they run beside each other, more or less
    etaMs: known.length === 0 ? null : Math.max(...known),
  };
}
