/**
 * What happened around one view until the instant of a read: clocks, batch runs, what the stream and the archive hold, and
 * the history of an entity. Times snap to where the rules change, and to 1 ms beside.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS, xxHash64 } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import { generateRow } from './generated-view';
import type { OracleEvent } from './oracle';
import type { Random } from './random';

const ALWAYS = Number.NEGATIVE_INFINITY;

export interface WorldRun {
  /** The clock that the run read: it saw everything that had arrived by then. */
  readonly qMs: number;
  readonly cutMs: number;
}

export interface World {
  /** The server's clock at the read. */
  readonly nowMs: number;
  /** Two runs, the second with a later clock and no earlier cut; none for a view without batch values. */
  readonly runs: readonly WorldRun[];
  /** How many runs have written their values, and how many of these have moved the marker. */
  readonly written: number;
  readonly finished: number;
  /** The archive is complete from here on; the stream is; null: the stream has no marker. */
  readonly coverageBeginMs: number;
  readonly completeSinceMs: number | null;
  /** Everything that had arrived by then is stored; progress says so of a time no later. */
  readonly storedToMs: number;
  readonly progressMs: number | null;
  /** The writer's clock minus the broker's. */
  readonly writerAheadMs: number;
}

/** An event of an entity, and which of the two paths it took. */
export interface WorldEvent {
  readonly event: OracleEvent;
  readonly arrivalMs: number;
  readonly partition: number;
  readonly offset: number;
  readonly inStream: boolean;
  readonly inArchive: boolean;
}

/** floorTo, written out. */
export function floorOf(instantMs: number, hopMs: number): number {
  const rest = instantMs % hopMs;
  return instantMs - (rest < 0 ? rest + hopMs : rest);
}

const BASES = [
  Date.UTC(2026, 2, 29, 1, 30),
  400 * DAY_MS,
  -5 * DAY_MS,
  7 * DAY_MS * 2_900,
  Date.UTC(2025, 11, 31, 23, 59, 59, 999),
];

/** @param faults whether anything may be missing: else all is complete, fresh and finished */
export function generateWorld(
  random: Random,
  view: AggregationView,
  source: EventSource,
  faults: boolean,
): World {
  const nowMs = random.pick(BASES) + random.pick([0, 1, -1, random.integer(DAY_MS)]);
  const runs =
    view.batch === null ? [] : generateRuns(random, view.batch, source.allowedLatenessMs, nowMs, faults);
  const edge = random.pick([DAY_MS, HOUR_MS, 7 * DAY_MS, random.integer(40 * DAY_MS)]);
  const since =
    faults && random.chance(0.4)
      ? random.pick([nowMs - edge, ...runs.map(({ cutMs }) => cutMs + random.integer(3) - 1)])
      : ALWAYS;
  const begin =
    since === ALWAYS || random.chance(0.5)
      ? ALWAYS
      : Math.min(since, nowMs - random.pick([edge, 8 * DAY_MS, 31 * DAY_MS]));
  const lag = faults
    ? random.pick([0, source.maxStalenessMs, source.maxStalenessMs + 1, random.integer(2 * MINUTE_MS)])
    : 0;
  const ahead = [
    0,
    0,
    1,
    -1,
    MINUTE_MS,
    -MINUTE_MS,
    ...(faults ? [source.maxClockSkewMs, source.maxClockSkewMs + 1] : []),
  ];
  return {
    nowMs,
    runs,
    written: faults ? random.pick([0, 1, 2, 2, 2]) : 2,
    finished: faults ? random.pick([0, 1, 2, 2, 2]) : 2,
    coverageBeginMs: begin,
    completeSinceMs: faults && random.chance(0.04) ? null : since,
    storedToMs: nowMs - random.integer(lag + 1),
    progressMs: faults && random.chance(0.04) ? null : nowMs - lag,
    writerAheadMs: random.pick(ahead),
  };
}

/** Cuts as a run takes them, or an earlier multiple of the cut hop; the first run lies up to a horizon before the second. */
function generateRuns(
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
  let qMs =
    nowMs -
    random.pick([
      0,
      1,
      random.integer(horizonMs - latenessMs - cutHopMs + 1),
      random.integer(faults ? 2 * horizonMs : 1),
    ]);
  if (!faults) qMs = Math.max(qMs, nowMs - (horizonMs - latenessMs - cutHopMs));
  const cutMs = random.chance(0.2) ? fitting(cutOf(qMs) - cutHopMs * random.integer(4), qMs) : cutOf(qMs);
  const firstQMs = qMs - random.pick([1, cutHopMs, random.integer(horizonMs)]);
  return [
    { qMs: firstQMs, cutMs: Math.min(cutMs, cutOf(firstQMs)) },
    { qMs, cutMs },
  ];
}

/** Event times near every instant at which the view's rules change. */
function anchorsOf(view: AggregationView, world: World): number[] {
  const anchors = [
    world.nowMs,
    ...world.runs.flatMap(({ qMs, cutMs }) => [qMs, cutMs]),
    world.nowMs - (view.stream?.retentionMs ?? 0),
  ];
  if (world.completeSinceMs !== null && world.completeSinceMs !== ALWAYS) anchors.push(world.completeSinceMs);
  if (world.coverageBeginMs !== ALWAYS) anchors.push(world.coverageBeginMs);
  for (const { window } of view.features) {
    if (window.kind === 'lifetime') continue;
    for (const at of [world.nowMs, ...world.runs.map(({ qMs }) => qMs)]) {
      anchors.push(
        at - window.lengthMs,
        floorOf(at - window.lengthMs, window.hopMs),
        floorOf(at, window.hopMs),
      );
    }
  }
  return anchors;
}

const MOST_EVENTS = 50;

/**
 * The events of one entity that arrived by the read, by arrival. Those too far in the future for their writer are none.
 *
 * @param firstOffset of at most 50: entities of one topic have offsets of their own
 */
export function generateHistory(
  random: Random,
  view: AggregationView,
  source: EventSource,
  world: World,
  who: string,
  firstOffset = 0,
): WorldEvent[] {
  const anchors = anchorsOf(view, world);
  const { allowedLatenessMs: lateness, maxClockSkewMs: skew } = source;
  const drafts = Array.from({ length: random.integer(MOST_EVENTS) }, () => {
    const near = random.chance(0.55)
      ? random.pick(anchors) + random.integer(3) - 1
      : world.nowMs - Math.floor(random.real() ** 3 * 40 * DAY_MS);
    const delay = random.pick([
      0,
      0,
      1,
      1_000,
      random.integer(lateness + 1),
      lateness,
      lateness + 1,
      lateness + random.integer(3 * DAY_MS),
      -random.integer(skew),
      -skew,
    ]);
    return { eventTimeMs: near, arrivalMs: near + delay, partition: random.integer(2) };
  })
    .filter(
      ({ eventTimeMs, arrivalMs }) =>
        arrivalMs <= world.nowMs && eventTimeMs <= arrivalMs + world.writerAheadMs + skew,
    )
    .sort((a, b) => a.arrivalMs - b.arrivalMs);
  return drafts.map(({ eventTimeMs, arrivalMs, partition }, i) => {
    const offset = firstOffset + i;
    const row = generateRow(random, who, eventTimeMs);
    return {
      event: { row, eventTimeMs, tie: tieOf(source, row, partition, offset) },
      arrivalMs,
      partition,
      offset,
      inStream:
        arrivalMs <= world.storedToMs &&
        (eventTimeMs >= (world.completeSinceMs ?? Number.POSITIVE_INFINITY) || random.chance(0.5)),
      inArchive: eventTimeMs >= world.coverageBeginMs || random.chance(0.5),
    };
  });
}

/** The tie of docs/CODEC.md. */
function tieOf(source: EventSource, row: OracleEvent['row'], partition: number, offset: number): bigint {
  if (source.eventId === null) return (BigInt(8_192 + partition) << 50n) | BigInt(offset);
  const id = row[source.fields.findIndex(({ name }) => name === source.eventId)];
  if (typeof id === 'string') return xxHash64(Buffer.from(id));
  return BigInt.asUintN(64, BigInt(id as number | bigint)) ^ (1n << 63n);
}
