export { type CompiledExpression, compileExpression } from './compile-expression';
export type { FunctionSpec, Parameter, Signature } from './function-spec';
export { FUNCTIONS, type FunctionName } from './function-table';
export { expressionReference } from './reference';
export { canonicalScript } from './user-function/canonical-script';
export {
  type ExpressionFunction,
  type ExpressionFunctionDeclaration,
  expressionFunction,
} from './user-function/expression-function';
export {
  type Column,
  type Evaluate,
  EXPRESSION_TYPES,
  type ExpressionType,
  type Row,
  type Value,
} from './value';
