import { applyPlan } from './apply-plan';
import { sourceColumns } from './columns';
import { compileProject } from './compile-project';
import { declareFlights } from './flights.fixture';
import {
  entityOf,
  findProject,
  findView,
  resolveFeatureService,
  resolveProject,
  resolveView,
  sourceOf,
} from './lookup';
import type { AggregationView, EventSource } from './model';
import { featureService, project } from './project-declaration';

const { airport, flights, delays } = declareFlights();
const services = [1, 10, 2].map((version) =>
  featureService({ name: 'risk', version, features: [delays.pick('total')] }),
);
const declaration = project({
  name: 'flights',
  entities: [airport],
  eventSources: [flights],
  aggregationViews: [delays],
  featureServices: [...services, featureService({ name: 'eta', features: [delays] })],
});
const snapshot = applyPlan(null, compileProject(declaration), { nowMs: 0, appliedBy: 'ana' });
const applied = resolveProject(snapshot, 'flights');

describe('resolveFeatureService', () => {
  it('gives the newest version, or the one asked for', () => {
    expect(resolveFeatureService(snapshot, 'flights', 'risk').version).toBe(10);
    expect(resolveFeatureService(snapshot, 'flights', 'risk@2').version).toBe(2);
  });

  it.each([
    ['flight', 'risk', 'no project "flight": the projects are "flights"'],
    ['flights', 'rsk', 'no feature service "rsk" in project "flights": there are "risk", "eta"'],
    ['flights', 'risk@3', 'no feature service "risk@3" in project "flights": "risk" has version 10, 2, 1'],
    ['flights', 'risk@', '"risk@" is not a feature service: write "name" or "name@version"'],
    ['flights', '', '"" is not a feature service: write "name" or "name@version"'],
    ['flights', 'risk@0', '"risk@0" is not a feature service: write "name" or "name@version"'],
  ])('refuses %s / %s', (projectName, reference, message) => {
    expect(() => resolveFeatureService(snapshot, projectName, reference)).toThrow(message);
  });
});

describe('looking up', () => {
  it('finds views by reference and by name and version', () => {
    expect(resolveView(snapshot, 'flights', 'airport_delays').view.id).toBe(3);
    expect(findView(applied, 'airport_delays', 1)?.view.id).toBe(3);
    expect(findView(applied, 'airport_delays', 2)).toBeUndefined();
    expect(() => resolveView(snapshot, 'flights', 'delays')).toThrow(
      'no view "delays" in project "flights": there are "airport_delays"',
    );
  });

  it("finds a view's entity and source", () => {
    const view = applied.aggregationViews[0] as AggregationView;
    expect(entityOf(applied, view).name).toBe('airport');
    expect(sourceOf(applied, view).name).toBe('flights');
    expect(() => entityOf({ ...applied, entities: [] }, view)).toThrow(
      'the registry holds no entity "airport" of view "airport_delays"',
    );
  });

  it('finds no project in an empty registry', () => {
    expect(findProject(null, 'flights')).toBeUndefined();
  });
});

describe('sourceColumns', () => {
  it('has the fields in declared order, both integer types as ints', () => {
    expect(sourceColumns(applied.eventSources[0] as EventSource)).toEqual([
      { name: 'time', type: 'timestamp' },
      { name: 'origin', type: 'string' },
      { name: 'destination', type: 'string' },
      { name: 'delay', type: 'int' },
      { name: 'distance', type: 'int' },
      { name: 'tail', type: 'string' },
      { name: 'price', type: 'double' },
    ]);
  });
});
