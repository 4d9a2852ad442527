import { DAY_MS, HOUR_MS } from '@forebay/contract';
import { type AggregationViewOptions, aggregationView } from './aggregation-view-declaration';
import { compiledView, problemsOf, viewProblems, withFeatures } from './compiling.fixture';
import { entity, eventSource } from './declarations';
import { count } from './feature-declarations';
import { declareFlights } from './flights.fixture';
import { project } from './project-declaration';

describe('views', () => {
  it('may be of the stream alone', () => {
    const features = { x: count({ window: '24h' }), y: count({ window: 'lifetime' }) };
    expect(compiledView(withFeatures(features, { batch: false, stream: {} }))).toMatchObject({
      batch: null,
      stream: { retentionMs: 25 * HOUR_MS },
    });
  });

  it('have a default horizon with room for missed runs, a multiple of the cut hop', () => {
    const plansOf = (batch: object) => {
      const view = compiledView(
        withFeatures({ x: count({ window: 'lifetime' }) }, {
          batch,
          stream: {},
        } as Partial<AggregationViewOptions>),
      );
      return [view.batch?.horizonMs, view.stream?.retentionMs].map(
        (durationMs) => (durationMs as number) / HOUR_MS,
      );
    };
    expect(plansOf({})).toEqual([75, 76]);
    expect(plansOf({ every: '1h' })).toEqual([6, 7]);
    expect(plansOf({ cron: '15 2 * * *' })).toEqual([75, 76]);
    expect(plansOf({ cron: '15 2 * * 1-5' })).toEqual([219, 220]);
    expect(plansOf({ every: '10m', cutHop: '2h' })).toEqual([6, 8]);
  });

  it('of lifetime windows and the stream alone keep a day of rows', () => {
    const view = compiledView(
      withFeatures(
        { x: count({ window: 'lifetime' }), y: count({ window: '1h' }) },
        { batch: false, stream: {} },
      ),
    );
    expect(view.stream).toEqual({ retentionMs: DAY_MS });
  });

  it('take a join key from the field of the same name unless told otherwise', () => {
    const airport = entity({ name: 'airport', joinKeys: { origin: 'string' } });
    const { flights } = declareFlights();
    const view = aggregationView({
      name: 'v',
      entity: airport,
      source: flights,
      features: { x: count({ window: '1h' }) },
    });
    const declaration = project({
      name: 'p',
      entities: [airport],
      eventSources: [flights],
      aggregationViews: [view],
    });
    expect(compiledView(declaration).keyFields).toEqual(['origin']);
  });

  it.each<[string, object, string]>([
    ['of no features', { features: {} }, 'view "airport_delays": no features: declare at least one'],
    [
      'without a stream',
      { stream: false },
      'view "airport_delays": without a stream it needs a schedule: give schedule: { every: … }',
    ],
    [
      'with a stream and a schedule',
      { batch: false, schedule: { every: '1h' } },
      'view "airport_delays": it has a stream and a schedule: leave out "schedule" for live values, or "stream"',
    ],
    [
      'with a batch and a schedule',
      { stream: false, schedule: { every: '1h' } },
      'view "airport_delays": it has a schedule, whose runs are its batch: leave out "batch"',
    ],
    [
      'with a schedule whose delay is not after its wait',
      { stream: false, batch: false, schedule: { every: '1h', delay: '1h' } },
      'view "airport_delays", schedule.delay: 1h is not longer than the wait 1h: a run begins after the wait and must end before the delay',
    ],
    [
      'with a schedule of no shape',
      { stream: false, batch: false, schedule: '1h' },
      'view "airport_delays": "schedule" is "1h": expected { every, wait, delay }, the last two optional',
    ],
    [
      'with a stream of no shape',
      { stream: 7 },
      'view "airport_delays": "stream" is 7: expected { retention }, optional, or false',
    ],
    [
      'with a bad version',
      { version: 0 },
      'view "airport_delays@0": version 0 is not a whole number from 1 to 1000000',
    ],
    [
      'with a bad name',
      { name: 'Delays' },
      'view "Delays": "Delays" is not a name: use a lowercase letter, then up to 62 lowercase letters, digits or _',
    ],
    [
      'with an unknown option',
      { filtr: 'x' },
      'view "airport_delays": unknown option "filtr": check its spelling, or leave it out',
    ],
    [
      'with an option of a wrong type',
      { filter: 5 },
      'view "airport_delays": "filter" is 5: expected string, received number',
    ],
    [
      'with a wrong plan',
      { batch: true },
      'view "airport_delays": "batch" is true: expected { horizon, every, cron, cutHop }, each of them optional, or false',
    ],
    [
      'with a wrong source',
      { source: 'flights' },
      'view "airport_delays": "source" is "flights": expected what eventSource(), joinedSource() or sequenceSource() returns',
    ],
    [
      'with a wrong feature',
      { features: { x: 'count' } },
      'view "airport_delays": "features.x" is "count": expected what an operation such as count() returns',
    ],
    [
      'with a filter that is no test',
      { filter: 'delay + 1' },
      'view "airport_delays", filter: "delay + 1" is int, not bool: compare it, as in "delay + 1 != null"',
    ],
    [
      'with a derived column of a taken name',
      { derive: { is_late: 'delay > 15', tail: 'origin' } },
      'view "airport_delays", derived column "tail": the source has a field of that name: choose another',
    ],
    [
      'with a derived column of a bad name',
      { derive: { is_late: 'delay > 15', _x: 'origin' } },
      'view "airport_delays", derived column "_x": "_x" is not a name of a field: use a letter, then up to 62 letters, digits or _',
    ],
    [
      'with a join key that the entity has not',
      { keys: { airport: 'origin', port: 'origin' } },
      'view "airport_delays", keys: "port" is not a join key of entity "airport": its join keys are "airport"',
    ],
    [
      'with a key field of a wrong type',
      { keys: { airport: 'delay' } },
      'view "airport_delays", key "airport": "delay" is int32, and the join key is string: it can be read from string',
    ],
    [
      'with an unknown key field',
      { keys: { airport: 'orign' } },
      'view "airport_delays", key "airport": there is no field or derived column "orign": there are "time", "origin", "destination", "delay", "distance", "tail", "price", "is_late"; say which in "keys"',
    ],
    [
      'with a horizon off the cut hop',
      { batch: { horizon: '90m' }, stream: {} },
      'view "airport_delays", batch.horizon: 90m is not a multiple of the cut hop 1h',
    ],
    [
      'with a horizon that ends too early',
      { batch: { horizon: '2h', every: '1h' }, stream: {} },
      'view "airport_delays", batch.horizon: 2h ends before the next run: it must be at least 3h (allowed lateness + cut hop + interval)',
    ],
    [
      'with too short a retention',
      { stream: { retention: '72h' } },
      'view "airport_delays", stream.retention: 72h is too short: it must be at least 73h (horizon + cut hop)',
    ],
    [
      'with too short a retention of the stream alone',
      { batch: false, stream: { retention: '30d' } },
      'view "airport_delays", stream.retention: 30d is too short: it must be at least 31d (the longest window + its hop, of tumbling windows twice their length)',
    ],
    [
      'with a retention in parts of seconds',
      { stream: { retention: '263000001ms' } },
      'view "airport_delays", stream.retention: 263000001ms is not in whole seconds',
    ],
    [
      'with a schedule that is too dense',
      { batch: { horizon: '72h', every: '1s' } },
      'view "airport_delays", batch.every: 1s is not between 1m and 366d',
    ],
    [
      'with a rule of cron that is none',
      { batch: { cron: '0 25 * * *' } },
      'view "airport_delays", batch.cron: "25" is no hour: it is *, or numbers from 0 to 23 such as 1,15 or 1-5 or */10',
    ],
    [
      'with a rule and an interval',
      { batch: { every: '1h', cron: '0 * * * *' } },
      'view "airport_delays", batch.cron: batch.every is declared, too: leave out one of them',
    ],
    [
      'with a rule that comes every few years',
      { batch: { cron: '0 0 29 2 *' } },
      'view "airport_delays", batch.cron: "0 0 29 2 *" lets 1461d pass between two runs; at most 366d may',
    ],
  ])('%s are refused', (_, view, problem) => {
    expect(viewProblems(view)).toContain(problem);
  });

  it('may derive columns from earlier ones, but not from later ones', () => {
    const derive = (columns: Record<string, string>) =>
      viewProblems({ derive: { is_late: 'delay > 15', ...columns } });
    expect(derive({ a: 'delay * 2', b: 'a + 1' })).toEqual([]);
    expect(derive({ b: 'a + 1', a: 'delay * 2' })).toEqual([
      expect.stringMatching(/^view "airport_delays", derived column "b": .*"a"/),
    ]);
  });

  it('say which of two versions is meant', () => {
    expect(viewProblems({ version: 2, filter: 'delay' })[0]).toMatch(/^view "airport_delays@2", filter: /);
  });

  it('must have their entity and source in the project', () => {
    const { delays } = declareFlights();
    expect(problemsOf(project({ name: 'flights', aggregationViews: [delays] }))).toEqual([
      'view "airport_delays": entity "airport" is not in the project: add it to entities',
      'view "airport_delays": event source "flights" is not in the project: add it to eventSources',
    ]);
  });

  it('are limited in number of features', () => {
    const features = Object.fromEntries(
      Array.from({ length: 1_001 }, (_, i) => [`f${i}`, count({ window: '1h' })]),
    );
    expect(problemsOf(withFeatures(features))).toEqual([
      'view "airport_delays": 1001 features are more than the limit of 1000',
    ]);
  });
});

describe('key fields', () => {
  it.each([
    ['int32', 'int32', true],
    ['int64', 'int32', true],
    ['int64', 'int64', true],
    ['int32', 'int64', false],
    ['bool', 'bool', true],
    ['string', 'int32', false],
    ['int64', 'timestamp', false],
    ['string', 'double', false],
  ] as const)('of a join key of %s may be %s: %p', (joinKey, field, fits) => {
    const thing = entity({ name: 'thing', joinKeys: { k: joinKey } });
    const events = eventSource({
      name: 'events',
      topic: 'events',
      fields: { time: 'timestamp', k: field },
      eventTime: 'time',
    });
    const view = aggregationView({
      name: 'v',
      entity: thing,
      source: events,
      features: { x: count({ window: '1h' }) },
    });
    const problems = problemsOf(
      project({ name: 'p', entities: [thing], eventSources: [events], aggregationViews: [view] }),
    );
    expect(problems.length === 0).toBe(fits);
  });
});
