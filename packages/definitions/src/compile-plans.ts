import { ceilTo, formatDuration, SECOND_MS } from '@forebay/contract';
import type { BatchOptions, StreamOptions } from './aggregation-view-declaration';
import { readCron } from './cron';
import { readDuration } from './durations';
import { reachOf } from './hop-chain';
import {
  DEFAULT_CUT_HOP_MS,
  HORIZON_INTERVALS,
  HORIZON_SLACK_MS,
  MAX_INTERVAL_MS,
  MAX_WINDOW_MS,
  MIN_HOP_MS,
  MIN_INTERVAL_MS,
  MIN_STREAM_ONLY_RETENTION_MS,
  ON_DEMAND_INTERVAL_MS,
} from './limits';
import type { BatchPlan, StreamPlan, Window } from './model';
import type { Problems } from './problems';

const LENGTH_BOUNDS = { minMs: MIN_HOP_MS, maxMs: MAX_WINDOW_MS };

/** @param allowedLatenessMs of the source: a cut lies that far, and up to a cut hop more, behind the run's clock */
export function compileBatchPlan(
  options: BatchOptions,
  allowedLatenessMs: number,
  place: string,
  problems: Problems,
): BatchPlan {
  const intervalMs = intervalOf(options, place, problems);
  const declaredHopMs = readDuration(
    options.cutHop,
    DEFAULT_CUT_HOP_MS,
    LENGTH_BOUNDS,
    `${place}, batch.cutHop`,
    problems,
  );
  const cutHopMs = wholeSeconds(declaredHopMs, DEFAULT_CUT_HOP_MS, `${place}, batch.cutHop`, problems);
  const runBehindMs = allowedLatenessMs + cutHopMs;
  const roomMs = HORIZON_INTERVALS * (intervalMs ?? ON_DEMAND_INTERVAL_MS) + HORIZON_SLACK_MS;
  const defaultHorizonMs = ceilTo(runBehindMs + roomMs, cutHopMs);
  const horizonPlace = `${place}, batch.horizon`;
  const horizonMs = readDuration(options.horizon, defaultHorizonMs, LENGTH_BOUNDS, horizonPlace, problems);
  const horizon = options.horizon ?? formatDuration(horizonMs);
  const shortestMs = runBehindMs + (intervalMs ?? 0);
  if (horizonMs % cutHopMs !== 0) {
    problems.add(horizonPlace, `${horizon} is not a multiple of the cut hop ${formatDuration(cutHopMs)}`);
  } else if (horizonMs < shortestMs) {
    problems.add(
      horizonPlace,
      `${horizon} ends before the next run: it must be at least ${formatDuration(shortestMs)} ` +
        '(allowed lateness + cut hop + interval)',
    );
  }
  return {
    horizonMs,
    cutHopMs,
    intervalMs,
    ...(options.cron === undefined ? {} : { cron: options.cron.trim() }),
  };
}

/** How long it is to the next run at most; null: there is no schedule. */
function intervalOf({ every, cron }: BatchOptions, place: string, problems: Problems): number | null {
  const bounds = { minMs: MIN_INTERVAL_MS, maxMs: MAX_INTERVAL_MS };
  if (cron === undefined) return readDuration(every, null, bounds, `${place}, batch.every`, problems);
  const cronPlace = `${place}, batch.cron`;
  if (every !== undefined) problems.add(cronPlace, 'batch.every is declared, too: leave out one of them');
  const times = readCron(cron);
  if (times.kind === 'refused') {
    problems.add(cronPlace, times.reason);
    return null;
  }
  if (times.longestGapMs > MAX_INTERVAL_MS)
    problems.add(
      cronPlace,
      `"${cron}" lets ${formatDuration(times.longestGapMs)} pass between two runs; at most ${formatDuration(MAX_INTERVAL_MS)} may`,
    );
  return times.longestGapMs;
}

/** @param windows of the view's features */
export function compileStreamPlan(
  options: StreamOptions,
  batch: BatchPlan | null,
  windows: readonly Window[],
  place: string,
  problems: Problems,
): StreamPlan {
  const retentionPlace = `${place}, stream.retention`;
  const needed = neededRetention(batch, windows);
  const bounds = { minMs: MIN_HOP_MS, maxMs: 2 * MAX_WINDOW_MS };
  const declaredMs = readDuration(options.retention, needed.retentionMs, bounds, retentionPlace, problems);
  const retentionMs = wholeSeconds(declaredMs, needed.retentionMs, retentionPlace, problems);
  if (retentionMs < needed.retentionMs) {
    problems.add(
      retentionPlace,
      `${options.retention ?? formatDuration(retentionMs)} is too short: it must be at least ${formatDuration(needed.retentionMs)} (${needed.why})`,
    );
  }
  return { retentionMs };
}

/** The shortest retention with which every value of the view can be exact; also the default. */
function neededRetention(batch: BatchPlan | null, windows: readonly Window[]) {
  if (batch !== null) return { retentionMs: batch.horizonMs + batch.cutHopMs, why: 'horizon + cut hop' };
  const longestMs = Math.max(0, ...windows.map((window) => reachOf(window) ?? 0));
  if (windows.some((window) => window.kind === 'lifetime') && longestMs < MIN_STREAM_ONLY_RETENTION_MS) {
    return { retentionMs: MIN_STREAM_ONLY_RETENTION_MS, why: 'the least for lifetime windows without batch' };
  }
  return {
    retentionMs: longestMs,
    why: 'the longest window + its hop, of tumbling windows twice their length',
  };
}

function wholeSeconds(durationMs: number, fallbackMs: number, place: string, problems: Problems): number {
  if (durationMs % SECOND_MS === 0) return durationMs;
  problems.add(place, `${formatDuration(durationMs)} is not in whole seconds`);
  return fallbackMs;
}
