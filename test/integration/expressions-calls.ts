import {
  compileExpression,
  EXPRESSION_TYPES,
  type ExpressionType,
  FUNCTIONS,
  type FunctionSpec,
  type Parameter,
  type Signature,
} from '@forebay/expressions';
import fc from 'fast-check';
import { COLUMNS, celLiterals, LITERAL_ARGUMENTS, TRANSCENDENTAL } from './expressions-cases';

export const TABLE = new Map<string, FunctionSpec>(Object.entries(FUNCTIONS));

/** A call in CEL, with operators written as operators. */
export function callText(name: string, args: readonly string[]): string {
  const operands = args.map((argument) => `(${argument})`);
  if (name === '-_') return `-(${args[0]})`;
  if (name === '!_') return `!(${args[0]})`;
  if (name === '?:') return `(${args[0]}) ? (${args[1]}) : (${args[2]})`;
  return /^[a-z]\w+$/i.test(name) && name !== 'in'
    ? `${name}(${args.join(', ')})`
    : operands.join(` ${name} `);
}

export function literalArguments(name: string): readonly string[] {
  const literals = LITERAL_ARGUMENTS[name];
  if (literals === undefined)
    throw new Error(`literal parameter "${name}": add its cases to LITERAL_ARGUMENTS`);
  return literals;
}

/** Types that a parameter takes as values. */
export function valueTypes(parameter: Parameter, signature: Signature): readonly ExpressionType[] {
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
export function callsOf(name: string, signature: Signature): string[] {
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
export function compiles(text: string): boolean {
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

export function memoExpressionOf(type: ExpressionType, depth: number): fc.Arbitrary<string> {
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
