import type { Job } from 'bullmq';
import type { BoundedQueues } from './bounded-queues';
import { CHUNKS_QUEUE, type JobKind } from './job-kinds';
import { isEnded, type JobState } from './job-summary';
import { isChunkProgress, NO_PROGRESS, type Phase, progressOf, type RunProgress } from './run-progress';
import { doneChunks, missingChunks, readJob } from './run-state';

/** Puts together how far a run is: what its chunks have returned, and how far those are that are under way. Throws `unavailable`. */
export async function readProgress(
  queues: BoundedQueues,
  kind: JobKind,
  { job, state }: { readonly job: Job; readonly state: JobState },
): Promise<RunProgress> {
  const { run } = readJob(kind, job.data);
  if (run.chunks === 0) return { ...NO_PROGRESS, phase: phaseOf(state, 'planning') };
  const values = await queues.ask(kind, () => job.getChildrenValues());
  const done = doneChunks(run, values);
  const active = await queues.ask(CHUNKS_QUEUE, (queue) => queue.getActive());
  const underWay = active.flatMap((chunk) =>
    chunk?.data.kind === kind && chunk.data.job === job.id && isChunkProgress(chunk.progress)
      ? [chunk.progress]
      : [],
  );
  const isAllDone = missingChunks(run, done).length === 0;
  return { phase: phaseOf(state, isAllDone ? 'finishing' : 'chunks'), ...progressOf(run, done, underWay) };
}

/** @param running the phase of a job that runs */
function phaseOf(state: JobState, running: Phase): Phase {
  if (isEnded(state)) return 'ended';
  return state === 'running' ? running : 'waiting';
}
