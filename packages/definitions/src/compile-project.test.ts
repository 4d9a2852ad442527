import { DAY_MS, ForebayError, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { compileProject } from './compile-project';
import type { AggregationViewOptions, EventSourceOptions, ProjectDeclaration } from './declarations';
import { aggregationView, entity, eventSource, featureService, project } from './declarations';
import {
  count,
  distinctCount,
  type FeatureDeclaration,
  lastN,
  max,
  mean,
  min,
  stddev,
  sum,
  timeSinceLast,
  variance,
} from './feature-declarations';
import { declareFlights, flightsProject } from './flights.fixture';
import type { AggregationFeature, AggregationView, EventSource } from './model';

/** The problems that compiling gives, without their bullets; none if it compiles. */
function problemsOf(declaration: ProjectDeclaration): string[] {
  try {
    compileProject(declaration);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ForebayError);
    expect((error as ForebayError).reason).toBe('invalid_definition');
    const [title, ...problems] = (error as ForebayError).message.split('\n  - ');
    const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
    expect(title?.endsWith(count) ?? false).toBe(true);
    return problems;
  }
}

/** With options as a JavaScript file could give them, whatever their types. */
const viewProblems = (view: object) =>
  problemsOf(flightsProject({ view: view as Partial<AggregationViewOptions> }));
const sourceProblems = (source: object) =>
  problemsOf(flightsProject({ source: source as Partial<EventSourceOptions> }));

/** Only the named feature, in a view without a feature service. */
function withFeatures(
  features: Record<string, FeatureDeclaration>,
  view: Partial<AggregationViewOptions> = {},
): ProjectDeclaration {
  const { airport, flights, delays } = declareFlights({ view: { ...view, features } });
  return project({
    name: 'flights',
    entities: [airport],
    eventSources: [flights],
    aggregationViews: [delays],
  });
}

const compiledView = (declaration: ProjectDeclaration) =>
  compileProject(declaration).aggregationViews[0] as AggregationView;
const compiledSource = (source: object) =>
  compileProject(flightsProject({ source: source as Partial<EventSourceOptions> }))
    .eventSources[0] as EventSource;
const compiledFeature = (feature: FeatureDeclaration, view: Partial<AggregationViewOptions> = {}) =>
  compiledView(withFeatures({ x: feature }, view)).features[0] as AggregationFeature;

describe('a valid project', () => {
  const compiled = compileProject(flightsProject());

  it('is normalised, with every default filled in', () => {
    expect(compiled.eventSources[0]).toMatchObject({
      id: 0,
      table: 'flights',
      eventId: null,
      knownAt: null,
      allowedLatenessMs: HOUR_MS,
      maxClockSkewMs: 5 * MINUTE_MS,
      maxStalenessMs: MINUTE_MS,
      partitions: 4,
      archiveOrder: ['origin'],
      metadata: { owner: '', description: '', tags: {} },
    });
    expect(compiled.entities[0]?.metadata).toEqual({
      owner: 'ops',
      description: 'an airport',
      tags: { tier: '1' },
    });
  });

  it('has its view with keys, derived columns and plans', () => {
    expect(compiled.aggregationViews[0]).toMatchObject({
      version: 1,
      keyFields: ['origin'],
      filter: 'delay != null',
      derived: [{ name: 'is_late', expression: 'delay > 15', type: 'bool' }],
      batch: { horizonMs: 72 * HOUR_MS, cutHopMs: HOUR_MS, intervalMs: HOUR_MS },
      stream: { retentionMs: 73 * HOUR_MS },
    });
  });

  it('has the features that its service picked', () => {
    expect(compiled.featureServices[0]?.features).toEqual([
      { view: 'airport_delays', version: 1, feature: 'flights_1h' },
      { view: 'airport_delays', version: 1, feature: 'delay_mean_24h' },
    ]);
  });

  it('stores expressions in their canonical form, so that white space makes no second lane', () => {
    const view = compiledView(
      withFeatures({ x: count({ window: '1h', filter: '(delay>15)' }) }, { filter: 'delay   !=null' }),
    );
    expect(view.filter).toBe('delay != null');
    expect(view.features[0]?.filter).toBe('delay > 15');
  });
});

describe('windows', () => {
  it.each([
    ['30s', 1_000],
    ['1m', 1_000],
    ['2m', MINUTE_MS],
    ['1h', MINUTE_MS],
    ['90m', 5 * MINUTE_MS],
    ['12h', 5 * MINUTE_MS],
    ['13h', HOUR_MS],
    ['12d', HOUR_MS],
    ['13d', DAY_MS],
    ['90d', DAY_MS],
  ] as const)('of %s have a default hop of %d ms', (window, hopMs) => {
    expect(compiledFeature(count({ window })).window).toMatchObject({ hopMs });
  });

  it.each([
    ['90s', 'window 90s is not a multiple of its default hop 1m: give the hop, as { length: "90s", hop: … }'],
    [{ length: '90m', hop: '1h' }, 'window 90m is not a multiple of its hop 1h: change one of them'],
    ['500ms', 'window 500ms is shorter than 1s'],
    ['0s', 'window 0s is shorter than 1s'],
    [{ length: '1h', hop: '500ms' }, 'hop 500ms is shorter than 1s'],
    [{ length: '3s', hop: '1500ms' }, 'hop 1500ms is not in whole seconds'],
    ['4000d', 'window 4000d is longer than 3660d: use "lifetime" for everything before'],
    [{ length: '90d', hop: '1m' }, 'window 90d has 129600 hops of 1m, more than 4096: take a larger hop'],
  ] as const)('%j are refused', (window, problem) => {
    expect(problemsOf(withFeatures({ x: count({ window: window as '1h' }) }))).toEqual([
      `view "airport_delays", feature "x": ${problem}`,
    ]);
  });

  it.each([
    ['x', 'window', '"x" is not a duration such as 500ms, 90s, 15m, 1h or 30d'],
    [{ length: '1h', hop: '1' }, 'hop', '"1" is not a duration such as 500ms, 90s, 15m, 1h or 30d'],
  ])('%j are refused as no durations', (window, part, problem) => {
    expect(problemsOf(withFeatures({ x: count({ window: window as '1h' }) }))).toEqual([
      `view "airport_delays", feature "x", ${part}: ${problem}`,
    ]);
  });

  it('of one view have hops of which each divides the next', () => {
    const declaration = withFeatures({
      a: count({ window: { length: '2h', hop: '40m' } }),
      b: count({ window: { length: '10m', hop: '5m' } }),
    });
    expect(problemsOf(declaration)).toEqual([
      'view "airport_delays": hop 1h (the cut hop) is not a multiple of hop 40m (feature "a"): ' +
        "of a view's hops each must divide the next larger one",
    ]);
  });

  it('need not divide the cut hop where batch and stream do not meet', () => {
    expect(
      problemsOf(
        withFeatures({ a: count({ window: { length: '2h', hop: '40m' } }) }, { batch: false, stream: {} }),
      ),
    ).toEqual([]);
  });
});

describe('features', () => {
  it.each<[FeatureDeclaration, string]>([
    [count({ window: '1h' }), 'int64'],
    [count('price', { window: '1h' }), 'int64'],
    [sum('delay', { window: '1h' }), 'int64'],
    [sum('price', { window: '1h' }), 'double'],
    [mean('delay', { window: '1h' }), 'double'],
    [min('delay', { window: '1h' }), 'int32'],
    [max('delay + 1', { window: '1h' }), 'int64'],
    [max('time', { window: '1h' }), 'timestamp'],
    [lastN('tail', 3, { window: '1h' }), 'list<string>'],
    [lastN('is_late', 3, { window: '1h' }), 'list<bool>'],
    [timeSinceLast('tail', { window: '1h' }), 'double'],
  ])('%j are %s', (feature, type) => {
    expect(compiledFeature(feature).type).toBe(type);
  });

  it('have their parameters filled in', () => {
    expect(compiledFeature(distinctCount('tail', { window: '1h' })).parameters).toEqual({ exact: 256 });
    expect(compiledFeature(distinctCount('tail', { window: '1h', exact: 8 })).parameters).toEqual({
      exact: 8,
    });
    expect(compiledFeature(variance('price', { window: '1h' })).parameters).toEqual({ sample: 0 });
    expect(compiledFeature(stddev('price', { window: '1h', sample: true })).parameters).toEqual({
      sample: 1,
    });
  });

  const spread = 'int32, int64, double';
  it.each<[FeatureDeclaration, string]>([
    [
      sum('tail', { window: '1h' }),
      `: input "tail" is string, and sum takes ${spread}: give an expression of one of these types, or another operation`,
    ],
    [
      mean('is_late', { window: '1h' }),
      `: input "is_late" is bool, and mean takes ${spread}: use count with a filter, or an expression such as "x ? 1 : 0"`,
    ],
    [
      distinctCount('price', { window: '1h' }),
      ': input "price" is double, and distinct_count takes bool, int32, int64, string, timestamp: round it to an integer first',
    ],
    [
      distinctCount('tail', { window: '1h', exact: 2_000 }),
      ': exact 2000 is not a whole number from 0 to 1024',
    ],
    [lastN('tail', 101, { window: '1h' }), ': n 101 is not a whole number from 1 to 100'],
    [lastN('tail', 1.5, { window: '1h' }), ': n 1.5 is not a whole number from 1 to 100'],
    [
      count({ window: '1h', filter: 'delay' }),
      ', filter: "delay" is int, not bool: compare it, as in "delay != null"',
    ],
    [
      { ...lastN('tail', 1, { window: '1h' }), parameters: {} },
      ': last_n needs its parameter "n", from 1 to 100',
    ],
    [
      { ...count({ window: '1h' }), parameters: { n: 1 } },
      ': count has no parameter "n": its parameters are none',
    ],
    [
      { ...count({ window: '1h' }), operation: 'median' as 'count' },
      ': unknown operation "median": the operations are "count"',
    ],
    [
      { ...sum('delay', { window: '1h' }), input: null },
      ': sum needs an input: a field, a derived column or an expression',
    ],
    [
      sum('delay', undefined as never),
      ': "window" is missing: expected a duration, "lifetime" or { length, hop }',
    ],
    [distinctCount('tail', undefined as never), ': "window" is missing'],
    [count({ window: 5 } as never), ': "window" is 5: expected a duration, "lifetime" or { length, hop }'],
    [
      count({ window: '1h', wher: 'x' } as never),
      ': unknown option "wher": check its spelling, or leave it out',
    ],
    [
      lastN('tail', { window: '1h' } as never, undefined as never),
      ': "parameters.n" is an object: expected number',
    ],
  ])('%j are refused', (feature, problem) => {
    expect(
      problemsOf(withFeatures({ x: feature }))[0]?.startsWith(
        `view "airport_delays", feature "x"${problem}`,
      ) ?? false,
    ).toBe(true);
  });

  it('name what an expression gets wrong', () => {
    const [problem] = problemsOf(withFeatures({ x: sum('dely * 2', { window: '1h' }) }));
    expect(problem).toMatch(/^view "airport_delays", feature "x", input: .*dely/);
  });

  it('are named like everything else', () => {
    expect(problemsOf(withFeatures({ lateFlights: count({ window: '1h' }) }))).toEqual([
      'view "airport_delays", feature "lateFlights": "lateFlights" is not a name: use a lowercase letter, then up to 62 lowercase letters, digits or _',
    ]);
  });
});

describe('views', () => {
  it('may be of the stream or of batches alone', () => {
    const features = { x: count({ window: '24h' }), y: count({ window: 'lifetime' }) };
    expect(compiledView(withFeatures(features, { batch: false, stream: {} }))).toMatchObject({
      batch: null,
      stream: { retentionMs: 25 * HOUR_MS },
    });
    expect(compiledView(withFeatures(features, { batch: { every: '1h' }, stream: false }))).toMatchObject({
      stream: null,
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
      'with neither plan',
      { batch: false, stream: false },
      'view "airport_delays": neither batch nor stream: a view needs one of them, or both',
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
      'view "airport_delays": "batch" is true: expected { horizon, every, cutHop }, each of them optional, or false',
    ],
    [
      'with a wrong source',
      { source: 'flights' },
      'view "airport_delays": "source" is "flights": expected what eventSource() returns',
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
      'view "airport_delays", stream.retention: 30d is too short: it must be at least 31d (the longest window + its hop)',
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

describe('event sources', () => {
  it('take what is declared', () => {
    const declared = {
      table: 'archive',
      eventId: 'tail',
      knownAt: 'time',
      allowedLateness: '0s',
      maxClockSkew: '1s',
      maxStaleness: '90s',
      partitions: 12,
      archiveOrder: ['origin', 'destination'],
    };
    expect(compiledSource(declared)).toMatchObject({
      table: 'archive',
      eventId: 'tail',
      knownAt: 'time',
      allowedLatenessMs: 0,
      maxClockSkewMs: 1_000,
      maxStalenessMs: 90_000,
      partitions: 12,
      archiveOrder: ['origin', 'destination'],
    });
  });

  const place = 'event source "flights"';
  const known = 'the fields are "time", "origin", "destination", "delay", "distance", "tail", "price"';
  it.each<[object, string]>([
    [{ eventTime: 'origin' }, `${place}, eventTime: field "origin" is string, not timestamp`],
    [{ eventTime: 'at' }, `${place}, eventTime: there is no field "at": ${known}`],
    [{ eventId: 'price' }, `${place}, eventId: field "price" is double, not string or int32 or int64`],
    [{ knownAt: 'delay' }, `${place}, knownAt: field "delay" is int32, not timestamp`],
    [{ archiveOrder: ['gate'] }, `${place}, archiveOrder: there is no field "gate": ${known}`],
    [{ archiveOrder: ['origin', 'origin'] }, `${place}, archiveOrder: field "origin" stands there twice`],
    [{ topic: 'a b' }, `${place}: "a b" is not a name of a topic: use up to 249 letters, digits, ., _ or -`],
    [{ topic: '..' }, `${place}: ".." is not a name of a topic: use up to 249 letters, digits, ., _ or -`],
    [
      { table: 'a-b' },
      `${place}, table: "a-b" is not a name: use a lowercase letter, then up to 62 lowercase letters, digits or _`,
    ],
    [{ partitions: 0 }, `${place}: partitions 0 is not a whole number from 1 to 8191`],
    [{ partitions: 9_000 }, `${place}: partitions 9000 is not a whole number from 1 to 8191`],
    [
      { allowedLateness: 'soon' },
      `${place}, allowedLateness: "soon" is not a duration such as 500ms, 90s, 15m, 1h or 30d`,
    ],
    [{ allowedLateness: '31d' }, `${place}, allowedLateness: 31d is not between 0ms and 30d`],
    [{ maxStaleness: '0s' }, `${place}, maxStaleness: 0s is not between 1ms and 1d`],
    [
      { fields: { time: 'timestamp', 'a.b': 'string' } },
      `${place}, field "a.b": "a.b" is not a name of a field: use a letter, then up to 62 letters, digits or _`,
    ],
    [
      { fields: { time: 'timestamp', in: 'string' } },
      `${place}, field "in": "in" is a reserved word of expressions: rename the field`,
    ],
    [
      { fields: { time: 'date' } },
      `${place}: "fields.time" is "date": expected one of "bool"|"int32"|"int64"|"double"|"string"|"timestamp"`,
    ],
    [{ owner: 5 }, `${place}: "owner" is 5: expected string, received number`],
    [
      { tags: { 'a b': 'x' } },
      `${place}: "tags.a b" is "a b": a tag is named by a lowercase letter, then letters, digits, _, . or -`,
    ],
  ])('%j are refused', (source, problem) => {
    expect(sourceProblems(source)).toContain(problem);
  });

  it('may have fields in camel case', () => {
    const fields = {
      time: 'timestamp',
      origin: 'string',
      destination: 'string',
      delay: 'int32',
      tailNumber: 'string',
    };
    expect(sourceProblems({ fields })).toEqual([]);
  });

  it('do not share a topic or a table', () => {
    const { flights } = declareFlights();
    const other = eventSource({
      name: 'other',
      topic: 'flights',
      table: 'flights',
      fields: { time: 'timestamp' },
      eventTime: 'time',
    });
    expect(problemsOf(project({ name: 'p', eventSources: [flights, other] }))).toEqual([
      'event source "other": topic "flights" is event source "flights"\'s already: declare one source with all fields, and a view for each use',
      'event source "other": table "flights" is event source "flights"\'s already: declare one source with all fields, and a view for each use',
    ]);
  });
});

describe('entities', () => {
  const entityProblems = (options: object) =>
    problemsOf(project({ name: 'p', entities: [entity(options as never)] }));

  it.each<[object, string]>([
    [{ name: 'x', joinKeys: {} }, 'entity "x": no join keys: give at least one, such as { user: "string" }'],
    [
      { name: 'x', joinKeys: { at: 'timestamp' } },
      'entity "x": "joinKeys.at" is "timestamp": expected one of "string"|"int32"|"int64"|"bool"',
    ],
    [
      { name: 'x', joinKeys: { 'a b': 'string' } },
      'entity "x", join key "a b": "a b" is not a name: use a lowercase letter, then up to 62 lowercase letters, digits or _',
    ],
    [
      { joinKeys: { a: 'string' } },
      'entity (without a name): "name" is missing: expected string, received undefined',
    ],
    [
      { name: 'x', joinKeys: Object.fromEntries('abcdefghi'.split('').map((key) => [key, 'string'])) },
      'entity "x": 9 join keys are more than the limit of 8',
    ],
  ])('%j are refused', (options, problem) => {
    expect(entityProblems(options)).toEqual([problem]);
  });
});

describe('feature services', () => {
  const { airport, flights, delays } = declareFlights();
  const parts = { name: 'p', entities: [airport], eventSources: [flights], aggregationViews: [delays] };
  const serviceProblems = (options: object) =>
    problemsOf(project({ ...parts, featureServices: [featureService({ name: 's', ...options } as never)] }));

  it('take whole views in the order of their features', () => {
    const compiled = compileProject(
      project({ ...parts, featureServices: [featureService({ name: 's', features: [delays] })] }),
    );
    expect(compiled.featureServices[0]?.features.map(({ feature }) => feature)).toEqual(
      Object.keys(delays.options.features),
    );
  });

  it.each<[object, string]>([
    [{ features: [] }, 'feature service "s": no features: list views, or what pick() gives'],
    [{ features: [delays.pick()] }, 'feature service "s": pick() of view "airport_delays" names no features'],
    [
      { features: [delays, delays.pick('total')] },
      'feature service "s": feature "total" of view "airport_delays" is listed twice: list it once',
    ],
    [
      { features: [delays.pick('totl' as 'total')] },
      'feature service "s": view "airport_delays" has no feature "totl": its features are "flights_1h", ',
    ],
    [
      { features: ['total'] },
      'feature service "s": "features.0" is "total": expected what aggregationView() or pick() returns',
    ],
    [
      { features: [declareFlights().delays] },
      'feature service "s": view "airport_delays" is not in the project: add it to aggregationViews',
    ],
    [
      { version: 1.5, features: [delays] },
      'feature service "s@1.5": version 1.5 is not a whole number from 1 to 1000000',
    ],
  ])('%# are refused', (options, problem) => {
    expect(serviceProblems(options)[0]).toContain(problem);
  });

  it('do not mix join keys of one name and different types', () => {
    const gate = entity({ name: 'gate', joinKeys: { airport: 'int32' } });
    const gates = aggregationView({
      name: 'gates',
      entity: gate,
      source: flights,
      keys: { airport: 'delay' },
      features: { n: count({ window: '1h' }) },
    });
    const declaration = project({
      ...parts,
      entities: [airport, gate],
      aggregationViews: [delays, gates],
      featureServices: [featureService({ name: 's', features: [delays, gates] })],
    });
    expect(problemsOf(declaration)).toEqual([
      'feature service "s": join key "airport" is string in entity "airport" and int32 in entity "gate": rename one, or make two feature services',
    ]);
  });
});

describe('projects', () => {
  it('report every problem at once, each with its place', () => {
    const problems = problemsOf(
      flightsProject({
        source: { partitions: 0, maxClockSkew: '2d' },
        view: { filter: 'delay', keys: { airport: 'delay' } },
      }),
    );
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(':')))).toEqual([
      'event source "flights", maxClockSkew',
      'event source "flights"',
      'view "airport_delays", filter',
      'view "airport_delays", key "airport"',
    ]);
  });

  it('do not report what follows from an earlier problem', () => {
    expect(sourceProblems({ fields: 5 })).toEqual([
      'event source "flights": "fields" is 5: expected record, received number',
    ]);
  });

  it('have no two definitions of one name', () => {
    const { airport, flights, delays } = declareFlights();
    const declaration = project({
      name: 'p',
      entities: [airport, entity({ name: 'airport', joinKeys: { a: 'string' } })],
      eventSources: [flights],
      aggregationViews: [
        delays,
        aggregationView({
          name: 'airport_delays',
          entity: airport,
          source: flights,
          keys: { airport: 'tail' },
          features: { x: count({ window: '1h' }) },
        }),
      ],
      featureServices: [
        featureService({ name: 's', features: [delays] }),
        featureService({ name: 's', features: [delays] }),
      ],
    });
    expect(problemsOf(declaration)).toEqual(
      ['entity "airport"', 'view "airport_delays"', 'feature service "s"'].map(
        (what) => `${what}: declared twice: rename one, or leave it out`,
      ),
    );
  });

  it.each([undefined, null, 5, {}, { kind: 'entity' }])(
    'are what project() returns, not %j',
    (declaration) => {
      expect(() => compileProject(declaration as never)).toThrow(
        'the definitions are not what project() returns: end the file with "export default project({ … })"',
      );
    },
  );

  it.each<[object, string]>([
    [
      { name: 'P' },
      'project "P": "P" is not a name: use a lowercase letter, then up to 62 lowercase letters, digits or _',
    ],
    [{ name: 'p', views: [] }, 'project "p": unknown option "views": check its spelling, or leave it out'],
    [{ name: 'p', entities: [{}] }, 'project "p": "entities.0" is an object: expected what entity() returns'],
  ])('%j are refused', (options, problem) => {
    expect(problemsOf(project(options as never))).toEqual([problem]);
  });
});
