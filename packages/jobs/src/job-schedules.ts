/** Schedules of jobs, as BullMQ's job schedulers. */
import { messageFromJson } from '@forebay/contract';
import type { BoundedQueues } from './bounded-queues';
import { targetOf } from './job-kinds';
import { JOB_OPTIONS, sameRequest } from './job-options';

/** Views are materialized on schedules. */
const KIND = 'materialize';
/** As many finished jobs as are kept. */
const LOOKED_AT = 1_000;

export interface JobSchedule {
  readonly project: string;
  readonly view: string;
  readonly version: number;
  readonly everyMs: number;
  /** So long after each multiple of everyMs, and once at the start; null: from the start on. */
  readonly offsetMs: number | null;
}

export interface ScheduleStatus {
  readonly kind: typeof KIND;
  /** `project.view@version`. */
  readonly view: string;
  readonly everyMs: number;
  readonly nextAtMs: number | null;
  /** When the view was last materialized, by whomever; null: of those that are kept, by none. */
  readonly lastEndedAtMs: number | null;
  /** Runs that did not come since: the service was down, or they failed. */
  readonly missed: number;
}

const schedulerOf = (target: string) => `schedule:${target}`;

/** Makes the schedules these and no others. Idempotent: one that stays the same keeps its time. Throws `unavailable`. */
export async function setSchedules(queues: BoundedQueues, schedules: readonly JobSchedule[]): Promise<void> {
  await queues.ask(KIND, async (queue) => {
    const present = new Map(
      (await queue.getJobSchedulers(0, -1)).map((scheduler) => [scheduler.key, scheduler]),
    );
    const wanted = new Set(schedules.map((schedule) => schedulerOf(targetOf(schedule))));
    for (const key of present.keys()) if (!wanted.has(key)) await queue.removeJobScheduler(key);
    for (const { everyMs, offsetMs, ...view } of schedules) {
      const target = targetOf(view);
      const key = schedulerOf(target);
      const offset = offsetMs === null ? null : offsetMs % everyMs || everyMs;
      const held = present.get(key);
      if (held !== undefined) {
        const isSame = Number(held.every) === everyMs && (offset === null || held.offset === offset);
        if (isSame) continue;
        await queue.removeJobScheduler(key);
      }
      const data = messageFromJson('MaterializeJob', { ...view, requested_by: 'schedule' });
      await queue.upsertJobScheduler(
        key,
        { every: everyMs, ...(offset === null ? {} : { offset }) },
        { name: target, data, opts: JOB_OPTIONS },
      );
      // without an offset the first run begins at once
      if (offset !== null)
        await queue.add(target, data, { ...JOB_OPTIONS, deduplication: { id: sameRequest(data) } });
    }
  });
}

/** Throws `unavailable`. */
export async function readSchedules(queues: BoundedQueues, nowMs: number): Promise<ScheduleStatus[]> {
  return queues.ask(KIND, async (queue) => {
    const schedulers = await queue.getJobSchedulers(0, -1);
    const lastEnded = new Map<string, number>();
    for (const job of await queue.getJobs('completed', 0, LOOKED_AT - 1, false)) {
      const endedAtMs = job?.finishedOn ?? 0;
      if (job !== undefined && endedAtMs > (lastEnded.get(job.name) ?? 0)) lastEnded.set(job.name, endedAtMs);
    }
    return schedulers.map(({ name, every, next }) => {
      const everyMs = Number(every);
      const lastEndedAtMs = lastEnded.get(name) ?? null;
      const missed = lastEndedAtMs === null ? 0 : missedRuns(nowMs - lastEndedAtMs, everyMs);
      return { kind: KIND, view: name, everyMs, nextAtMs: next ?? null, lastEndedAtMs, missed };
    });
  });
}

/** Runs that did not come since the last one ended; one that is due, or under way, is none of them. */
function missedRuns(sinceMs: number, everyMs: number): number {
  return Math.max(0, Math.floor(sinceMs / everyMs) - 1);
}
