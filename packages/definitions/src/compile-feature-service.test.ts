import { aggregationView } from './aggregation-view-declaration';
import { compileProject } from './compile-project';
import { problemsOf } from './compiling.fixture';
import { entity } from './declarations';
import { count } from './feature-declarations';
import { declareFlights } from './flights.fixture';
import { featureService, project } from './project-declaration';

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
      'feature service "s": "features.0" is "total": expected what aggregationView(), tableView(), onDemandView() or pick() returns',
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
