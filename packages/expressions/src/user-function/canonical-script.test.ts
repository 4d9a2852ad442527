import { canonicalScript } from './canonical-script';

test.each([
  ['(a, b) => a / b', '(a,b)=>a/b'],
  ["(a) => a === 'x' ? 1 : 2", '(a) =>\n  a === "x" // the first\n    ? 1\n    : 2'],
  ['(a) => { return a; }', '(a) => {return a}'],
])('%j and %j are one function', (a, b) => {
  expect(canonicalScript(a)).toBe(canonicalScript(b));
});

test.each([
  ['(a, b) => a / b', '(a, b) => b / a'],
  ["(a) => a === 'x y'", "(a) => a === 'xy'"],
  ['(a) => `x y`', '(a) => `xy`'],
  ['(a) => /x y/.test(a)', '(a) => /xy/.test(a)'],
])('%j and %j are two', (a, b) => {
  expect(canonicalScript(a)).not.toBe(canonicalScript(b));
});
