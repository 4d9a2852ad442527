import type { Message, MessageInput } from '@forebay/contract';
import type { ChunkContext, ChunkOutcome, ChunkResult, Finish } from '@forebay/jobs';

export type MaterializePlan = Message<'MaterializePlan'>;
export type MaterializePlanInput = MessageInput<'MaterializePlan'>;

/** What a run is asked for. */
export interface RunRequest {
  /** A cut, or the tick of a view on a schedule, set by hand; null: the latest possible one. */
  readonly cutMs: number | null;
  /** Of a table view: every value is to be written. */
  readonly full: boolean;
}

export type WrittenChunk = Extract<ChunkOutcome, { readonly kind: 'done' }>['result'];

/** What writing a chunk is given. */
export type WritingContext = Pick<ChunkContext, 'signal' | 'report'>;

/** A materialize run of one view, step by step; steps keep nothing but what they return. */
export interface ViewRun {
  /** Throws `failed_precondition` when there is nothing to speak of. */
  plan(request: RunRequest, signal: AbortSignal): Promise<MaterializePlanInput>;
  /** Whether somebody will still read what was planned. */
  isCurrent(plan: MaterializePlan): boolean;
  writeChunk(plan: MaterializePlan, chunk: number, context: WritingContext): Promise<WrittenChunk>;
  /** Moves the marker, if every chunk has its receipt. */
  finish(
    plan: MaterializePlan,
    done: ReadonlyMap<number, ChunkResult>,
    signal: AbortSignal,
  ): Promise<Finish<'materialize'>>;
  /** An attempt of the run has failed. Never throws. */
  failed(plan: MaterializePlan, reason: string): Promise<void>;
}

/** What the chunks have done together. */
export function sumOf(done: ReadonlyMap<number, ChunkResult>): {
  values: number;
  older: number;
  bytes: number;
} {
  const sum = { values: 0, older: 0, bytes: 0 };
  for (const { values, older, bytes } of done.values()) {
    sum.values += values;
    sum.older += older;
    sum.bytes += bytes;
  }
  return sum;
}
