import { formatDuration } from '@forebay/contract';
import type { ScheduleOptions } from './declarations';
import { readDuration } from './durations';
import { MAX_INTERVAL_MS, MAX_SCHEDULE_DELAY_MS, MIN_INTERVAL_MS, SCHEDULED_RUN_MS } from './limits';
import type { SchedulePlan } from './model';
import type { Problems } from './problems';

/** @param defaultWaitMs how late what the view reads may become known */
export function compileSchedule(
  options: ScheduleOptions,
  defaultWaitMs: number,
  place: string,
  problems: Problems,
): SchedulePlan {
  const intervalBounds = { minMs: MIN_INTERVAL_MS, maxMs: MAX_INTERVAL_MS };
  const delayBounds = { minMs: 0, maxMs: MAX_SCHEDULE_DELAY_MS };
  const intervalMs = readDuration(
    options.every,
    MIN_INTERVAL_MS,
    intervalBounds,
    `${place}, schedule.every`,
    problems,
  );
  const waitMs = readDuration(options.wait, defaultWaitMs, delayBounds, `${place}, schedule.wait`, problems);
  const delayMs = readDuration(
    options.delay,
    waitMs + Math.min(intervalMs, SCHEDULED_RUN_MS),
    delayBounds,
    `${place}, schedule.delay`,
    problems,
  );
  if (waitMs >= delayMs) {
    problems.add(
      `${place}, schedule.delay`,
      `${formatDuration(delayMs)} is not longer than the wait ${formatDuration(waitMs)}: a run begins after the wait and must end before the delay`,
    );
  }
  return { intervalMs, waitMs, delayMs };
}
