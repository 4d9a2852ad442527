/** What happened around one view until the instant of a read: clocks, runs, and what the stream and the archive hold. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import { tickAt } from '../oracle/expected-status';
import { floorOf } from '../oracle/oracle-inputs';
import type { Random } from '../random';

const ALWAYS = Number.NEGATIVE_INFINITY;

export interface WorldRun {
  /** The clock that the run read: it saw everything that had arrived by then. */
  readonly qMs: number;
  /** Of a view on a schedule: the tick. */
  readonly cutMs: number;
}

export interface World {
  /** The server's clock at the read. */
  readonly nowMs: number;
  /** In order of time, two cuts or three ticks, none earlier than the one before; none for a view without batch values. */
  readonly runs: readonly WorldRun[];
  /** How many runs have written their values, and how many of these have moved the marker. */
  readonly written: number;
  readonly finished: number;
  /** The archive is complete from here on; the stream is; null: the stream has no marker. */
  readonly coverageBeginMs: number;
  readonly completeSinceMs: number | null;
  /** History was loaded up to here, and the topic has what came later; null: nothing was loaded. */
  readonly loadedUntilMs: number | null;
  /** Everything that had arrived by then is stored; progress says so of a time no later. */
  readonly storedToMs: number;
  readonly progressMs: number | null;
  /** The writer's clock minus the broker's. */
  readonly writerAheadMs: number;
}

const BASES = [
  Date.UTC(2026, 2, 29, 1, 30),
  400 * DAY_MS,
  -5 * DAY_MS,
  7 * DAY_MS * 2_900,
  Date.UTC(2025, 11, 31, 23, 59, 59, 999),
];

/**
 * @param faults whether anything may be missing: else all is complete, fresh and finished
 * @param givenMs the instant of the read, where it is that of another world
 */
export function generateWorld(
  random: Random,
  view: AggregationView,
  source: EventSource,
  faults: boolean,
  givenMs: number | null = null,
): World {
  const nowMs = givenMs ?? random.pick(BASES) + random.pick([0, 1, -1, random.integer(DAY_MS)]);
  const runs = generateRuns(random, view, source, nowMs, faults);
  const edge = random.pick([DAY_MS, HOUR_MS, 7 * DAY_MS, random.integer(40 * DAY_MS)]);
  const loadedUntilMs = generateLoad(random, view, runs);
  const begins = loadedUntilMs ?? ALWAYS;
  const since =
    faults && random.chance(0.4)
      ? Math.max(
          begins,
          random.pick([nowMs - edge, ...runs.map(({ cutMs }) => cutMs + random.integer(3) - 1)]),
        )
      : begins;
  const begin =
    loadedUntilMs !== null || since === ALWAYS || random.chance(0.5)
      ? ALWAYS
      : Math.min(since, nowMs - random.pick([edge, 8 * DAY_MS, 31 * DAY_MS]));
  const lag = faults
    ? random.pick([0, source.maxStalenessMs, source.maxStalenessMs + 1, random.integer(2 * MINUTE_MS)])
    : 0;
  const skew = source.maxClockSkewMs;
  const skews = faults ? [skew, skew + 1, 2 * skew] : [];
  const all = runs.length;
  const written = faults ? random.pick([0, 1, 2, all, all, all]) : all;
  return {
    nowMs,
    runs,
    written,
    finished: faults ? Math.min(written, random.pick([0, 1, 2, all, all, all])) : all,
    coverageBeginMs: begin,
    completeSinceMs: faults && random.chance(0.04) ? null : since,
    loadedUntilMs,
    storedToMs: nowMs - random.integer(lag + 1),
    progressMs: faults && random.chance(0.04) ? null : nowMs - lag,
    writerAheadMs: random.pick([0, 0, 1, -1, MINUTE_MS, 4 * MINUTE_MS, -MINUTE_MS, ...skews]),
  };
}

/** Up to a cut of the first run, or long before it: the stream holds nothing older. */
function generateLoad(random: Random, { batch }: AggregationView, runs: readonly WorldRun[]): number | null {
  const [first] = runs;
  if (first === undefined || random.chance(0.75)) return null;
  const hopMs = batch?.cutHopMs ?? DAY_MS;
  return floorOf(first.cutMs - random.pick([0, 0, hopMs, random.integer(30 * DAY_MS)]), hopMs);
}

function generateRuns(
  random: Random,
  view: AggregationView,
  source: EventSource,
  nowMs: number,
  faults: boolean,
): WorldRun[] {
  if (view.schedule !== null) return generateTicks(random, view.schedule, nowMs, faults);
  return view.batch === null ? [] : generateCuts(random, view.batch, source.allowedLatenessMs, nowMs, faults);
}

/** Three ticks one after the other, of which the last is the reader's; with faults it may be the next, or overdue. */
function generateTicks(
  random: Random,
  schedule: NonNullable<AggregationView['schedule']>,
  nowMs: number,
  faults: boolean,
): WorldRun[] {
  const { intervalMs, waitMs, delayMs } = schedule;
  const wanted = tickAt(schedule, nowMs) + (faults ? random.pick([0, 0, intervalMs, -intervalMs]) : 0);
  // a run begins when all that its tick may know is there
  const newest = wanted + waitMs > nowMs ? wanted - intervalMs : wanted;
  return [newest - 2 * intervalMs, newest - intervalMs, newest].map((cutMs) => ({
    cutMs,
    qMs: Math.min(nowMs, cutMs + waitMs + random.pick([0, 1, random.integer(delayMs - waitMs)])),
  }));
}

/**
 * Cuts as a run takes them, or an earlier multiple of the cut hop, or the same twice; the first run lies up to a horizon before
 * the second, and the second up to two horizons before the read.
 */
function generateCuts(
  random: Random,
  { horizonMs, cutHopMs }: NonNullable<AggregationView['batch']>,
  latenessMs: number,
  nowMs: number,
  faults: boolean,
): WorldRun[] {
  const cutOf = (qMs: number) => floorOf(qMs - latenessMs, cutHopMs);
  // a run writes nothing that is expired; without faults the newest one is still good at the read
  const fitting = (cutMs: number, qMs: number) =>
    qMs < cutMs + horizonMs && (faults || nowMs <= cutMs + horizonMs) ? cutMs : cutOf(qMs);
  const roomMs = horizonMs - latenessMs - cutHopMs;
  let qMs =
    nowMs - random.pick([0, 1, random.integer(roomMs + 1), random.integer(faults ? 2 * horizonMs : 1)]);
  if (!faults) qMs = Math.max(qMs, nowMs - roomMs);
  const cutMs = random.chance(0.2) ? fitting(cutOf(qMs) - cutHopMs * random.integer(4), qMs) : cutOf(qMs);
  const firstQMs = qMs - random.pick([1, cutHopMs, random.integer(horizonMs)]);
  const firstCutMs = random.chance(0.15) && firstQMs >= cutMs + latenessMs ? cutMs : cutOf(firstQMs);
  return [
    { qMs: firstQMs, cutMs: Math.min(cutMs, firstCutMs) },
    { qMs, cutMs },
  ];
}
