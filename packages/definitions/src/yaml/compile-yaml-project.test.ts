import { ForebayError } from '@forebay/contract';
import { compileProject } from '../compile-project';
import {
  countBy,
  distinctCount,
  histogram,
  meanBy,
  quantile,
  quantiles,
  sumBy,
  topK,
} from '../distribution-declarations';
import type { FeatureDeclaration } from '../feature-declaration';
import { count, firstN, lastN, mean, variance } from '../feature-declarations';
import { paymentsProject } from '../payments.fixture';
import { decayedCount, decayedSum, rate, sessionSum, timeSinceLast } from '../time-declarations';
import { compileYamlProject } from './compile-yaml-project';
import { declareWrittenFeature } from './declare-feature';
import { parseYaml } from './parse-yaml';
import { PAYMENTS_YAML } from './payments-yaml.fixture';

/** The problems that compiling gives, without their bullets; none if it compiles. */
function problemsOf(text: string): string[] {
  try {
    compileYamlProject(text);
    return [];
  } catch (error) {
    if (!(error instanceof ForebayError) || error.reason !== 'invalid_definition') throw error;
    return error.message.split('\n  - ').slice(1);
  }
}

describe('a project in YAML', () => {
  it('is the project that TypeScript declares, with the same fingerprints', () => {
    const [written, declared] = [compileYamlProject(PAYMENTS_YAML), compileProject(paymentsProject())];
    // The text of a function is as it was laid out; the fingerprint of the view that calls it is the same.
    const source = '(a, b) => a / b';
    const laidOut = declared.functions.map((each) => ({ ...each, source }));
    expect(written).toEqual({ ...declared, functions: laidOut });
  });

  it('may say where changed values go, and what is sampled', () => {
    const project = compileYamlProject(`
name: p
aggregationViews:
  - name: a
    entity: e
    source: s
    output: { topic: a-out, format: protobuf, every: 1s }
    series: { every: 1m, entities: [{ e: x }, { e: y }], keep: 7d }
    features: { x: { operation: count, window: 1h } }
eventSources: [{ name: s, topic: s, fields: { time: timestamp, e: string }, eventTime: time }]
entities: [{ name: e, joinKeys: { e: string } }]
`);
    expect(project.aggregationViews[0]).toMatchObject({
      output: { topic: 'a-out', format: 'protobuf', features: ['x'], everyMs: 1_000 },
      series: { everyMs: 60_000, features: ['x'], entities: ['x', 'y'] },
    });
  });

  it('may share parts by anchors and merge keys, and have its definitions in any order', () => {
    const project = compileYamlProject(`
name: p
featureServices: [{ name: s, features: [c] }]
onDemandViews:
  - { name: c, inputs: [b], features: { z: y + 1 } }
  - { name: b, inputs: [a], features: { y: x } }
aggregationViews:
  - &common { name: a, entity: e, source: s, features: { x: { operation: count, window: 1h } } }
  - { <<: *common, name: a2 }
eventSources: [{ name: s, topic: s, fields: { time: timestamp, e: string }, eventTime: time }]
entities: [{ name: e, joinKeys: { e: string } }]
`);
    expect(project.aggregationViews.map(({ name }) => name)).toEqual(['a', 'a2']);
    expect(project.featureServices[0]?.features).toEqual([{ view: 'c', version: 1, feature: 'z' }]);
  });
});

describe('operations in YAML', () => {
  const session = { session: { gap: '30m' } } as const;
  it.each<[string, FeatureDeclaration]>([
    ['{ operation: count, window: 1h }', count({ window: '1h' })],
    ['{ operation: count, input: x, window: 1h, filter: y }', count('x', { window: '1h', filter: 'y' })],
    ['{ operation: mean, input: x, window: lifetime }', mean('x', { window: 'lifetime' })],
    [
      '{ operation: variance, input: x, window: 1h, sample: true }',
      variance('x', { window: '1h', sample: true }),
    ],
    ['{ operation: first_n, input: x, n: 3, window: 1h }', firstN('x', 3, { window: '1h' })],
    [
      '{ operation: last_n, input: x, n: 3, window: { length: 2h, hop: 20m } }',
      lastN('x', 3, { window: { length: '2h', hop: '20m' } }),
    ],
    [
      '{ operation: distinct_count, input: x, exact: 9, window: 1h }',
      distinctCount('x', { window: '1h', exact: 9 }),
    ],
    ['{ operation: quantile, input: x, q: 0.5, window: 1h }', quantile('x', 0.5, { window: '1h' })],
    [
      '{ operation: quantiles, input: x, quantiles: [0, 1], window: 1h }',
      quantiles('x', [0, 1], { window: '1h' }),
    ],
    [
      '{ operation: top_k, input: x, k: 3, maxKeys: 9, window: 1h }',
      topK('x', 3, { window: '1h', maxKeys: 9 }),
    ],
    [
      '{ operation: histogram, input: x, bounds: [0, 5], window: 1h }',
      histogram('x', [0, 5], { window: '1h' }),
    ],
    ['{ operation: count_by, category: x, window: 1h }', countBy('x', { window: '1h' })],
    ['{ operation: sum_by, input: x, category: y, window: 1h }', sumBy('x', 'y', { window: '1h' })],
    ['{ operation: mean_by, input: x, category: y, window: 1h }', meanBy('x', 'y', { window: '1h' })],
    ['{ operation: decayed_sum, input: x, halfLife: 1h }', decayedSum('x', { halfLife: '1h' })],
    [
      '{ operation: decayed_count, halfLife: 1h, window: 7d }',
      decayedCount({ halfLife: '1h', window: '7d' }),
    ],
    ['{ operation: decayed_count, input: x, halfLife: 1h }', decayedCount('x', { halfLife: '1h' })],
    ['{ operation: rate, window: { tumbling: 1h } }', rate({ window: { tumbling: '1h' } })],
    ['{ operation: time_since_last, input: x, window: 1h }', timeSinceLast('x', { window: '1h' })],
    [
      '{ operation: session_sum, input: x, window: { session: { gap: 30m } } }',
      sessionSum('x', { window: session }),
    ],
  ])('%s is what its function declares', (text, declaration) => {
    expect(declareWrittenFeature(parseYaml(text) as object as Record<string, unknown>)).toEqual(declaration);
  });
});

describe('what is wrong in YAML', () => {
  const [sources, entities] = [
    'eventSources: [{ name: s, topic: s, fields: { time: timestamp, e: string }, eventTime: time }]',
    'entities: [{ name: e, joinKeys: { e: string } }]',
  ];
  const withView = (view: string, rest = '') =>
    problemsOf(`name: p\n${sources}\n${entities}\naggregationViews:\n  - { name: v, ${view} }\n${rest}`);
  const features = 'features: { x: { operation: count, window: 1h } }';

  it.each<[string, string, string]>([
    [
      'a mapping that does not close',
      'name: {',
      'line 1, column 8: flow map in block collection must be sufficiently indented',
    ],
    ['a key twice', 'name: a\nname: b', 'line 2, column 1: map keys must be unique'],
    ['two documents', 'name: a\n---\nname: b', 'line 2, column 1: '],
    ['an unknown tag', 'name: !x a', 'line 1, column 7: unresolved tag: !x'],
  ])('is named with its line: %s', (_, text, problem) => {
    expect(problemsOf(text)[0]?.slice(0, problem.length)).toBe(problem);
  });

  it('says that it is no YAML, and where', () => {
    expect(() => compileYamlProject('a: b\n  c: d')).toThrow(
      /^the file is not YAML:\n {2}- line 1, column 4: /,
    );
  });

  it.each<[string, string]>([
    ['', 'project (without a name): expected a mapping with the name of the project and its definitions'],
    ['[a]', 'project (without a name): expected a mapping with the name of the project and its definitions'],
    ['entities: []', 'project (without a name): "name" is missing: expected string, received undefined'],
    ['{ name: p, views: [] }', 'project "p": unknown option "views": check its spelling, or leave it out'],
    [
      '{ name: p, entities: { e: {} } }',
      'project "p": "entities" is an object: expected a list of definitions',
    ],
    ['{ name: p, entities: [e] }', 'project "p": "entities.0" is "e": expected a mapping of options'],
  ])('%j is refused', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it.each<[string, string]>([
    [`source: s, ${features}`, 'view "v": "entity" is missing: expected the name of an entity'],
    [`entity: f, source: s, ${features}`, 'view "v": there is no entity "f": the entities are "e"'],
    [
      `entity: e, source: t, ${features}`,
      'view "v": there is no event source "t": the event sources are "s"',
    ],
    [
      'entity: e, source: s, features: { x: count }',
      'view "v": "features.x" is "count": expected { operation, window, … }',
    ],
    [
      'entity: e, source: s, features: { x: { window: 1h } }',
      'view "v": "features.x.operation" is missing: expected the name of an operation',
    ],
    [
      'entity: e, source: s, features: { x: { operation: median, window: 1h } }',
      'view "v", feature "x": unknown operation "median": the operations are "count", ',
    ],
    [
      'entity: e, source: s, features: { x: { operation: count, window: 90 } }',
      'view "v", feature "x": "window" is 90: expected a duration, ',
    ],
    [
      'entity: e, source: s, features: { x: { operation: count, window: 1h, by: e } }',
      'view "v", feature "x": unknown option "by": check its spelling, or leave it out',
    ],
    [
      'entity: e, source: s, features: { x: { operation: count, input: 5, window: 1h } }',
      'view "v", feature "x": "input" is 5: expected string',
    ],
    [
      'entity: e, source: s, features: { x: { operation: mean, window: 1h } }',
      'view "v", feature "x": mean needs an input: a field, a derived column or an expression',
    ],
  ])('views with %s are refused', (view, problem) => {
    expect(withView(view).map((each) => each.slice(0, problem.length))).toEqual([problem]);
  });

  it.each<[string, string]>([
    ['[w]', 'feature service "f": there is no view "w": there are "v", "o"'],
    ['[v@2]', 'feature service "f": there is no view "v@2": there are "v", "v@3"'],
    ['[v]', 'feature service "f": view "v" has several versions: say which, of "v@1", "v@3"'],
    [
      '[{ view: o }]',
      'feature service "f": "features.0" is an object: expected the name of a view, or { view, pick }',
    ],
    ['[{ view: o, pick: [y] }]', 'feature service "f": view "o" has no feature "y": its features are "x"'],
    ['o', 'feature service "f": "features" is "o": expected a list of views'],
    [
      '[o], variants: [{ name: a, share: 100, features: [w] }]',
      'feature service "f", variant "a": there is no view "w": there are "v", "o"',
    ],
    ['[o], variants: [o]', 'feature service "f": "variants.0" is "o": expected { name, share, features }'],
  ])('feature services of %s are refused', (list, problem) => {
    const view = `entity: e, source: s, ${features}`;
    const more = `  - { name: v, version: 3, ${view} }\n  - { name: o, ${view} }\nfeatureServices: [{ name: f, features: ${list} }]`;
    expect(withView(view, more)).toEqual([problem]);
  });

  it('reports no more than what is wrong itself: not what refers to it', () => {
    const rest =
      'onDemandViews: [{ name: o, inputs: [v], features: { y: x } }]\nfeatureServices: [{ name: f, features: [v] }]';
    expect(withView(`entity: f, source: s, ${features}`, rest)).toEqual([
      'view "v": there is no entity "f": the entities are "e"',
    ]);
  });

  it('names the circle of on-demand views that read each other', () => {
    const views =
      'onDemandViews: [{ name: a, inputs: [b], features: { x: y } }, { name: b, inputs: [a], features: { y: x } }]';
    expect(problemsOf(`name: p\n${views}`)).toEqual([
      'view "a": on-demand views read each other in a circle, "a" → "b" → "a": take one of these inputs out',
    ]);
  });

  it('names an unknown alias', () => {
    expect(problemsOf('name: *a')).toEqual(['unresolved alias (the anchor must be set before the alias): a']);
  });

  it('does not expand aliases without end', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++)
      bomb.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(problemsOf(bomb.join('\n'))).toEqual([
      'excessive alias count indicates a resource exhaustion attack',
    ]);
  });
});
