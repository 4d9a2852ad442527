import type { ForebayError } from '@forebay/contract';
import type { AggregationViewOptions } from './aggregation-view-declaration';
import { aggregationView } from './aggregation-view-declaration';
import { applyPlan } from './apply-plan';
import { compileProject } from './compile-project';
import type { EventSourceOptions } from './declarations';
import { entity, eventSource } from './declarations';
import { count, mean } from './feature-declarations';
import { declareFlights, type FlightsChanges, flightsProject } from './flights.fixture';
import type { Project, RegistrySnapshot } from './model';
import { assertApplicable, type Change, hasChanges } from './plan';
import { planChanges } from './plan-changes';
import { featureService, project } from './project-declaration';

const OPTIONS = { nowMs: 1_000, appliedBy: 'ana' };
const base = compileProject(flightsProject());
const applied = applyPlan(null, base, OPTIONS);

const flightsWith = (changes: FlightsChanges) => compileProject(flightsProject(changes));
const onlyChanges = (current: RegistrySnapshot | null, desired: Project) =>
  planChanges(current, desired).changes.filter((change) => change.kind !== 'unchanged');
const changeOf = (changes: FlightsChanges, name: string) =>
  onlyChanges(applied, flightsWith(changes)).find((change) => change.name === name) as Change;

/** The same project with a second version of the view beside the first. */
function withSecondVersion(): Project {
  const { airport, flights, delays, risk } = declareFlights();
  const second = aggregationView({
    name: 'airport_delays',
    version: 2,
    entity: airport,
    source: flights,
    keys: { airport: 'origin' },
    features: { flights_2h: count({ window: '2h' }) },
  });
  const services = [risk, featureService({ name: 'flight_risk', version: 2, features: [second] })];
  return compileProject(
    project({
      name: 'flights',
      entities: [airport],
      eventSources: [flights],
      aggregationViews: [delays, second],
      featureServices: services,
    }),
  );
}

describe('planChanges', () => {
  it('adds everything to an empty registry, and says what will be computed', () => {
    const plan = planChanges(null, base);
    expect(plan.changes.map(({ kind, what, name }) => `${kind} ${what} ${name}`)).toEqual([
      'added entity airport',
      'added event source flights',
      'added aggregation view airport_delays@1',
      'added feature service flight_risk@1',
    ]);
    expect(plan.work).toEqual({
      tables: ['flights'],
      topics: [{ topic: 'flights', partitions: 4 }],
      columns: [],
      materialize: ['airport_delays@1'],
    });
  });

  it('finds nothing to do in what was applied', () => {
    const plan = planChanges(applied, base);
    expect(hasChanges(plan)).toBe(false);
    expect(plan.work).toEqual({ tables: [], topics: [], columns: [], materialize: [] });
  });

  it('does not materialize views without batches', () => {
    expect(planChanges(null, flightsWith({ view: { batch: false, stream: {} } })).work.materialize).toEqual(
      [],
    );
  });

  it('lets metadata and schedules change, and says how', () => {
    expect(
      changeOf({ view: { owner: 'risk', batch: { horizon: '72h', every: '2h' } } }, 'airport_delays@1'),
    ).toEqual({
      kind: 'changed',
      what: 'aggregation view',
      name: 'airport_delays@1',
      details: ['batch.interval: 1h → 2h', 'metadata.owner: "" → "risk"'],
    });
    expect(
      changeOf({ source: { maxStaleness: '2m', partitions: 8, tags: { a: 'b' } } }, 'flights').details,
    ).toEqual(['maxStaleness: 1m → 2m', 'partitions: 4 → 8', 'metadata.tags.a: none → "b"']);
  });

  it('lets features be listed in another order', () => {
    const features = Object.fromEntries(Object.entries(declareFlights().delays.options.features).reverse());
    const change = changeOf({ view: { features } }, 'airport_delays@1');
    expect(change).toMatchObject({ kind: 'changed', details: ['features: in another order'] });
    expect(change.refused).toBeUndefined();
  });

  const features = declareFlights().delays.options.features;
  const { total, ...withoutTotal } = features;
  it.each<[string, Partial<AggregationViewOptions>, string]>([
    ['a filter', { filter: 'delay < 9' }, 'view: filter delay != null → delay < 9'],
    ['no filter', { filter: undefined } as never, 'view: filter delay != null → none'],
    [
      'a window',
      { features: { ...features, flights_1h: count({ window: '2h' }) } },
      'feature "flights_1h": window 1h by 1m → 2h by 5m',
    ],
    ['a feature more', { features: { ...features, n: count({ window: '1h' }) } }, 'feature "n" added'],
    ['a feature less', { features: withoutTotal }, 'feature "total" removed'],
    [
      'a key',
      { keys: { airport: 'destination' } },
      'view: key fields origin → destination; used field "origin" removed',
    ],
    [
      'an input',
      { features: { ...features, delay_mean_24h: mean('price', { window: '24h' }) } },
      'feature "delay_mean_24h": input delay → price; used field "price" added',
    ],
    [
      'a derived column',
      { derive: { is_late: 'delay > 20' } },
      'derived column "is_late": expression delay > 15 → delay > 20',
    ],
    [
      'the cut hop',
      { batch: { horizon: '72h', every: '1h', cutHop: '2h' }, stream: {} },
      'view: batch cut hop 1h → cut hop 2h',
    ],
    ['the plans', { batch: false, stream: {} }, 'view: batch cut hop 1h → no'],
  ])('refuses a changed meaning under the same version: %s', (_, view, difference) => {
    const change = changeOf({ view }, 'airport_delays@1');
    expect(change.refused).toBe(
      `its meaning changed under version 1 (${difference}): declare it as version 2`,
    );
  });

  it('refuses a view whose source changes its meaning', () => {
    expect(changeOf({ source: { allowedLateness: '2h' } }, 'flights').refused).toBeUndefined();
    expect(changeOf({ source: { allowedLateness: '2h' } }, 'airport_delays@1').refused).toBe(
      'its meaning changed under version 1 (source: allowed lateness 1h → 2h): declare it as version 2',
    );
  });

  it('refuses a longer retention, since the older rows are gone', () => {
    expect(changeOf({ view: { stream: { retention: '80h' } } }, 'airport_delays@1').refused).toBe(
      'stream retention 73h → 80h: rows older than 73h are gone already; ' +
        'keep it (with batch.horizon and stream.retention as they were), or declare it as version 2',
    );
    const lower = flightsWith({
      view: { batch: { horizon: '48h', every: '1h' }, stream: { retention: '50h' } },
    });
    expect(onlyChanges(applied, lower).map((change) => change.refused)).toEqual([undefined]);
  });

  it('refuses a longer horizon, since stored values end at the old one', () => {
    const shorter = { batch: { horizon: '48h', every: '1h' }, stream: { retention: '73h' } } as const;
    const before = applyPlan(null, flightsWith({ view: shorter }), OPTIONS);
    const longer = flightsWith({ view: { ...shorter, batch: { horizon: '60h', every: '1h' } } });
    expect(onlyChanges(before, longer).map((change) => change.refused)).toEqual([
      'batch horizon 2d → 60h: values written before end 2d after their cut; ' +
        'keep it (with batch.horizon and stream.retention as they were), or declare it as version 2',
    ]);
  });

  it('lets versions live side by side', () => {
    const plan = planChanges(applied, withSecondVersion());
    expect(plan.changes.filter(({ kind }) => kind === 'added').map(({ name }) => name)).toEqual([
      'airport_delays@2',
      'flight_risk@2',
    ]);
    expect(plan.work.materialize).toEqual(['airport_delays@2']);
  });

  it('calls removals of a source, a view or a service destructive', () => {
    const nothing = compileProject(project({ name: 'flights' }));
    expect(onlyChanges(applied, nothing)).toEqual([
      { kind: 'removed', what: 'entity', name: 'airport', details: [] },
      { kind: 'removed', what: 'event source', name: 'flights', details: [], destructive: true },
      { kind: 'removed', what: 'aggregation view', name: 'airport_delays@1', details: [], destructive: true },
      { kind: 'removed', what: 'feature service', name: 'flight_risk@1', details: [], destructive: true },
    ]);
  });

  const fields = declareFlights().flights.options.fields;
  const { tail, ...withoutTail } = fields;
  const kept =
    'the archive holds events as they were declared; keep it, or declare a new source with its own table';
  it.each<[Partial<EventSourceOptions>, string]>([
    [{ fields: withoutTail }, `field "tail" removed: ${kept}`],
    [{ fields: { ...fields, tail: 'int64' } }, `field "tail" string → int64: ${kept}`],
    [{ topic: 'other', table: 'other' }, `topic flights → other; table flights → other: ${kept}`],
    [{ eventId: 'tail' }, `eventId none → tail: ${kept}`],
    [{ archiveOrder: [] }, `archiveOrder origin → none: ${kept}`],
  ])('refuses a source changed by %j', (source, refused) => {
    expect(changeOf({ source }, 'flights').refused).toBe(refused);
  });

  it('adds a column for a new field', () => {
    const desired = flightsWith({ source: { fields: { ...fields, gate: 'string' } } });
    expect(onlyChanges(applied, desired)).toEqual([
      { kind: 'changed', what: 'event source', name: 'flights', details: ['fields: "gate" added'] },
    ]);
    expect(planChanges(applied, desired).work.columns).toEqual([
      { table: 'flights', column: 'gate', type: 'string' },
    ]);
  });

  it('refuses other join keys', () => {
    const airport = entity({ name: 'airport', joinKeys: { airport: 'int32' } });
    const desired = {
      ...base,
      entities: compileProject(project({ name: 'flights', entities: [airport] })).entities,
    };
    expect(onlyChanges(applied, desired).find(({ what }) => what === 'entity')?.refused).toBe(
      'join keys airport: string → airport: int32: stored values are found by them; declare a new entity',
    );
  });

  it('refuses another list of features under the same version of a service', () => {
    const { airport, flights, delays } = declareFlights();
    const risk = featureService({ name: 'flight_risk', features: [delays.pick('total', 'flights_1h')] });
    const parts = {
      name: 'flights',
      entities: [airport],
      eventSources: [flights],
      aggregationViews: [delays],
    };
    expect(
      onlyChanges(applied, compileProject(project({ ...parts, featureServices: [risk] })))[0]?.refused,
    ).toBe(
      'its list of features changed under version 1 (airport_delays@1.total added; airport_delays@1.delay_mean_24h removed): declare it as version 2',
    );
    const turned = featureService({
      name: 'flight_risk',
      features: [delays.pick('delay_mean_24h', 'flights_1h')],
    });
    expect(
      onlyChanges(applied, compileProject(project({ ...parts, featureServices: [turned] })))[0]?.refused,
    ).toBe('its list of features changed under version 1 (in another order): declare it as version 2');
  });

  it('refuses a topic or table of another project', () => {
    const sourceIn = (options: object) => {
      const source = eventSource({
        name: 's',
        topic: 't',
        fields: { time: 'timestamp' },
        eventTime: 'time',
        ...options,
      });
      return onlyChanges(applied, compileProject(project({ name: 'other', eventSources: [source] })))[0]
        ?.refused;
    };
    expect(sourceIn({})).toBeUndefined();
    expect(sourceIn({ topic: 'flights' })).toBe(
      'topic "flights" is taken by event source "flights" of project "flights": choose another',
    );
    expect(sourceIn({ table: 'flights' })).toBe(
      'table "flights" is taken by event source "flights" of project "flights": choose another',
    );
  });
});

describe('assertApplicable', () => {
  const thrownBy = (action: () => void): ForebayError => {
    try {
      action();
    } catch (error) {
      return error as ForebayError;
    }
    throw new Error('nothing was thrown');
  };

  it('lists what is refused, whatever is allowed', () => {
    const plan = planChanges(applied, flightsWith({ view: { filter: 'delay < 9' } }));
    const error = thrownBy(() => assertApplicable(plan, { allowDestructive: true }));
    expect(error.reason).toBe('invalid_definition');
    expect(error.message).toMatch(
      /^project "flights": refused\n {2}- aggregation view "airport_delays@1": its meaning changed/,
    );
  });

  it('lists what is destructive, unless that is allowed', () => {
    const plan = planChanges(applied, compileProject(project({ name: 'flights' })));
    const error = thrownBy(() => assertApplicable(plan, { allowDestructive: false }));
    expect(error.reason).toBe('destructive_change');
    expect(error.message).toBe(
      'project "flights": nothing is applied, as these changes are destructive and that was not allowed' +
        '\n  - event source "flights" is removed' +
        '\n  - aggregation view "airport_delays@1" is removed' +
        '\n  - feature service "flight_risk@1" is removed',
    );
    expect(() => assertApplicable(plan, { allowDestructive: true })).not.toThrow();
  });
});

describe('applyPlan', () => {
  const idsOf = (snapshot: RegistrySnapshot) =>
    snapshot.projects.flatMap((applied) =>
      [
        ...applied.entities,
        ...applied.eventSources,
        ...applied.aggregationViews,
        ...applied.featureServices,
      ].map(({ id }) => id),
    );

  it('gives ids from 1', () => {
    expect(applied).toMatchObject({ version: 1, appliedAtMs: 1_000, appliedBy: 'ana', nextId: 5 });
    expect(idsOf(applied)).toEqual([1, 2, 3, 4]);
  });

  it('gives back the same snapshot if nothing changes', () => {
    expect(applyPlan(applied, base, { nowMs: 2_000, appliedBy: 'ben' })).toBe(applied);
  });

  it('keeps the ids of what stays, and counts versions', () => {
    const next = applyPlan(applied, withSecondVersion(), { nowMs: 2_000, appliedBy: 'ben' });
    expect(next).toMatchObject({ version: 2, appliedAtMs: 2_000, appliedBy: 'ben', nextId: 7 });
    expect(idsOf(next)).toEqual([1, 2, 3, 5, 4, 6]);
  });

  it('never gives an id again, in any project', () => {
    const empty = compileProject(project({ name: 'flights' }));
    const removed = applyPlan(applied, empty, { ...OPTIONS, allowDestructive: true });
    expect(idsOf(removed)).toEqual([]);
    const thing = entity({ name: 'airport', joinKeys: { airport: 'string' } });
    const other = applyPlan(removed, compileProject(project({ name: 'other', entities: [thing] })), OPTIONS);
    expect(idsOf(other)).toEqual([5]);
    const again = applyPlan(other, base, OPTIONS);
    expect(idsOf(again)).toEqual([6, 7, 8, 9, 5]);
    expect(again).toMatchObject({ version: 4, nextId: 10 });
    expect(again.projects.map(({ name }) => name)).toEqual(['flights', 'other']);
  });

  it('applies nothing that is refused or destructive', () => {
    expect(() => applyPlan(applied, flightsWith({ view: { filter: 'delay < 9' } }), OPTIONS)).toThrow(
      'its meaning changed',
    );
    expect(() => applyPlan(applied, compileProject(project({ name: 'flights' })), OPTIONS)).toThrow(
      'these changes are destructive',
    );
  });
});
