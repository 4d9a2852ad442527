import { factsOf } from './support/code-facts';

const facts = (text: string) => factsOf('example.ts', text);

test('every way to import is found, and only those', () => {
  const text = `
    import a from 'a';
    import type { B } from 'b';
    import c = require('c');
    export * from 'd';
    export { e } from 'e';
    type F = import('f').F;
    const g = require('g');
    const h = await import('h');
    const i = require.resolve('i');
    const j = createRequire(import.meta.url).resolve('j');
    // import 'comment';
    const text = "import 'string'";
    const path = resolve('elsewhere');`;
  expect([...facts(text).imports].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']);
});

test('mentions are found wherever they stand in the code', () => {
  const { mentions } = facts('const read = () => process.env.HOME ?? [Date.now()]; // Math.random');
  expect([...mentions]).toEqual(expect.arrayContaining(['process.env', 'Date.now']));
  expect(mentions.has('Math.random')).toBe(false);
});

test('only a constructor without arguments is called with nothing', () => {
  const { constructedFromNothing } = facts('new Date(0); new Map; new Set()');
  expect([...constructedFromNothing]).toEqual(['Map', 'Set']);
});
