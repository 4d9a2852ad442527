import { type ClickHouseClient, createClient } from '@clickhouse/client';
import {
  type CompiledExpression,
  compileExpression,
  EXPRESSION_TYPES,
  type ExpressionType,
  FUNCTIONS,
  type FunctionSpec,
  type Parameter,
  type Row,
  type Signature,
  type Value,
} from '@forebay/expressions';
import fc from 'fast-check';
import { sharedStack, useDatabase } from '../support/stack';
import { COLUMNS, celLiterals, edgeRows, LITERAL_ARGUMENTS, TRANSCENDENTAL } from './expressions-cases';

const SQL_TYPES: Readonly<Record<ExpressionType, string>> = {
  bool: 'Bool',
  int: 'Int64',
  double: 'Float64',
  string: 'String',
  timestamp: 'Int64',
};

const EXPRESSIONS_PER_QUERY = 40;
const RELATIVE_TOLERANCE = 1e-12;

const TABLE = new Map<string, FunctionSpec>(Object.entries(FUNCTIONS));
const ROWS: readonly Row[] = edgeRows();

const database = useDatabase();
let client: ClickHouseClient;

beforeAll(async () => {
  client = createClient({ url: sharedStack.clickhouseUrl, database: database.name });
  const columns = COLUMNS.map(({ name, type }) => `${name} Nullable(${SQL_TYPES[type]})`);
  await client.command({
    query: `CREATE TABLE edges (id UInt32, ${columns.join(', ')}) ENGINE = MergeTree ORDER BY id`,
  });
  // Doubles travel as their bits: ClickHouse reads decimal text without rounding it exactly.
  const read = COLUMNS.map(({ name, type }) => (type === 'double' ? `reinterpretAsFloat64(${name})` : name));
  const sent = COLUMNS.map(
    ({ name, type }) => `${name} Nullable(${type === 'double' ? 'UInt64' : SQL_TYPES[type]})`,
  );
  await client.command({ query: `CREATE TABLE sent (id UInt32, ${sent.join(', ')}) ENGINE = Memory` });
  await client.insert({
    table: 'sent',
    values: ROWS.map((row, id) => [
      id,
      ...row.map((value, i) => wireValue(COLUMNS[i]?.type as ExpressionType, value)),
    ]),
    format: 'JSONCompactEachRow',
  });
  await client.command({ query: `INSERT INTO edges SELECT id, ${read.join(', ')} FROM sent` });
});

afterAll(async () => {
  await client.close();
});

function wireValue(type: ExpressionType, value: Value): Value {
  if (value === null || typeof value === 'boolean') return value;
  return type === 'double' ? doubleBits(value as number) : String(value);
}

function doubleBits(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString();
}

function doubleFromBits(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(bits));
  return view.getFloat64(0);
}

/** The values of the expressions in ClickHouse, by expression and row. */
async function sqlValues(expressions: readonly CompiledExpression[]): Promise<Value[][]> {
  const selected = expressions.map((expression, i) => {
    const sql = expression.toSql((name) => `edges.${name}`);
    return `${expression.type === 'double' ? `reinterpretAsUInt64(${sql})` : sql} AS result${i}`;
  });
  const answer = await client.query({
    query: `SELECT ${selected.join(', ')} FROM edges ORDER BY id`,
    format: 'JSONCompactEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  const rows = await answer.json<(string | number | boolean | null)[]>();
  return expressions.map(({ type }, i) => rows.map((row) => fromWire(type, row[i] ?? null)));
}

function fromWire(type: ExpressionType, value: string | number | boolean | null): Value {
  if (value === null) return null;
  if (type === 'string') return value;
  if (type === 'bool') return value === 1 || value === true;
  if (type === 'double') return doubleFromBits(value as string);
  const exact = BigInt(value as string);
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

function close(a: Value, b: Value): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return Object.is(a, b);
  // Below the normal doubles there are fewer digits than the tolerance asks for.
  return Math.abs(a - b) <= Math.max(RELATIVE_TOLERANCE * Math.abs(a), Number.MIN_VALUE * 2 ** 52);
}

/** Runs all of the texts over all rows on both paths, and says where they first differ. */
async function expectEqualPaths(
  texts: readonly string[],
  equal: (a: Value, b: Value) => boolean = Object.is,
): Promise<void> {
  for (let from = 0; from < texts.length; from += EXPRESSIONS_PER_QUERY) {
    const compiled = texts
      .slice(from, from + EXPRESSIONS_PER_QUERY)
      .map((text) => compileExpression(text, COLUMNS, 'parity test'));
    const inSql = await sqlValues(compiled);
    compiled.forEach((expression, i) => {
      const values = inSql[i] as Value[];
      expect(values).toHaveLength(ROWS.length);
      ROWS.forEach((row, r) => {
        const closure = expression.evaluate(row);
        if (!equal(closure, values[r] as Value))
          throw new Error(difference(expression, row, closure, values[r] as Value));
      });
    });
  }
}

function difference(expression: CompiledExpression, row: Row, closure: Value, sql: Value): string {
  const inputs = COLUMNS.flatMap(({ name }, i) =>
    expression.columns.includes(name) ? [`${name} = ${show(row[i] as Value)}`] : [],
  );
  return [
    `${expression.text}: closure ${show(closure)}, SQL ${show(sql)}`,
    `  where ${inputs.join(', ')}`,
    `  SQL: ${expression.toSql((name) => name)}`,
  ].join('\n');
}

function show(value: Value): string {
  if (typeof value === 'bigint') return `${value}n`;
  return Object.is(value, -0) ? '-0' : JSON.stringify(value);
}

/** A call in CEL, with operators written as operators. */
function callText(name: string, args: readonly string[]): string {
  const operands = args.map((argument) => `(${argument})`);
  if (name === '-_') return `-(${args[0]})`;
  if (name === '!_') return `!(${args[0]})`;
  if (name === '?:') return `(${args[0]}) ? (${args[1]}) : (${args[2]})`;
  return /^[a-z]\w+$/i.test(name) && name !== 'in'
    ? `${name}(${args.join(', ')})`
    : operands.join(` ${name} `);
}

function literalArguments(name: string): readonly string[] {
  const literals = LITERAL_ARGUMENTS[name];
  if (literals === undefined)
    throw new Error(`literal parameter "${name}": add its cases to LITERAL_ARGUMENTS`);
  return literals;
}

/** Types that a parameter takes as values. */
function valueTypes(parameter: Parameter, signature: Signature): readonly ExpressionType[] {
  if (parameter === 'T') return signature.t ?? EXPRESSION_TYPES;
  if (parameter === 'any') return EXPRESSION_TYPES;
  if (Array.isArray(parameter)) return parameter;
  return EXPRESSION_TYPES.filter((type) => type === parameter);
}

function listOf(type: ExpressionType): string {
  const others = type === 'int' ? celLiterals('double') : type === 'double' ? celLiterals('int') : [];
  return `[${[...celLiterals(type), ...others].filter((_, i) => i % 2 === 0).join(', ')}]`;
}

/** Calls of a signature with columns, literals and computed values for its arguments. */
function callsOf(name: string, signature: Signature): string[] {
  const choices = signature.parameters.map((parameter, i): readonly string[] => {
    if (parameter === 'null') return ['null'];
    if (parameter === 'list') return [];
    if (typeof parameter === 'object' && 'literal' in parameter) return literalArguments(parameter.name);
    return valueTypes(parameter, signature).flatMap((type) => {
      const literals = celLiterals(type).slice(0, i === 0 ? 2 : 12);
      return [`${type}${(i % 2) + 1}`, `bool1 ? ${type}1 : ${type}2`, ...literals];
    });
  });
  if (signature.parameters.includes('list')) {
    return EXPRESSION_TYPES.flatMap((type) => [
      callText(name, [`${type}1`, listOf(type)]),
      callText(name, [`${type}1`, '[]']),
      callText(name, [`bool1 ? ${type}1 : ${type}2`, listOf(type)]),
    ]);
  }
  return cartesian(choices)
    .map((args) => callText(name, args))
    .filter(compiles);
}

/** Choices for `T` may be of types that do not go together. */
function compiles(text: string): boolean {
  try {
    compileExpression(text, COLUMNS, 'parity test');
    return true;
  } catch {
    return false;
  }
}

function cartesian(choices: readonly (readonly string[])[]): string[][] {
  return choices.reduce<string[][]>(
    (tuples, values) => tuples.flatMap((tuple) => values.map((value) => [...tuple, value])),
    [[]],
  );
}

describe('each signature of the function table gives the same value in the closure and in ClickHouse', () => {
  test.each([...TABLE.keys()])('%s', async (name) => {
    const { signatures, example } = TABLE.get(name) as FunctionSpec;
    expect(example).not.toBe('');
    for (const signature of signatures) {
      const calls = callsOf(name, signature);
      expect(calls).not.toHaveLength(0);
      await expectEqualPaths(sample(calls, 300), TRANSCENDENTAL.has(name) ? close : Object.is);
    }
  });
});

/** At most `count`, spread evenly. */
function sample(texts: readonly string[], count: number): string[] {
  const step = Math.max(1, texts.length / count);
  return Array.from(
    { length: Math.min(count, texts.length) },
    (_, i) => texts[Math.floor(i * step)] as string,
  );
}

/** Random expressions of a type; those whose last bits may differ are left out, because `==` or `int` would show it. */
function expressionOf(type: ExpressionType, depth: number): fc.Arbitrary<string> {
  const leaf = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(`${type}1`, `${type}2`) },
    { weight: 1, arbitrary: fc.constantFrom(...celLiterals(type)) },
  );
  if (depth === 0) return leaf;
  const calls = [...TABLE].flatMap(([name, { signatures }]) =>
    TRANSCENDENTAL.has(name)
      ? []
      : signatures
          .filter(({ result, t }) => result === type || (result === 'T' && (t?.includes(type) ?? true)))
          .map((signature) => callOf(name, signature, type, depth - 1)),
  );
  return fc.oneof({ weight: 1, arbitrary: leaf }, ...calls.map((arbitrary) => ({ weight: 1, arbitrary })));
}

const memo = new Map<string, fc.Arbitrary<string>>();

function memoExpressionOf(type: ExpressionType, depth: number): fc.Arbitrary<string> {
  const key = `${type} ${depth}`;
  const known = memo.get(key) ?? expressionOf(type, depth);
  memo.set(key, known);
  return known;
}

function callOf(
  name: string,
  signature: Signature,
  type: ExpressionType,
  depth: number,
): fc.Arbitrary<string> {
  const args = (left: ExpressionType): fc.Arbitrary<string>[] =>
    signature.parameters.map((parameter) => {
      if (parameter === 'null') return fc.constant('null');
      if (parameter === 'list') return fc.subarray(celLiterals(left)).map((items) => `[${items.join(', ')}]`);
      if (parameter === 'any') return memoExpressionOf(left, depth);
      if (parameter === 'T') return memoExpressionOf(type, depth);
      if (typeof parameter === 'object' && 'literal' in parameter) {
        return fc.constantFrom(...literalArguments(parameter.name));
      }
      return fc.oneof(...valueTypes(parameter, signature).map((taken) => memoExpressionOf(taken, depth)));
    });
  const lefts = signature.parameters.includes('any') ? EXPRESSION_TYPES : [type];
  return fc.oneof(...lefts.map((left) => fc.tuple(...args(left)))).map((tuple) => callText(name, tuple));
}

test('random composed expressions give the same value in the closure and in ClickHouse', async () => {
  const expression = fc.oneof(...EXPRESSION_TYPES.map((type) => memoExpressionOf(type, 3)));
  await fc.assert(
    fc.asyncProperty(fc.array(expression, { minLength: 10, maxLength: 20 }), async (texts) => {
      await expectEqualPaths(texts.filter((text) => text.length <= 4_096));
    }),
    { numRuns: 25 },
  );
});

test('the deepest expressions that are allowed are within the limits of ClickHouse', async () => {
  const deepest = [...TABLE].flatMap(([name, { signatures }]) =>
    signatures.flatMap((signature): [name: string, text: string][] => {
      const at = signature.parameters.indexOf(signature.result);
      if (at === -1) return [];
      const type = signature.result === 'T' ? 'int' : signature.result;
      const other = signature.parameters.map((parameter, i) =>
        typeof parameter === 'object' && 'literal' in parameter
          ? (literalArguments(parameter.name)[0] as string)
          : `${parameter === 'T' ? 'int' : (valueTypes(parameter, signature)[0] as string)}${(i % 2) + 1}`,
      );
      let text = `${type}1`;
      for (let depth = 2; depth <= 64; depth++) text = callText(name, other.with(at, text));
      return [[name, text]];
    }),
  );
  expect(deepest.length).toBeGreaterThan(20);
  for (const [name, text] of deepest) {
    if (text.length > 4_096) continue;
    // 64 roundings add up.
    await expectEqualPaths([text], TRANSCENDENTAL.has(name) ? () => true : Object.is);
  }
});

test('every time zone that is accepted is known to ClickHouse', async () => {
  const answer = await client.query({
    query: 'SELECT time_zone FROM system.time_zones',
    format: 'JSONCompactEachRow',
  });
  const known = (await answer.json<[string]>()).map(([zone]) => zone);
  const accepted = known.filter((zone) => compiles(`hour(timestamp1, "${zone}")`));
  expect(accepted.length).toBeGreaterThan(known.length - 5);
});
