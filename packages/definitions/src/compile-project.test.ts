import { ForebayError, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { aggregationView } from './aggregation-view-declaration';
import { compileProject } from './compile-project';
import { compiledView, problemsOf, sourceProblems, withFeatures } from './compiling.fixture';
import { entity } from './declarations';
import { count } from './feature-declarations';
import { declareFlights, flightsProject } from './flights.fixture';
import { paymentsProject } from './payments.fixture';
import { featureService, project } from './project-declaration';

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

describe('projects', () => {
  it('say in the title how many problems there are', () => {
    const message =
      'project "p": 1 problem\n  - project "p": unknown option "views": check its spelling, or leave it out';
    expect(() => compileProject(project({ name: 'p', views: [] } as never))).toThrow(
      new ForebayError('invalid_definition', message),
    );
  });

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

  it('have no two views of one name, whatever their kinds', () => {
    const { options } = paymentsProject({ risk: { name: 'daily' }, profile: { name: 'recent' } });
    expect(problemsOf(project(options))).toEqual([
      'view "recent": declared as an aggregation view and as a table view: views of all kinds share their names, so rename one',
      'view "daily": declared as an aggregation view and as an on-demand view: views of all kinds share their names, so rename one',
    ]);
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
