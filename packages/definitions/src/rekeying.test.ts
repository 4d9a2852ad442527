import { applyPlan } from './apply-plan';
import { compileProject } from './compile-project';
import { compiledSource, sourceProblems } from './compiling.fixture';
import { flightsProject } from './flights.fixture';
import { planChanges } from './plan-changes';
import { decodeRegistry, encodeRegistry } from './registry-codec';
import { asRead, isSpread, refuseSpread } from './rekeying';

const place = 'event source "flights"';

describe('what a topic is keyed by', () => {
  it('is taken for the entity where it is not declared', () => {
    expect(refuseSpread(compiledSource({ partitions: 64 }), ['origin'])).toBeNull();
  });

  it.each<[readonly string[], readonly string[], boolean]>([
    [['origin'], ['origin'], false],
    [['origin'], ['origin', 'destination'], false],
    [['origin', 'destination'], ['origin'], true],
    [['tail'], ['origin'], true],
    [[], ['origin'], true],
  ])('%j spreads the events of an entity of %j: %s', (keyedBy, keyFields, spread) => {
    expect(isSpread(compiledSource({ keyedBy }), keyFields)).toBe(spread);
  });

  it('is refused for a view of another entity beyond 16 partitions', () => {
    expect(sourceProblems({ keyedBy: [], partitions: 16 })).toEqual([]);
    expect(sourceProblems({ keyedBy: ['tail'], partitions: 17 })).toEqual([
      'view "airport_delays", source "flights": its events come from a topic of 17 partitions that is keyed by tail, not by origin: ' +
        'up to 16 partitions are read so; declare rekey: { by: ["origin"] } on the source, or key the topic by the entity',
    ]);
  });

  it('is what it is re-keyed by, where it is', () => {
    expect(sourceProblems({ keyedBy: [], partitions: 64, rekey: { by: ['origin'] } })).toEqual([]);
    expect(sourceProblems({ partitions: 64, rekey: { by: ['tail'] } }).join()).toContain(
      'is keyed by tail, not by origin',
    );
  });
});

describe('re-keying', () => {
  it('goes through a topic with a name of its own and as many partitions as the topic', () => {
    const source = compiledSource({ partitions: 12, rekey: { by: ['origin', 'tail'] } });
    expect(source.rekey).toEqual({
      by: ['origin', 'tail'],
      topic: 'flights.by-origin-tail',
      partitions: 12,
    });
    expect(asRead(source).topic).toBe('flights.by-origin-tail');
    expect(asRead(compiledSource({})).topic).toBe('flights');
  });

  it.each<[object, string]>([
    [{ rekey: { by: [] } }, `${place}, rekey: say in "by" which fields its records are to be keyed by`],
    [{ rekey: { by: ['gate'] } }, `${place}, rekey: there is no field "gate"`],
    [{ rekey: { by: ['tail', 'tail'] } }, `${place}, rekey: field "tail" stands there twice`],
    [{ keyedBy: ['gate'] }, `${place}, keyedBy: there is no field "gate"`],
    [{ rekey: { by: ['price'] } }, `${place}, rekey: field "price" is double, by which nothing is keyed`],
    [{ rekey: { by: ['tail'], topic: 'flights' } }, `${place}, rekey: "flights" is not a name for its topic`],
    [{ rekey: { by: ['tail'], partitions: 0 } }, `${place}, rekey: partitions 0`],
    [
      { topic: undefined, topics: [{ topic: 'a' }, { topic: 'b' }], rekey: { by: ['tail'] } },
      `${place}, rekey: a source of several topics is not re-keyed`,
    ],
  ])('%j is refused', (source, problem) => {
    expect(sourceProblems(source).join('\n')).toContain(problem);
  });

  it('is kept by the registry, with what the topic is keyed by', () => {
    const desired = compileProject(
      flightsProject({ source: { keyedBy: [], rekey: { by: ['origin'], partitions: 3 } } }),
    );
    const snapshot = applyPlan(null, desired, { nowMs: 0, appliedBy: 'test' });
    const [source] = decodeRegistry(encodeRegistry(snapshot)).projects[0]?.eventSources ?? [];
    expect(source).toMatchObject({
      keyedBy: [],
      rekey: { by: ['origin'], topic: 'flights.by-origin', partitions: 3 },
    });
  });

  it('makes its topic with the first apply, and stays as it was declared', () => {
    const rekeyed = (partitions: number) =>
      compileProject(flightsProject({ source: { rekey: { by: ['origin'], partitions } } }));
    expect(planChanges(null, rekeyed(3)).work.topics).toContainEqual({
      topic: 'flights.by-origin',
      partitions: 3,
    });
    const applied = applyPlan(null, rekeyed(3), { nowMs: 0, appliedBy: 'test' });
    const [change] = planChanges(applied, rekeyed(4)).changes.filter(({ what }) => what === 'event source');
    expect(change?.refused).toContain(
      'rekey by origin through "flights.by-origin" of 3 partitions → by origin through "flights.by-origin" of 4 partitions',
    );
  });

  it('does not change what its views mean', () => {
    const fingerprint = (source: object) =>
      compileProject(flightsProject({ source })).aggregationViews[0]?.fingerprint;
    expect(fingerprint({ keyedBy: [], rekey: { by: ['origin'] } })).toBe(fingerprint({}));
  });
});
