import { canonicalText } from './canonical';
import { checkExpression } from './check';
import { compileClosure } from './compile-closure';
import { compileSql } from './compile-sql';
import { parseExpression } from './parse';
import type { Typed } from './typed';
import type { ExpressionFunction } from './user-function/expression-function';
import type { Column, Evaluate, ExpressionType } from './value';

export interface CompiledExpression {
  readonly text: string;
  /** Equal for texts that differ only in how they are written; itself CEL. */
  readonly canonical: string;
  readonly type: ExpressionType;
  /** The columns it reads, in the order in which they were declared. */
  readonly columns: readonly string[];
  /** Pure and total: canonical values in, a canonical value out, null where SQL gives NULL. */
  readonly evaluate: Evaluate;
  /**
   * A ClickHouse expression that is equal on every row, and throws on none. `column` gives the SQL of a column, already
   * Nullable(Bool or UInt8), Nullable(Int64), Nullable(Float64) (no NaN, no infinity, no −0), Nullable(String), and
   * Nullable(Int64) of milliseconds for a timestamp. A bool result is a UInt8.
   */
  toSql(column: (name: string) => string): string;
}

/**
 * Compiles CEL over the columns; `place` says where the expression is declared, such as `view "origin_delays": filter`.
 * `functions` may be called beside those of the table. Throws ForebayError `invalid_definition` with the place, the text, what is wrong and what to do.
 */
export function compileExpression(
  text: string,
  columns: readonly Column[],
  place: string,
  functions: readonly ExpressionFunction[] = [],
): CompiledExpression {
  const source = { text, place };
  const syntax = parseExpression(source);
  const typed = checkExpression(source, syntax, columns, functions);
  const read = new Set<string>();
  collectColumns(typed, read);
  return {
    text,
    canonical: canonicalText(syntax),
    type: typed.type as ExpressionType,
    columns: columns.map(({ name }) => name).filter((name) => read.has(name)),
    evaluate: compileClosure(typed),
    toSql: (column) => compileSql(typed, column),
  };
}

function collectColumns(typed: Typed, into: Set<string>): void {
  if (typed.kind === 'column') into.add(typed.name);
  if (typed.kind === 'call') for (const argument of typed.args) collectColumns(argument, into);
}
