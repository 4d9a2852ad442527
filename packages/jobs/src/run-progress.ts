/** How far a run is, as people see it. Pure. */
import { type ChunkResult, missingChunks, type RunState } from './run-state';

/** The closed set of a run's phases. */
export const PHASES = {
  waiting: 'it waits for a worker, or for a job of the same view',
  planning: 'it fixes what it does',
  chunks: 'its chunks are worked on',
  finishing: 'all chunks are done',
  ended: 'it has ended',
} as const;
export type Phase = keyof typeof PHASES;

export interface RunProgress {
  readonly phase: Phase;
  readonly chunksDone: number;
  /** 0: not known yet. */
  readonly chunks: number;
  /** Values (of some kinds: rows) that are written, and their bytes; those of chunks under way included. */
  readonly values: number;
  readonly bytes: number;
  /** How long it still takes, if chunks take what they took so far; null: nothing to tell from. */
  readonly etaMs: number | null;
}

/** What a chunk has done so far. */
export interface ChunkProgress {
  readonly values: number;
  readonly bytes: number;
}

export const NO_PROGRESS: RunProgress = {
  phase: 'waiting',
  chunksDone: 0,
  chunks: 0,
  values: 0,
  bytes: 0,
  etaMs: null,
};

/** @param underWay of the chunks that are being worked on */
export function progressOf(
  run: RunState,
  done: ReadonlyMap<number, ChunkResult>,
  underWay: readonly ChunkProgress[],
): Omit<RunProgress, 'phase'> {
  const results = [...done.values()];
  const sum = (field: 'values' | 'bytes') =>
    results.reduce((total, result) => total + result[field], 0) +
    underWay.reduce((total, progress) => total + progress[field], 0);
  const timed = results.filter((result) => !result.was_done);
  const missing = missingChunks(run, done).length;
  const meanMs = timed.reduce((total, result) => total + result.duration_ms, 0) / timed.length;
  return {
    chunksDone: done.size,
    chunks: run.chunks,
    values: sum('values'),
    bytes: sum('bytes'),
    etaMs: timed.length === 0 ? null : Math.round((meanMs * missing) / Math.max(1, underWay.length)),
  };
}

export function isChunkProgress(progress: unknown): progress is ChunkProgress {
  return typeof progress === 'object' && progress !== null && 'values' in progress && 'bytes' in progress;
}
