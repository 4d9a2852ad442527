/** Schedules of jobs, as BullMQ's job schedulers. */
import { type Message, messageFromJson } from '@forebay/contract';
import type { JobSchedulerJson } from 'bullmq';
import { CronExpressionParser } from 'cron-parser';
import type { BoundedQueues } from './bounded-queues';
import { type JobKind, type Payload, targetsOf } from './job-kinds';
import { JOB_OPTIONS, sameRequest } from './job-options';

/** Kinds whose jobs come by schedules, with their payloads; `atOnce`: once at the start, too. */
const SCHEDULED = {
  materialize: { payload: 'MaterializeJob', atOnce: true },
  verify: { payload: 'VerifyJob', atOnce: false },
  verify_served: { payload: 'VerifyServedJob', atOnce: false },
} as const satisfies Partial<Record<JobKind, object>>;
export type ScheduledKind = keyof typeof SCHEDULED;
const SCHEDULED_KINDS = Object.keys(SCHEDULED) as ScheduledKind[];

/** As many finished jobs as are kept. */
const LOOKED_AT = 1_000;
/** Times of a rule that are counted at most. */
const MAX_DUE = 1_000;

interface ScheduleTimes {
  readonly everyMs: number;
  /** So long after each multiple of everyMs; null: from the start on. */
  readonly offsetMs: number | null;
  /** A rule of cron in UTC, by which the times go instead, everyMs being the longest time between two. */
  readonly cron?: string | null;
}

interface ViewSchedule extends ScheduleTimes {
  readonly kind: 'materialize' | 'verify';
  readonly project: string;
  readonly view: string;
  readonly version: number;
}

interface ServedLogSchedule extends ScheduleTimes {
  readonly kind: 'verify_served';
  readonly project: string;
  /** Of what was served; may change only together with the interval. */
  readonly span_ms: number;
}

export type JobSchedule = ViewSchedule | ServedLogSchedule;

export interface ScheduleStatus {
  readonly kind: ScheduledKind;
  /** `project.view@version`; of the served log `project: served log`. */
  readonly view: string;
  /** Null: by a rule. */
  readonly everyMs: number | null;
  /** Null: by an interval. */
  readonly cron: string | null;
  readonly nextAtMs: number | null;
  /** When a job of the kind and view last ended well, whoever asked for it; null: of those that are kept, none did. */
  readonly lastEndedAtMs: number | null;
  /** Runs that did not come since: the service was down, or they failed. */
  readonly missed: number;
}

const schedulerOf = (target: string) => `schedule:${target}`;

/** Makes the schedules these and no others. Idempotent: one that stays the same keeps its time. Throws `unavailable`. */
export async function setSchedules(queues: BoundedQueues, schedules: readonly JobSchedule[]): Promise<void> {
  for (const kind of SCHEDULED_KINDS)
    await setOfKind(
      queues,
      kind,
      schedules.filter((schedule) => schedule.kind === kind),
    );
}

async function setOfKind(
  queues: BoundedQueues,
  kind: ScheduledKind,
  schedules: readonly JobSchedule[],
): Promise<void> {
  const { payload, atOnce } = SCHEDULED[kind];
  await queues.ask(kind, async (queue) => {
    const present = new Map(
      (await queue.getJobSchedulers(0, -1)).map((scheduler) => [scheduler.key, scheduler]),
    );
    const wanted = schedules.map(({ kind: _, everyMs, offsetMs, cron = null, ...asked }) => {
      const data = messageFromJson(payload, { ...asked, requested_by: 'schedule' });
      const target = targetOf(kind, data);
      return { everyMs, offsetMs, cron, data, target, key: schedulerOf(target) };
    });
    const keys = new Set(wanted.map(({ key }) => key));
    for (const key of present.keys()) if (!keys.has(key)) await queue.removeJobScheduler(key);
    for (const { everyMs, offsetMs, cron, data, target, key } of wanted) {
      const times = timesOf(everyMs, offsetMs, cron);
      const held = present.get(key);
      if (held !== undefined) {
        if (isSame(held, times)) continue;
        await queue.removeJobScheduler(key);
      }
      await queue.upsertJobScheduler(key, times, { name: target, data, opts: JOB_OPTIONS });
      // by interval and without an offset the first run begins at once
      if (atOnce && (cron !== null || offsetMs !== null))
        await queue.add(target, data, { ...JOB_OPTIONS, deduplication: { id: sameRequest(data) } });
    }
  });
}

/** A schedule is of one. */
function targetOf(
  kind: ScheduledKind,
  payload: Message<(typeof SCHEDULED)[ScheduledKind]['payload']>,
): string {
  return targetsOf(kind, payload as Payload<ScheduledKind>)[0] as string;
}

type Times =
  | { readonly pattern: string; readonly tz: 'UTC' }
  | { readonly every: number; readonly offset?: number };

function timesOf(everyMs: number, offsetMs: number | null, cron: string | null): Times {
  if (cron !== null) return { pattern: cron, tz: 'UTC' };
  return { every: everyMs, ...(offsetMs === null ? {} : { offset: offsetMs % everyMs || everyMs }) };
}

/** An interval without an offset keeps the one that it was given at its start. */
function isSame(held: JobSchedulerJson, times: Times): boolean {
  if ('pattern' in times) return held.pattern === times.pattern;
  return Number(held.every) === times.every && (times.offset === undefined || held.offset === times.offset);
}

/** Throws `unavailable`. */
export async function readSchedules(queues: BoundedQueues, nowMs: number): Promise<ScheduleStatus[]> {
  const all = await Promise.all(SCHEDULED_KINDS.map((kind) => readOfKind(queues, kind, nowMs)));
  return all.flat();
}

async function readOfKind(
  queues: BoundedQueues,
  kind: ScheduledKind,
  nowMs: number,
): Promise<ScheduleStatus[]> {
  return queues.ask(kind, async (queue) => {
    const schedulers = await queue.getJobSchedulers(0, -1);
    const lastEnded = new Map<string, number>();
    for (const job of await queue.getJobs('completed', 0, LOOKED_AT - 1, false)) {
      const endedAtMs = job?.finishedOn ?? 0;
      if (job !== undefined && endedAtMs > (lastEnded.get(job.name) ?? 0)) lastEnded.set(job.name, endedAtMs);
    }
    return schedulers.map(({ name, every, pattern, next }) => {
      const cron = pattern ?? null;
      const everyMs = cron === null ? Number(every) : null;
      const lastEndedAtMs = lastEnded.get(name) ?? null;
      const missed = lastEndedAtMs === null ? 0 : missedRuns(lastEndedAtMs, nowMs, everyMs ?? String(cron));
      return { kind, view: name, everyMs, cron, nextAtMs: next ?? null, lastEndedAtMs, missed };
    });
  });
}

/** Runs that did not come since the last one ended; one that is due, or under way, is none of them. */
function missedRuns(lastMs: number, nowMs: number, times: number | string): number {
  const due =
    typeof times === 'number' ? Math.floor((nowMs - lastMs) / times) : dueTimes(lastMs, nowMs, times);
  return Math.max(0, due - 1);
}

/** The times of a rule after one instant and up to another; of many, the first MAX_DUE. */
function dueTimes(afterMs: number, untilMs: number, rule: string): number {
  const times = CronExpressionParser.parse(rule, { currentDate: new Date(afterMs), tz: 'UTC' });
  let due = 0;
  while (due < MAX_DUE && times.next().getTime() <= untilMs) due++;
  return due;
}
