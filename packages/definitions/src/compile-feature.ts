import { type Column, type CompiledExpression, compileExpression } from '@forebay/expressions';
import { expressionTypeOf, scalarTypeOf } from './columns';
import type { FeatureDeclaration } from './feature-declarations';
import type { AggregationFeature, Field, ScalarType } from './model';
import { checkName, listNames } from './names';
import { OPERATIONS, type OperationName, operationTraits } from './operations';
import type { Problems } from './problems';
import { checkShape, FEATURE_SHAPE } from './shapes';
import { compileWindow } from './windows';

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
  const before = problems.count;
  checkName(name, place, problems);
  const { operation, input, parameters, options } = declaration;
  if (!Object.hasOwn(OPERATIONS, operation)) {
    problems.add(
      place,
      `unknown operation "${operation}": the operations are ${listNames(Object.keys(OPERATIONS))}`,
    );
    return null;
  }
  if (checkShape(FEATURE_SHAPE, { ...options, input, parameters }, place, problems) === null) return null;
  const compiledInput = compileInput(operation, input, columns, place, problems);
  const inputType = compiledInput === null ? null : scalarTypeOf(compiledInput, columns.fields);
  checkInputType(operation, input, inputType, place, problems);
  const filter = compileFilter(options.filter, columns, place, problems);
  const window = compileWindow(options.window, place, problems);
  const compiledParameters = compileParameters(operation, parameters, place, problems);
  if (problems.count > before || window === null) return null;
  return {
    name,
    operation,
    input: compiledInput?.canonical ?? null,
    by: null,
    filter: filter?.canonical ?? null,
    window,
    parameters: compiledParameters,
    type: operationTraits(operation).result(inputType, null),
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
) {
  if (text !== null)
    return problems.attempt(() => compileExpression(text, columns.columns, `${place}, input`));
  if (operationTraits(operation).input === 'required') {
    problems.add(place, `${operation} needs an input: a field, a derived column or an expression`);
  }
  return null;
}

function checkInputType(
  operation: OperationName,
  text: string | null,
  type: ScalarType | null,
  place: string,
  problems: Problems,
): void {
  const { inputTypes } = operationTraits(operation);
  if (type === null || inputTypes.includes(type)) return;
  problems.add(
    place,
    `input "${text}" is ${type}, and ${operation} takes ${inputTypes.join(', ')}: ${inputRemedy(operation, type)}`,
  );
}

function inputRemedy(operation: OperationName, type: ScalarType): string {
  if (type === 'bool') return 'use count with a filter, or an expression such as "x ? 1 : 0"';
  if (operation === 'distinct_count') return 'round it to an integer first';
  return 'give an expression of one of these types, or another operation';
}

function compileParameters(
  operation: OperationName,
  given: Readonly<Record<string, number>>,
  place: string,
  problems: Problems,
): Readonly<Record<string, number>> {
  const bounds = operationTraits(operation).parameters;
  for (const name of Object.keys(given).filter((candidate) => !Object.hasOwn(bounds, candidate))) {
    problems.add(
      place,
      `${operation} has no parameter "${name}": its parameters are ${listNames(Object.keys(bounds))}`,
    );
  }
  const parameters: Record<string, number> = {};
  for (const [name, { min: smallest, max: largest, default: fallback, fraction }] of Object.entries(bounds)) {
    const value = given[name] ?? fallback;
    if (value === null) {
      problems.add(place, `${operation} needs its parameter "${name}", from ${smallest} to ${largest}`);
    } else if (!(fraction || Number.isInteger(value)) || value < smallest || value > largest) {
      problems.add(place, `${name} ${value} is not a whole number from ${smallest} to ${largest}`);
    } else {
      parameters[name] = value;
    }
  }
  return parameters;
}
