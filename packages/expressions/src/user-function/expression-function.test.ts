import { compileExpression } from '../compile-expression';
import { type Column, EXPRESSION_TYPES, type ExpressionType, type Value } from '../value';
import { expressionFunction } from './expression-function';

const PLACE = 'function "own"';

/** A function of doubles. */
function declared(source: string, parameters: readonly ExpressionType[] = ['double', 'double']) {
  return { name: 'own', parameters, result: 'double' as ExpressionType, source, sql: '1' };
}

function run(
  source: string,
  args: readonly Value[],
  types?: { of: ExpressionType; to: ExpressionType },
): Value {
  const parameters = args.map(() => types?.of ?? 'double');
  const own = expressionFunction({ ...declared(source, parameters), result: types?.to ?? 'double' }, PLACE);
  const columns: Column[] = parameters.map((type, i) => ({ name: `x${i}`, type }));
  const text = `own(${columns.map(({ name }) => name).join(', ')})`;
  return compileExpression(text, columns, 'test', [own]).evaluate(args);
}

function refusal(source: string, sql = '{0} + {1}'): string {
  try {
    expressionFunction({ ...declared(source), sql }, PLACE);
  } catch (thrown) {
    return (thrown as Error).message;
  }
  return 'accepted';
}

describe('a user function is called like a function of the table', () => {
  const share = expressionFunction(
    {
      name: 'share',
      parameters: ['double', 'double'],
      result: 'double',
      source: '(part, whole) => whole === 0 ? 0 : part / whole',
      sql: 'if({1} = 0, 0, {0} / {1})',
    },
    'function "share"',
  );
  const columns: Column[] = [
    { name: 'part', type: 'int' },
    { name: 'whole', type: 'double' },
  ];
  const compiled = compileExpression('share(part, whole) * 100.0', columns, 'test', [share]);

  test('in expressions, with ints widened', () => {
    expect(compiled.type).toBe('double');
    expect(compiled.canonical).toBe('share(part, whole) * 100.0');
    expect(compiled.evaluate([1, 4])).toBe(25);
    expect(compiled.evaluate([1, 0])).toBe(0);
  });

  test('it is null where an argument is', () => {
    expect(compiled.evaluate([null, 4])).toBeNull();
    expect(compiled.evaluate([1, null])).toBeNull();
  });

  test('in SQL it is the template over arguments that are written once', () => {
    expect(compileExpression('share(whole, whole)', columns, 'test', [share]).toSql((name) => name)).toBe(
      'if(isNull(whole) OR isNull(whole), NULL, ifNotFinite(toFloat64((if(whole = 0, 0, whole / whole))) + 0.0, NULL))',
    );
    expect(compiled.toSql((name) => name)).toContain('arrayMap((forebay_v0) ->');
  });

  test('its arguments are checked', () => {
    expect(() => compileExpression('share(part)', columns, 'view "v"', [share])).toThrow(
      /"share" does not take share\(int\); it takes share\(double, double\)/,
    );
    expect(() => compileExpression('sharen(part, whole)', columns, 'view "v"', [share])).toThrow(
      /unknown function "sharen" \(did you mean "share"\?\)/,
    );
  });
});

test.each<[what: string, source: string, args: readonly Value[], value: Value]>([
  ['an arrow', '(a, b) => a + b', [1, 2], 3],
  ['a function with a name', 'function add(a, b) { return a + b }', [1, 2], 3],
  ['a method', 'evaluate(a, b) { return a + b; }', [1, 2], 3],
  ['a comment at the end', '(a) => a // the same', [1], 1],
  ['Math', '(a) => Math.abs(a) * Math.PI', [-1], Math.PI],
  ['what is computed without a value', '(a) => { a + 1; }', [1], null],
  ['NaN', '(a) => a / 0 - a / 0', [1], null],
  ['an infinity', '(a) => a / 0', [1], null],
  ['−0', '(a) => -a', [0], 0],
  ['a thrown error', '(a) => a.b.c', [1], null],
  ['a value of another type', '(a) => String(a)', [1], null],
  [
    'loops, arrays and inner functions',
    `(n) => {
      const primes = [];
      function isPrime(x) {
        for (const p of primes) { if (x % p === 0) return false; }
        return true;
      }
      for (let x = 2; primes.length < n; x++) if (isPrime(x)) primes.push(x);
      return primes[primes.length - 1];
    }`,
    [10],
    29,
  ],
  [
    'a Map and destructured entries',
    '(a) => { const seen = new Map([[1, 10]]); for (const [k, v] of seen) if (k === a) return v; return 0; }',
    [1],
    10,
  ],
  [
    'a switch, and a variable like a name outside of it',
    '(a) => { switch (a) { case 1: { const b = 2; return b; } default: return 0; } }',
    [1],
    2,
  ],
  ['assignments to elements', '(a) => { const x = [0, 0]; x[0] += a; x[1]++; return x[0] + x[1]; }', [5], 6],
  ['an endless loop', '(a) => { for (;;) a++; }', [1], null],
  [
    'an endless loop of calls',
    '(a) => { const f = (n) => n < 2 ? n : f(n - 1) + f(n - 2); return f(60); }',
    [1],
    null,
  ],
])('%s', (_what, source, args, value) => {
  expect(run(source, args)).toBe(value);
});

test('an endless call does not shorten the next one', () => {
  const source = '(n) => { let sum = 0; for (let i = 0; i < n; i++) sum += i; return sum; }';
  const own = expressionFunction(declared(source, ['double']), PLACE);
  const { evaluate } = compileExpression('own(x)', [{ name: 'x', type: 'double' }], 'test', [own]);
  expect([2e6, 1_000, 2e6, 1_000].map((n) => evaluate([n]))).toEqual([null, 499_500, null, 499_500]);
});

test.each<[ExpressionType, string, Value, Value]>([
  ['int', '(a) => a', 2n ** 60n, 2n ** 60n],
  ['int', '(a) => BigInt(a) * 2n', 4, 8],
  ['int', '(a) => BigInt(a) * 4n', 2n ** 62n, null],
  ['int', '(a) => a + 0.5', 1, null],
  ['string', '(a) => a.toUpperCase().split("").reverse().join("")', 'abc', 'CBA'],
  ['string', '(a) => a[0]', '😀', null],
  ['bool', '(a) => !a', true, false],
  ['bool', '(a) => 1', true, null],
  ['timestamp', '(a) => a + 86400000', 0, 86_400_000],
  ['timestamp', '(a) => a + 1', 8.64e15, null],
])('a %s: %s', (type, source, argument, value) => {
  expect(run(source, [argument], { of: type, to: type })).toBe(value);
});

describe('a function that is not pure or not one function is refused', () => {
  test.each([
    ['(a, b) => process.exit(1)', /"process" is neither a parameter nor a variable/],
    ['(a, b) => require("fs")', /"require" is neither/],
    ['(a, b) => globalThis', /"globalThis" is neither/],
    ['(a, b) => Date.now()', /"Date" is neither/],
    ['(a, b) => Math.random()', /there is no Math.random here/],
    ['(a, b) => Math["random"]()', /there is no Math.\[…\] here/],
    ['(a, b) => Math.max', /call Math.max\(…\)/],
    ['(a, b) => { const m = Math; return m.random() }', /"Math" is not a value here/],
    ['(a, b) => [a].map(Number)', /"Number" is not a value here; use it as in Number.parseInt\(…\)/],
    ['(a, b) => (() => {}).constructor("return process")()', /".constructor" is not allowed/],
    ['(a, b) => { const { constructor: c } = a; return c; }', /object pattern is not allowed/],
    ['(a, b) => { const [{ constructor: c }] = [a]; return c; }', /object pattern is not allowed/],
    ['(a, b) => ({ __proto__: a }).b', /the name "__proto__" is not allowed/],
    ['(a, b) => ({ [a]: b })', /computed names/],
    ['(a, b) => a.toLocaleString()', /".toLocaleString" is not allowed/],
    ['(a, b) => { let process = 1; { let c = a; } return c; }', /"c" is neither/],
    ['(a, b) => { switch (process) { case 1: let process = 2; } }', /"process" is neither/],
    ['(a, b) => { { let process = 1; } return process; }', /"process" is neither/],
    ['(a, b) => { for (let process = 0; a; ) b; return process; }', /"process" is neither/],
    ['(a, b = process) => { let process = 1; return b; }', /name each of them/],
    ['(a, b) => { const f = (c = process) => { let process = 1; }; return f(); }', /"process" is neither/],
    ['(a, b) => { [].push.calls = 1; return a; }', /a property cannot be changed/],
    ['(a, b) => { [[].push.calls] = [1]; return a; }', /a property cannot be changed/],
    ['(a, b) => { for ([].push.calls of [1]) a; return a; }', /a property cannot be changed/],
    ['(a, b) => { [].push.calls++; return a; }', /a property cannot be changed/],
    ['(a, b) => this', /this expression is not allowed/],
    ['function (a, b) { return arguments[0] }', /"arguments" is neither/],
    ['function (a, b) { return new.target }', /meta property is not allowed/],
    ['(a, b) => eval("1")', /"eval" is neither/],
    ['(a, b) => import("fs")', /import expression is not allowed/],
    ['(a, b) => new Date()', /"new" makes only an Array/],
    ['(a, b) => String.raw`x`', /tagged template expression is not allowed/],
    ['(a, b) => { var c = a; return c; }', /"var" is not allowed/],
    ['(a, b) => { class C {} return a; }', /class declaration is not allowed/],
    ['async (a, b) => a', /async or a generator/],
    ['function* (a, b) { yield a }', /async or a generator/],
    ['(a, b) => delete a.b', /"delete" is not allowed/],
    ['(a, b) => "x" in a', /"in" is not allowed/],
    ['(a, b) => a?.b', /chain expression is not allowed/],
    ['(a, b) => { try { return a; } catch { return b; } }', /try statement is not allowed/],
    ['(a, b) => { const $forebayStep = () => 0; return a; }', /the name "\$forebayStep" is reserved/],
    ['(a) => a', /takes 1 parameters, and 2 are declared/],
    ['(a, ...b) => a', /name each of them/],
    ['(a, b) => a); process.exit(1', /write one JavaScript function/],
    ['a + b', /write one JavaScript function/],
    ['(a, b) => a, process', /write one JavaScript function/],
    ['', /write one JavaScript function/],
  ])('%s', (source, expected) => {
    const message = refusal(source);
    expect(message).toMatch(/^function "own", evaluate: /);
    expect(message).toMatch(expected);
  });

  test('a text that is too long', () => {
    expect(refusal(`(a, b) => ${'a +'.repeat(6_000)} b`)).toMatch(/has 18012 characters, more than 16384/);
  });

  test('with the place under the caret', () => {
    expect(refusal('(a, b) =>\n  a + Date.now()')).toMatch(
      /\(line 2, column 7\)\n {4}a \+ Date.now\(\)\n {8}\^$/,
    );
  });
});

test.each([
  ['a method in hand', '(a) => { const p = [].push; return 1; }'],
  ['the value of a method', '(a) => [].push.valueOf() === a ? 1 : 2'],
  ['a method for another object', '(a) => { [a].forEach([].push, [].concat); return 1; }'],
  ['an index on a function', '(a) => { const f = () => a; f[0] = 1; return 1; }'],
  [
    'a member by a computed name',
    '(a) => { const x = [1]; const name = "constr" + "uctor"; return x[name] ? 1 : 2; }',
  ],
])('%s is null when it is called', (_what, source) => {
  expect(run(source, [1])).toBeNull();
});

describe('SQL that is not one expression is refused', () => {
  test.each([
    ['{0} + {2}', /write \{0\} to \{1\} for the arguments/],
    ['{0} + {x:UInt8}', /write \{0\} to \{1\}/],
    ['{0}; DROP TABLE x', /";" cannot stand/],
    ['{0} -- {1}', /"-" cannot stand/],
    ['{0} /* {1}', /"\/" cannot stand/],
    ['{0} # {1}', /"#" cannot stand/],
    ['{0}) + ({1}', /a "\)" that closes nothing/],
    ['({0}]', /a "\]" that closes nothing/],
    ['({0} + {1}', /lacks a "\)"/],
    ["concat({0}, 'x)", /unclosed '/],
    ['$x$ {0} $x$', /"\$" cannot stand/],
    ['  ', /the SQL is empty/],
  ])('%s', (sql, expected) => {
    const message = refusal('(a, b) => a', sql);
    expect(message).toMatch(/^function "own", sql: /);
    expect(message).toMatch(expected);
  });

  test('a placeholder in a text is text', () => {
    expect(refusal('(a, b) => a', "concat('{0};\\'--', {0}, {1})")).toBe('accepted');
  });
});

test('a name that is taken or no name is refused', () => {
  const named = (name: string) => () =>
    expressionFunction({ ...declared('(a, b) => a'), name }, `function "${name}"`);
  expect(named('clamp')).toThrow(/"clamp" is a function of the language/);
  expect(named('2x')).toThrow(/a function is named with letters/);
  expect(() => expressionFunction(declared('() => 1', []), PLACE)).toThrow(
    /without parameters is a constant/,
  );
});

test('every type can be given and returned', () => {
  for (const type of EXPRESSION_TYPES) {
    const own = expressionFunction({ ...declared('(a) => a', [type]), result: type, sql: '{0}' }, PLACE);
    expect(compileExpression('own(x)', [{ name: 'x', type }], 'test', [own]).type).toBe(type);
  }
});
