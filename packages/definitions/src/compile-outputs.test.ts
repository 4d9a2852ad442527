import { DAY_MS } from '@forebay/contract';
import type { AggregationViewOptions } from './aggregation-view-declaration';
import { aggregationView } from './aggregation-view-declaration';
import { applyPlan } from './apply-plan';
import { compileProject } from './compile-project';
import { compiledView, problemsOf, viewProblems } from './compiling.fixture';
import { count } from './feature-declarations';
import { declareFlights, flightsProject } from './flights.fixture';
import { emptyProject, planChanges } from './plan-changes';
import { project } from './project-declaration';

const plain = compiledView(flightsProject());
const viewWith = (view: object) =>
  compiledView(flightsProject({ view: view as Partial<AggregationViewOptions> }));
const PLOTTED = plain.features.map(({ name }) => name).filter((name) => name !== 'last_destinations');

describe('an output topic', () => {
  it('has all features, as JSON, after each flush, and as many partitions as the source, unless told otherwise', () => {
    expect(viewWith({ output: { topic: 'delays.out' } }).output).toEqual({
      topic: 'delays.out',
      format: 'json',
      features: plain.features.map(({ name }) => name),
      everyMs: null,
      partitions: 4,
    });
    const output = {
      topic: 'o',
      format: 'protobuf',
      features: ['total', 'flights_1h'],
      every: '2s',
      partitions: 1,
    };
    expect(viewWith({ output }).output).toEqual({
      topic: 'o',
      format: 'protobuf',
      features: ['flights_1h', 'total'],
      everyMs: 2_000,
      partitions: 1,
    });
  });

  it.each<[object, string]>([
    [{ topic: 'a b' }, ', output: "a b" is not a name of a topic'],
    [{ topic: 'o', features: ['late'] }, ', output: the view has no feature "late": it has "flights_1h"'],
    [{ topic: 'o', features: [] }, ', output: features is an empty list: name some, or leave it out for all'],
    [{ topic: 'o', every: '10ms' }, ', output.every: 10ms is not between 100ms and 1d'],
    [{ topic: 'o', partitions: 0 }, ', output: partitions 0 is not a whole number from 1 to 8191'],
    [{ topic: 'o', format: 'avro' }, ': "output.format" is "avro": expected one of "json"|"protobuf"'],
    [
      { topic: 'flights' },
      ', output: topic "flights" is that of event source "flights" already: choose another',
    ],
    [
      { topic: 'flights.dlq' },
      ', output: topic "flights.dlq" is that of the dead letters of event source "flights" already',
    ],
  ])('%j is refused', (output, problem) => {
    const [first, ...others] = viewProblems({ output });
    expect(first).toMatch(`view "airport_delays"${problem}`);
    expect(others).toEqual([]);
  });

  it('belongs to one view, across projects', () => {
    const { airport, flights, delays } = declareFlights({ view: { output: { topic: 'o' } } });
    const second = aggregationView({
      name: 'more',
      entity: airport,
      source: flights,
      keys: { airport: 'origin' },
      output: { topic: 'o' },
      features: { x: count({ window: '1h' }) },
    });
    const parts = { entities: [airport], eventSources: [flights] };
    expect(problemsOf(project({ ...parts, name: 'p', aggregationViews: [delays, second] }))).toEqual([
      'view "more", output: topic "o" is that of view "airport_delays" already: choose another',
    ]);
    const applied = applyPlan(null, compileProject(flightsProject({ view: { output: { topic: 'o' } } })), {
      nowMs: 0,
      appliedBy: 'ana',
    });
    const taker = { ...emptyProject('other'), aggregationViews: [viewWith({ output: { topic: 'o' } })] };
    expect(planChanges(applied, taker).changes.find(({ what }) => what === 'aggregation view')?.refused).toBe(
      'output topic "o" is taken by view "airport_delays" of project "flights": choose another',
    );
  });
});

describe('a series', () => {
  it('has all numbers of the thousand entities that changed last, for 30 days, unless told otherwise', () => {
    expect(viewWith({ series: { every: '10s' } }).series).toEqual({
      everyMs: 10_000,
      features: PLOTTED,
      entities: [],
      maxEntities: 1_000,
      keepMs: 30 * DAY_MS,
    });
    const series = {
      every: '1m',
      features: ['total'],
      entities: [{ airport: 'J.F' }, { airport: 'LAX' }],
      keep: '2h',
    };
    expect(viewWith({ series }).series).toMatchObject({
      features: ['total'],
      entities: ['J%2EF', 'LAX'],
      maxEntities: 0,
      keepMs: 7_200_000,
    });
  });

  it.each<[object, string]>([
    [{ every: '1500ms' }, ', series.every: 1500ms is not in whole seconds'],
    [{ every: '100ms' }, ', series.every: 100ms is not between 1s and 1d'],
    [
      { every: '1s', features: ['last_destinations'] },
      ', series: feature "last_destinations" is a list<string>, and samples are numbers: leave it out',
    ],
    [
      { every: '1s', entities: [{ port: 'x' }] },
      ', series.entities 1: entity "airport" has no join key "port"',
    ],
    [
      { every: '1s', entities: [{ airport: 7 }] },
      ', series.entities 1: join key "airport" is number 7, not a string',
    ],
    [{ every: '1s', entities: [] }, ', series: entities is an empty list: leave it out'],
    [
      { every: '1s', entities: [{ airport: 'x' }], maxEntities: 3 },
      ', series: maxEntities bounds those that changed',
    ],
    [
      { every: '1s', maxEntities: 100_000 },
      ', series: maxEntities 100000 is not a whole number from 1 to 10000, with 7 features',
    ],
    [{ every: '1s', keep: '1m' }, ', series.keep: 1m is not between 1h and 3660d'],
    [{ entities: [{ airport: 'x' }] }, ': "series.every" is missing: expected string'],
  ])('%j is refused', (series, problem) => {
    expect(viewProblems({ series })[0]).toMatch(`view "airport_delays"${problem}`);
  });
});

describe('outputs', () => {
  const both = { output: { topic: 'o' }, series: { every: '1m' } } as const;

  it('are no part of what a view means, so they come and go under one version', () => {
    const view = viewWith(both);
    expect(view.fingerprint).toBe(plain.fingerprint);
    const before = applyPlan(null, compileProject(flightsProject()), { nowMs: 0, appliedBy: 'ana' });
    const plan = planChanges(before, compileProject(flightsProject({ view: both })));
    expect(plan.changes.filter(({ kind }) => kind !== 'unchanged')).toMatchObject([
      {
        kind: 'changed',
        name: 'airport_delays@1',
        details: [expect.stringMatching(/^output: none →/), expect.stringMatching(/^series: none →/)],
      },
    ]);
    expect(plan.changes.some(({ refused }) => refused !== undefined)).toBe(false);
    expect(plan.work.topics).toEqual([{ topic: 'o', partitions: 4 }]);
  });

  it('need a stream', () => {
    const scheduled = { batch: undefined, stream: false, schedule: { every: '1h' } };
    expect(viewProblems({ ...scheduled, ...both })).toEqual([
      'view "airport_delays": it is made on a schedule, so its values do not change with events: leave out "output" and "series"',
    ]);
  });

  it('of a new project are topics to create', () => {
    const desired = compileProject(flightsProject({ view: both }));
    expect(planChanges(null, desired).work.topics).toContainEqual({ topic: 'o', partitions: 4 });
    expect(planChanges(null, emptyProject('p')).work.topics).toEqual([]);
  });
});
