import { type Column, type CompiledExpression, compileExpression } from '@forebay/expressions';
import { checkShape } from './check-shape';
import { expressionTypeOf, scalarTypeOf } from './columns';
import { compileParameters } from './compile-parameters';
import type { FeatureDeclaration } from './feature-declaration';
import type { AggregationFeature, Field, ScalarType, Window } from './model';
import { checkName, listNames } from './names';
import { OPERATIONS, type OperationName, operationTraits } from './operations';
import type { Problems } from './problems';
import { FEATURE_ARGUMENTS_SHAPE, FEATURE_OPTIONS_SHAPE } from './shapes';
import { compileWindow } from './windows';

/** What names a category. */
const CATEGORY_TYPES = [
  'bool',
  'int32',
  'int64',
  'string',
  'timestamp',
] as const satisfies readonly ScalarType[];

/** What a view's expressions may name: the source's fields, then the derived columns. */
export interface ViewColumns {
  readonly fields: readonly Field[];
  readonly columns: readonly Column[];
}

export function viewColumns(fields: readonly Field[]): ViewColumns {
  return { fields, columns: fields.map(({ name, type }) => ({ name, type: expressionTypeOf(type) })) };
}

/** Null after a problem. */
export function compileFeature(
  name: string,
  declaration: FeatureDeclaration,
  columns: ViewColumns,
  viewPlace: string,
  problems: Problems,
): AggregationFeature | null {
  const place = `${viewPlace}, feature "${name}"`;
  checkName(name, place, problems);
  const before = problems.count;
  const { operation, input, by, parameters, options } = declaration;
  if (!Object.hasOwn(OPERATIONS, operation)) {
    problems.add(
      place,
      `unknown operation "${operation}": the operations are ${listNames(Object.keys(OPERATIONS))}`,
    );
    return null;
  }
  checkShape(FEATURE_ARGUMENTS_SHAPE, { input, by, parameters }, place, problems);
  checkShape(FEATURE_OPTIONS_SHAPE, options ?? {}, place, problems);
  if (problems.count > before) return null;
  const compiledInput = compileInput(operation, input, columns, place, problems);
  const compiledBy = compileCategory(operation, by, columns, place, problems);
  const filter = compileFilter(options.filter, columns, place, problems);
  const window = compileWindow(options.window, place, problems);
  if (window !== null) checkWindowKind(operation, window, place, problems);
  const compiledParameters = compileParameters(operation, parameters, place, problems);
  if (problems.count > before || window === null) return null;
  const typeOf = (expression: CompiledExpression | null) =>
    expression === null ? null : scalarTypeOf(expression, columns.fields);
  return {
    name,
    operation,
    input: compiledInput?.canonical ?? null,
    by: compiledBy?.canonical ?? null,
    filter: filter?.canonical ?? null,
    window,
    parameters: compiledParameters,
    type: operationTraits(operation).result(typeOf(compiledInput), typeOf(compiledBy)),
    description: options.description ?? '',
  };
}

/** A filter must say true or false of an event; null without one, and after a problem. */
export function compileFilter(
  text: string | undefined,
  columns: ViewColumns,
  place: string,
  problems: Problems,
): CompiledExpression | null {
  if (text === undefined) return null;
  const filter = problems.attempt(() => compileExpression(text, columns.columns, `${place}, filter`));
  if (filter === null || filter.type === 'bool') return filter;
  problems.add(
    `${place}, filter`,
    `"${text}" is ${filter.type}, not bool: compare it, as in "${text} != null"`,
  );
  return null;
}

function compileInput(
  operation: OperationName,
  text: string | null,
  columns: ViewColumns,
  place: string,
  problems: Problems,
): CompiledExpression | null {
  const { input, inputTypes } = operationTraits(operation);
  if (text === null) {
    if (input === 'required') {
      problems.add(place, `${operation} needs an input: a field, a derived column or an expression`);
    }
    return null;
  }
  const compiled = problems.attempt(() => compileExpression(text, columns.columns, `${place}, input`));
  const type = compiled === null ? null : scalarTypeOf(compiled, columns.fields);
  if (type !== null && !inputTypes.includes(type)) {
    problems.add(
      place,
      `input "${text}" is ${type}, and ${operation} takes ${inputTypes.join(', ')}: ${inputRemedy(type)}`,
    );
  }
  return compiled;
}

/** The category of an event, for operations by category. */
function compileCategory(
  operation: OperationName,
  text: string | null,
  columns: ViewColumns,
  place: string,
  problems: Problems,
): CompiledExpression | null {
  const takes = operationTraits(operation).by === true;
  if (text === null) {
    if (takes)
      problems.add(place, `${operation} needs a category: a field, a derived column or an expression`);
    return null;
  }
  if (!takes) {
    problems.add(place, `${operation} takes no category "${text}": leave it out, or use sum_by or mean_by`);
    return null;
  }
  const compiled = problems.attempt(() => compileExpression(text, columns.columns, `${place}, category`));
  if (compiled !== null && scalarTypeOf(compiled, columns.fields) === 'double') {
    problems.add(
      `${place}, category`,
      `"${text}" is double, and categories are ${CATEGORY_TYPES.join(', ')}: round it to an integer first`,
    );
  }
  return compiled;
}

function checkWindowKind(operation: OperationName, window: Window, place: string, problems: Problems): void {
  const { windows } = operationTraits(operation);
  if (windows.includes(window.kind)) return;
  const remedy = windows.includes('session')
    ? 'give { session: { gap: "30m" } }'
    : `give a ${windows.join(' or ')} window`;
  problems.add(place, `${operation} has no value over a ${window.kind} window: ${remedy}`);
}

function inputRemedy(type: ScalarType): string {
  if (type === 'bool') return 'use count with a filter, or an expression such as "x ? 1 : 0"';
  if (type === 'double') return 'round it to an integer first';
  return 'give an expression of one of these types, or another operation';
}
