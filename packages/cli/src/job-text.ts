/** How jobs are written. */
import type { JobReference, JobState, JobSummary } from '@forebay/jobs';
import type { Output } from './output';

/** `materialize/12`, which every command of jobs takes. */
export function jobName({ kind, id }: JobReference): string {
  return `${kind}/${id}`;
}

const COLORS = {
  waiting: null,
  delayed: null,
  running: 'cyan',
  completed: 'green',
  failed: 'red',
  cancelled: 'yellow',
} as const satisfies Record<JobState, string | null>;

export function stateText({ state, cancelledBy }: JobSummary, output: Output): string {
  const isEnding =
    cancelledBy !== null && (state === 'waiting' || state === 'delayed' || state === 'running');
  const text = isEnding ? `${state}, is being cancelled` : state;
  const color = COLORS[state];
  return color === null ? text : output.colors[color](text);
}
