import { compileProject } from './compile-project';
import { compiledSource, compiledView, sourceProblems, viewProblems } from './compiling.fixture';
import { flightsProject } from './flights.fixture';
import { decodeRegistry, encodeRegistry } from './registry-codec';

const rulesOf = (quality: object) => compiledSource({ quality }).quality;

test('rules over single rows become an expression that is true of a good one', () => {
  const rules = rulesOf({
    known: { notNull: 'origin' },
    sane: { range: { field: 'delay', min: -60, max: 1440 }, severity: 'stop', tolerance: 0.01 },
    some: { allowed: { field: 'origin', values: ['ORD', 'a"b'] }, over: '7d' },
    own: { expression: 'delay < 1000 || origin == "ORD"' },
  });
  expect(rules).toMatchObject([
    { name: 'known', severity: 'warn', tolerance: 0, overMs: 86_400_000, check: { kind: 'rows' } },
    { name: 'sane', severity: 'stop', tolerance: 0.01 },
    { name: 'some', overMs: 604_800_000 },
    { name: 'own' },
  ]);
  expect(rules?.map(({ check }) => check.kind === 'rows' && check.expression)).toEqual([
    'origin != null',
    '(delay >= -60) && (delay <= 1440)',
    '(origin == "ORD") || (origin == "a\\"b")',
    '(delay < 1000) || (origin == "ORD")',
  ]);
});

test('rules over sets of rows keep what they say', () => {
  expect(
    rulesOf({
      fresh: { freshness: '2h' },
      enough: { rowCount: { min: 10 } },
      once: { unique: ['origin', 'time'] },
    })?.map(({ check }) => check),
  ).toEqual([
    { kind: 'freshness', maxAgeMs: 7_200_000 },
    { kind: 'row_count', min: 10, max: null },
    { kind: 'unique', fields: ['origin', 'time'] },
  ]);
});

test('what a rule gets wrong is told with its place', () => {
  const said = (rule: object) => sourceProblems({ quality: { r: rule } }).join('\n');
  const place = 'event source "flights", quality rule "r"';
  expect(said({})).toMatch(`${place}: it needs one of notNull, range`);
  expect(said({ notNull: 'origin', expression: 'true' })).toMatch('and no other');
  expect(said({ notNull: 'nobody' })).toMatch('there is no field "nobody"');
  expect(said({ range: { field: 'origin', min: 1 } })).toMatch('"range" takes a number');
  expect(said({ range: { field: 'delay', min: 0.5 } })).toMatch('bounds are whole numbers');
  expect(said({ allowed: { field: 'origin', values: [1] } })).toMatch(
    '1 is no value of "origin", which is string',
  );
  expect(said({ allowed: { field: 'origin', values: [] } })).toMatch('"allowed" has no values');
  expect(said({ expression: 'delay' })).toMatch('bool');
  expect(said({ rowCount: { min: 3, max: 2 } })).toMatch('min is not above max');
  expect(said({ unique: [] })).toMatch('names no field');
  expect(said({ freshness: '2h', tolerance: 0.1 })).toMatch('leave out "tolerance"');
  expect(said({ notNull: 'origin', tolerance: 1 })).toMatch('tolerance 1 is not a share of rows');
  expect(said({ notNull: 'origin', severity: 'halt' })).toMatch('severity');
});

test('rules of views are about their features at one instant', () => {
  const said = (rule: object) => viewProblems({ quality: { r: rule } }).join('\n');
  expect(said({ freshness: '1h' })).toMatch('"freshness" is a rule of sources');
  expect(said({ notNull: 'origin' })).toMatch('there is no feature "origin"');
  expect(said({ rowCount: { min: 1 }, over: '1d' })).toMatch('leave out "over"');
});

test('rules are no part of the meaning of a view, and a view without them is stored as ever', () => {
  const plain = compiledView(flightsProject({}));
  const ruled = compiledView(flightsProject({ view: { quality: { some: { rowCount: { min: 1 } } } } }));
  expect(ruled.quality).toHaveLength(1);
  expect(ruled.fingerprint).toBe(plain.fingerprint);
  expect('quality' in plain).toBe(false);
});

test('the registry keeps every rule', () => {
  const project = compileProject(
    flightsProject({
      source: {
        quality: {
          known: { notNull: 'origin', severity: 'stop', tolerance: 0.25 },
          fresh: { freshness: '2h' },
          few: { rowCount: { max: 0 } },
          some: { rowCount: { min: 1 } },
          once: { unique: ['origin'], over: '7d' },
        },
      },
      view: { quality: { some: { rowCount: { min: 1, max: 5 } } } },
    }),
  );
  const snapshot = { version: 1, appliedAtMs: 0, appliedBy: 'test', projects: [project], nextId: 9 };
  const [read] = decodeRegistry(encodeRegistry(snapshot)).projects;
  expect(read?.eventSources[0]?.quality).toEqual(project.eventSources[0]?.quality);
  expect(read?.aggregationViews[0]?.quality).toEqual(project.aggregationViews[0]?.quality);
});
