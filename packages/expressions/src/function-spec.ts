import type { Sql, SqlScope } from './sql';
import type { Evaluate, ExpressionType, Value } from './value';

/** A parameter that takes a string or int literal only, read when the expression is compiled. */
export interface LiteralParameter {
  readonly literal: 'string' | 'int';
  /** What the documentation calls it, such as `zone`. */
  readonly name: string;
  /** Says what is wrong with a value and what to write instead, null when nothing is. */
  readonly problem: (value: Value) => string | null;
}

/**
 * What a parameter takes: a type (an int is widened to a double where a double is wanted), one of several types,
 * `T` (all of them, and the result, one type; int and double together are double), anything, the literal `null`, a
 * list of literals that fit the first argument, or a literal.
 */
export type Parameter =
  | ExpressionType
  | readonly ExpressionType[]
  | 'T'
  | 'any'
  | 'null'
  | 'list'
  | LiteralParameter;

/** What a signature knows of one call when it compiles it. */
export interface Call {
  /** The type of the result. */
  readonly type: ExpressionType;
  /** The type of each argument, after widening; literal parameters and lists have none. */
  readonly argumentTypes: readonly ExpressionType[];
  /** The values of the literal parameters, in their order. */
  readonly literals: readonly Value[];
  /** The items of the list parameter. */
  readonly items: readonly Value[];
}

/** One way to call a function: what it takes and gives, and its two compilations, which must agree on every row. */
export interface Signature {
  readonly parameters: readonly Parameter[];
  /** The last parameter may be given any number of times more. */
  readonly variadic?: true;
  /** What `T` may be; everything unless given. */
  readonly t?: readonly ExpressionType[];
  /** Whether the literal `null` is allowed for `T`. */
  readonly nullLiteral?: true;
  readonly result: ExpressionType | 'T';
  /** Null where an argument is null, unless the documentation says otherwise. */
  readonly closure: (call: Call, ...args: Evaluate[]) => Evaluate;
  /** Never throws in ClickHouse, whatever the values are. */
  readonly sql: (call: Call & { readonly scope: SqlScope }, ...args: Sql[]) => string;
}

export const FUNCTION_GROUPS = [
  'Logic',
  'Comparison',
  'Arithmetic',
  'Mathematics',
  'Trigonometry',
  'Statistics',
  'Geography',
  'Text',
  'Time',
  'Conversion',
  'Hashing',
] as const;

export interface FunctionSpec {
  readonly group: (typeof FUNCTION_GROUPS)[number];
  readonly signatures: readonly Signature[];
  /** One sentence for the reference. */
  readonly doc: string;
  /** An expression that uses it. */
  readonly example: string;
}
