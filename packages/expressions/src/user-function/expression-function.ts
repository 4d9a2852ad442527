import { canonicalDouble } from '../double';
import { expressionError } from '../expression-error';
import type { Signature } from '../function-spec';
import { functionSpec } from '../function-table';
import { canonicalInt } from '../int64';
import { MAX_TIMESTAMP_MS } from '../limits';
import type { Evaluate, ExpressionType, Value } from '../value';
import { compileScript } from './compile-script';
import { fillSqlTemplate, parseSqlTemplate } from './sql-template';

/** What a user function is made from. */
export interface ExpressionFunctionDeclaration {
  readonly name: string;
  readonly parameters: readonly ExpressionType[];
  readonly result: ExpressionType;
  /** The text of a JavaScript function of the parameters, that uses nothing else. */
  readonly source: string;
  /** A ClickHouse expression with `{0}`, `{1}` … for the arguments, which are Nullable columns of their types. */
  readonly sql: string;
}

/** A user function, checked and compiled: what `compileExpression` takes beside the table of functions. */
export interface ExpressionFunction {
  readonly name: string;
  readonly signature: Signature;
}

const NAME = /^[a-z][a-zA-Z0-9_]{0,62}$/;

/**
 * Checks and compiles a user function. Its value is null where an argument is null, where it throws, and where it
 * returns anything that is not a value of its type; its SQL form is made null for a null argument likewise, and for
 * a number that is not one of the type. `place` says where it is declared, such as `function "distance_km"`.
 * Throws ForebayError `invalid_definition`.
 */
export function expressionFunction(
  declaration: ExpressionFunctionDeclaration,
  place: string,
): ExpressionFunction {
  const { name, parameters, result } = declaration;
  checkName(name, parameters, place);
  const script = compileScript({ text: declaration.source, place: `${place}, evaluate` }, parameters.length);
  const template = parseSqlTemplate({ text: declaration.sql, place: `${place}, sql` }, parameters.length);
  const accept = ACCEPT[result];
  const call = (args: readonly Value[]): Value => {
    try {
      return accept(script(...args));
    } catch {
      return null;
    }
  };
  return {
    name,
    signature: {
      parameters,
      result,
      closure: (_call, ...args) => strict(args, call),
      sql: ({ scope }, ...args) =>
        scope.bind(args, (...bound) => {
          const nulls = bound.map((argument) => `isNull(${argument})`);
          const value = SQL_RESULT[result](`(${fillSqlTemplate(template, bound)})`);
          return `if(${nulls.join(' OR ')}, NULL, ${value})`;
        }),
    },
  };
}

function checkName(name: string, parameters: readonly ExpressionType[], place: string): void {
  const refuse = (what: string): Error => expressionError({ text: name, place }, 0, what);
  if (!NAME.test(name)) throw refuse('a function is named with letters, digits and _, a small letter first');
  if (functionSpec(name) !== null) throw refuse(`"${name}" is a function of the language; take another name`);
  if (parameters.length === 0)
    throw refuse('a function without parameters is a constant; write it as a literal');
}

function strict(args: readonly Evaluate[], call: (args: readonly Value[]) => Value): Evaluate {
  return (row) => {
    const values: Value[] = [];
    for (const argument of args) {
      const value = argument(row);
      if (value === null) return null;
      values.push(value);
    }
    return call(values);
  };
}

/** The canonical value of what a function returned; null unless it is of the type. */
const ACCEPT = {
  bool: (value) => (typeof value === 'boolean' ? value : null),
  int: (value) => {
    if (typeof value === 'bigint') return canonicalInt(value);
    return Number.isInteger(value) ? canonicalInt(BigInt(value as number)) : null;
  },
  double: (value) => (typeof value === 'number' ? canonicalDouble(value) : null),
  string: (value) => (typeof value === 'string' && !/\p{Surrogate}/u.test(value) ? value : null),
  timestamp: (value) =>
    Number.isInteger(value) && Math.abs(value as number) <= MAX_TIMESTAMP_MS ? (value as number) + 0 : null,
} as const satisfies Record<ExpressionType, (value: unknown) => Value>;

const SQL_RESULT = {
  bool: (sql) => `(${sql} <> 0)`,
  int: (sql) => `accurateCastOrNull(${sql}, 'Int64')`,
  double: (sql) => `ifNotFinite(toFloat64(${sql}) + 0.0, NULL)`,
  string: (sql) => `toString(${sql})`,
  timestamp: (sql) => `accurateCastOrNull(if(abs(${sql}) <= ${MAX_TIMESTAMP_MS}, ${sql}, NULL), 'Int64')`,
} as const satisfies Record<ExpressionType, (sql: string) => string>;
