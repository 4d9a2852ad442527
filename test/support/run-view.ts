import { ForebayError, type Message, messageFromJson } from '@forebay/contract';
import type { ChunkResult } from '@forebay/jobs';
import type { RunRequest, ViewRun } from '@forebay/service-batch';

export interface RunToEnd extends RunRequest {
  readonly signal: AbortSignal;
  /** After each chunk; `valuesWritten` by all of them so far. */
  readonly report: (progress: { chunksDone: number; chunks: number; valuesWritten: number }) => void;
}

const MAX_STEPS = 5;

/** The steps of a run one after the other, in this process and without a queue; chunks in their order. */
export async function runToEnd(run: ViewRun, request: RunToEnd): Promise<Message<'MaterializeResult'>> {
  const { signal } = request;
  let plan = messageFromJson('MaterializePlan', await run.plan(request, signal));
  let done = new Map<number, ChunkResult>();
  try {
    for (let step = 0; step < MAX_STEPS; step++) {
      for (let chunk = 0; chunk < plan.chunks; chunk++) {
        if (done.has(chunk)) continue;
        signal.throwIfAborted();
        const result = await run.writeChunk(plan, chunk, { signal, report: () => undefined });
        done.set(chunk, messageFromJson('ChunkResult', result));
        const valuesWritten = [...done.values()].reduce((sum, { values }) => sum + values, 0);
        request.report({ chunksDone: chunk + 1, chunks: plan.chunks, valuesWritten });
      }
      signal.throwIfAborted();
      const finish = await run.finish(plan, done, signal);
      if (finish.kind === 'done') return messageFromJson('MaterializeResult', finish.result);
      if (finish.kind === 'again') for (const chunk of finish.chunks) done.delete(chunk);
      else {
        plan = finish.plan;
        done = new Map();
      }
    }
    throw new Error(`the run has not ended after ${MAX_STEPS} steps`);
  } catch (thrown) {
    await run.failed(plan, ForebayError.from(thrown).message);
    throw thrown;
  }
}
