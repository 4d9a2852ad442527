import type { ExpressionType, Value } from './value';

/** Before its type is known, the literal `null` is of this type. */
export type NullType = 'null';

/** An expression as written: names not yet resolved, types not yet checked. `at` is a UTF-16 index into the text. */
export type Syntax =
  | {
      readonly kind: 'literal';
      readonly type: ExpressionType | NullType;
      readonly value: Value;
      readonly at: number;
    }
  | { readonly kind: 'column'; readonly name: string; readonly at: number }
  | { readonly kind: 'list'; readonly items: readonly Syntax[]; readonly at: number }
  /** An operator or a function, by its name in the function table; a chain of `&&` or of `||` is one call. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Syntax[]; readonly at: number };

/** The names under which the table keeps the operators that have no name of their own. */
export const NEGATE = '-_';
export const NOT = '!_';
export const CONDITIONAL = '?:';

/** Infix operators, printed between their operands. */
export const INFIX: ReadonlySet<string> = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '&&',
  '||',
  'in',
]);
