import type { Column, CompiledExpression, ExpressionType } from '@forebay/expressions';
import type { EventSource, Field, ScalarType } from './model';

/** Both integer types are ints to expressions. */
export function expressionTypeOf(type: ScalarType): ExpressionType {
  return type === 'int32' || type === 'int64' ? 'int' : type;
}

/** The source's fields as columns of expressions, in declared order: their positions in a decoded event. */
export function sourceColumns(source: Pick<EventSource, 'fields'>): Column[] {
  return source.fields.map(({ name, type }) => ({ name, type: expressionTypeOf(type) }));
}

/** The type of an expression's value: a plain column keeps its own; a computed integer may be any int64. */
export function scalarTypeOf(expression: CompiledExpression, fields: readonly Field[]): ScalarType {
  const field = fields.find(({ name }) => name === expression.canonical);
  if (field !== undefined) return field.type;
  return expression.type === 'int' ? 'int64' : expression.type;
}
