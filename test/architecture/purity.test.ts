import { isBuiltin } from 'node:module';
import { allCodeFacts, type CodeFacts } from './support/code-facts';
import { PURE, PURE_EXCEPTIONS } from './support/direction';
import { isTest } from './support/repository';

const facts = allCodeFacts();

/** Clock, chance, log, timers, I/O and the process, by the names they are reached by. */
const IMPURE = [
  'Date.now',
  'Math.random',
  'console',
  'crypto',
  'fetch',
  'performance',
  'process',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
];

function impurities({ imports, mentions, constructedFromNothing }: CodeFacts): string[] {
  const used = [...imports.filter((name) => isBuiltin(name)), ...IMPURE.filter((name) => mentions.has(name))];
  return constructedFromNothing.has('Date') ? [...used, 'new Date()'] : used;
}

describe.each(PURE)('the pure package %s', (name) => {
  const files = facts.filter(({ path }) => path.startsWith(`packages/${name}/`) && !isTest(path));

  test('has code', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  test('has no I/O, clock, chance or log', () => {
    const impure = files
      .filter(({ path }) => !(path in PURE_EXCEPTIONS))
      .map((file) => [file.path, impurities(file)]);
    expect(impure.filter(([, found]) => found!.length > 0)).toEqual([]);
  });
});

test('the exceptions from purity exist', () => {
  const paths = new Set(facts.map(({ path }) => path));
  expect(Object.keys(PURE_EXCEPTIONS).filter((path) => !paths.has(path))).toEqual([]);
});

/** Where a process begins, and what only people and tests run. */
const MAY_READ_ENVIRONMENT = [
  /^services\/[^/]+\/src\/main\.ts$/,
  /^packages\/cli\/(bin\/[^/]+|src\/main)\.(ts|js)$/,
  /^scripts\//,
  /^test\//,
  /^examples\/[^/]+\/(demo|run)\.(ts|mjs)$/,
];

test('process.env is read only where a process begins', () => {
  const readers = facts.filter(({ mentions }) => mentions.has('process.env')).map(({ path }) => path);
  expect(readers.filter((path) => !MAY_READ_ENVIRONMENT.some((place) => place.test(path)))).toEqual([]);
});
