import { type ExpressionFunction, expressionFunction } from '@forebay/expressions';
import { expressionTypeOf } from './columns';
import type { UserFunction } from './model';

/** Checks and compiles a user function. Throws ForebayError `invalid_definition` with the function's name as the place. */
export function compileUserFunction(declared: UserFunction): ExpressionFunction {
  const { name, parameters, result, source, sql } = declared;
  return expressionFunction(
    { name, parameters: parameters.map(expressionTypeOf), result: expressionTypeOf(result), source, sql },
    `function "${name}"`,
  );
}
