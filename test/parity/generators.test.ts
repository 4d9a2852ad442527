/** That the generators reach the edges where the rules change: how often each was met in some thousand random cases. */
import { floorOf, Random, windowSpan } from '@forebay/testkit';
import { generateCase, generateScene, type ParityCase } from './support/parity-case';

const CASES = 3_000;
const LEAST = 5;
const SEED = 20_261_126;

type Edge = (each: ParityCase) => boolean;

const times = ({ history }: ParityCase) => history.map(({ event }) => event.eventTimeMs);
const rows = ({ history }: ParityCase) => history.map(({ event }) => event.row);
const windows = ({ view }: ParityCase) => view.features.map(({ window }) => window);
const beside = (edges: readonly number[], offsetMs: number): ((each: ParityCase) => boolean) => {
  const wanted = new Set(edges.map((at) => at + offsetMs));
  return (each) => times(each).some((at) => wanted.has(at));
};
/** An event at one of the instants, and 1 ms before and after one. */
const around = (name: string, edgesOf: (each: ParityCase) => readonly number[]): [string, Edge][] =>
  [-1, 0, 1].map((offset) => [
    `${name} ${offset < 0 ? '−' : '+'} ${Math.abs(offset)} ms`,
    (each) => beside(edgesOf(each), offset)(each),
  ]);
const lateness = ({ history, source }: ParityCase) =>
  history.map(({ event, arrivalMs }) => arrivalMs - event.eventTimeMs - source.allowedLatenessMs);
const someRow =
  (holds: (value: unknown) => boolean): Edge =>
  (each) =>
    rows(each).some((row) => row.some(holds));
const cuts = ({ world }: ParityCase) => world.runs.map(({ cutMs }) => cutMs);
const hybrid = ({ view }: ParityCase) => view.batch !== null;

const EDGES: Readonly<Record<string, Edge>> = {
  ...Object.fromEntries([
    ...around('t', ({ readsMs }) => readsMs),
    ...around('t − W', (each) =>
      windows(each).flatMap((window) =>
        'lengthMs' in window ? each.readsMs.map((at) => at - window.lengthMs) : [],
      ),
    ),
    ...around('left edge', (each) =>
      windows(each).flatMap((window) => each.readsMs.map((at) => windowSpan(window, at).fromMs)),
    ),
    ...around('right edge of a tumbling window', (each) =>
      windows(each).flatMap((window) =>
        window.kind === 'tumbling' ? each.readsMs.map((at) => windowSpan(window, at).toMs) : [],
      ),
    ),
    ...around('hop', (each) =>
      windows(each).flatMap((window) =>
        'hopMs' in window ? each.readsMs.map((at) => floorOf(at, window.hopMs)) : [],
      ),
    ),
    ...around('T_b', (each) => (hybrid(each) ? cuts(each) : [])),
    ...around('tick', (each) => (each.view.schedule === null ? [] : cuts(each))),
    ...around('clock of a run', ({ world }) => world.runs.map(({ qMs }) => qMs)),
    ...around('end of the load', ({ world }) => (world.loadedUntilMs === null ? [] : [world.loadedUntilMs])),
  ]),
  'end of the horizon, as t − 1 ms': (each) => atHorizon(each, -1),
  'end of the horizon, as t + 0 ms': (each) => atHorizon(each, 0),
  'end of the horizon, as t + 1 ms': (each) => atHorizon(each, 1),
  'T_b ± 1 ms, arriving exactly L late': ({ history, source, ...each }) =>
    history.some(
      ({ event, arrivalMs }) =>
        arrivalMs - event.eventTimeMs === source.allowedLatenessMs &&
        each.world.runs.some(({ cutMs }) => Math.abs(event.eventTimeMs - cutMs) <= 1),
    ),
  'equal event times': (each) => new Set(times(each)).size < each.history.length,
  'equal event times and ids': ({ history, source }) =>
    source.dedupeMs === null &&
    new Set(history.map(({ event }) => `${event.eventTimeMs} ${event.tie}`)).size < history.length,
  'copies that dedupe leaves out': ({ history, source }) =>
    source.dedupeMs !== null &&
    new Set(history.map(({ event }) => `${event.eventTimeMs} ${event.tie}`)).size < history.length,
  'an event older than the ids that are kept': ({ history, source }) =>
    source.dedupeMs !== null &&
    history.some(
      ({ event, writerProgressMs }) => event.eventTimeMs < writerProgressMs - (source.dedupeMs as number),
    ),
  nulls: someRow((value) => value === null),
  NaN: someRow(Number.isNaN),
  infinity: someRow((value) => value === Number.POSITIVE_INFINITY),
  'negative zero': someRow((value) => Object.is(value, -0)),
  'numbers of 1e15': someRow((value) => value === 1e15 + 1),
  'the smallest double': someRow((value) => value === 5e-324),
  'the largest int64': someRow((value) => value === 2n ** 63n - 1n),
  'times before 1970': (each) => times(each).some((at) => at < 0),
  'exactly as late as allowed': (each) => lateness(each).some((late) => late === 0),
  'a little too late': (each) => lateness(each).some((late) => late === 1),
  'days too late': (each) => lateness(each).some((late) => late > 86_400_000),
  'an event of the future': (each) => times(each).some((at) => at > each.world.nowMs),
  'an event that came before it happened': ({ history }) =>
    history.some(({ event, arrivalMs }) => event.eventTimeMs > arrivalMs),
  'an entity that is idle': (each) =>
    each.history.length > 0 && times(each).every((at) => at < each.world.nowMs - 86_400_000),
  'an entity without events': ({ history }) => history.length === 0,
  'an entity with more than 100 events': ({ history }) => history.length > 100,
  'a run of 3 cut hops ago or more': (each) =>
    hybrid(each) &&
    (each.world.runs.at(-1)?.qMs ?? 0) < each.world.nowMs - 3 * (each.view.batch?.cutHopMs ?? 0),
  'an overdue run': (each) =>
    each.view.batch !== null && each.world.nowMs > (cuts(each).at(-1) as number) + each.view.batch.horizonMs,
  'two cuts': (each) => hybrid(each) && new Set(cuts(each)).size === 2,
  'the same T_b twice': (each) => hybrid(each) && new Set(cuts(each)).size === 1,
  'a run in progress': ({ world }) => world.written > world.finished,
  'runs that wrote nothing': ({ world }) => world.runs.length > 0 && world.written === 0,
  'a run before any event': (each) =>
    hybrid(each) && each.history.length > 0 && times(each).every((at) => at >= (cuts(each)[0] as number)),
  "a writer's clock ahead": ({ world }) => world.writerAheadMs > 0,
  "a writer's clock further ahead than allowed": ({ world, source }) =>
    world.writerAheadMs > source.maxClockSkewMs,
  'a horizon shorter than a tumbling window': (each) =>
    windows(each).some(
      (window) => window.kind === 'tumbling' && window.lengthMs > (each.view.batch?.horizonMs ?? Infinity),
    ),
  'a view without a moving edge': (each) => windows(each).every(({ kind }) => kind === 'lifetime'),
  'events a session gap apart': (each) =>
    windows(each).some((window) => {
      if (window.kind !== 'session') return false;
      const held = new Set(times(each));
      return times(each).some((at) => held.has(at + window.gapMs));
    }),
  'a stream that is not complete': ({ world }) => world.completeSinceMs !== Number.NEGATIVE_INFINITY,
  'an archive that is not complete': ({ world }) => world.coverageBeginMs !== Number.NEGATIVE_INFINITY,
  'no progress': ({ world }) => world.progressMs === null,
  'progress as old as max_staleness allows': ({ world, source }) =>
    world.nowMs - (world.progressMs ?? 0) === source.maxStalenessMs,
  'progress 1 ms older than allowed': ({ world, source }) =>
    world.nowMs - (world.progressMs ?? 0) === source.maxStalenessMs + 1,
  'a training row at a known time': ({ rows: { timestampsMs }, history }) =>
    history.some(({ arrivalMs }) => timestampsMs.includes(arrivalMs)),
  'time travel': ({ rows: { knownAsOfMs } }) => knownAsOfMs !== null,
};

function atHorizon({ view, world, readsMs }: ParityCase, offsetMs: number): boolean {
  if (view.batch === null) return false;
  const ends = world.runs.map(({ cutMs }) => cutMs + (view.batch?.horizonMs ?? 0) + offsetMs);
  return readsMs.some((at) => ends.includes(at));
}

describe(`random cases (seed ${SEED})`, () => {
  const random = new Random(SEED);
  const met = new Map(Object.keys(EDGES).map((name) => [name, 0]));
  for (let i = 0; i < CASES; i++) {
    const kind = random.pick(['hybrid', 'hybrid', 'hybrid', 'stream', 'schedule'] as const);
    const options = { kind, faults: random.chance(0.6), name: 'events', laterReads: 2 };
    const each = generateCase(random, generateScene(random, options), 0);
    for (const [name, isMet] of Object.entries(EDGES))
      if (isMet(each)) met.set(name, (met.get(name) ?? 0) + 1);
  }

  it.each([...met])('meet: %s (%i times)', (_name, count) => {
    expect(count).toBeGreaterThanOrEqual(LEAST);
  });
});
