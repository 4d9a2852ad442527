import {
  type Column,
  type CompiledExpression,
  compileExpression,
  type Evaluate,
  type ExpressionType,
  type Value,
} from '@forebay/expressions';
import { expressionTypeOf } from './columns';
import { compileUserFunction } from './expression-functions';
import type { OnDemandFeature, OnDemandView, UserFunction } from './model';

/** What an on-demand view's expressions read, in the order of their row: inputs, then request data, then its features. */
export function onDemandColumns(view: Pick<OnDemandView, 'inputs' | 'request' | 'features'>): Column[] {
  return [
    ...view.inputs.map(({ column, type }) => ({ name: column, type: expressionTypeOf(type) })),
    ...view.request.map(({ name, type }) => ({ name, type: expressionTypeOf(type) })),
    ...view.features.map(({ name, type }) => ({ name, type: expressionTypeOf(type) })),
  ];
}

export interface OnDemandEvaluator {
  /** The names and types of the row's values. */
  readonly columns: readonly Column[];
  /** Where the features begin in the row. */
  readonly firstFeature: number;
  /** Of each feature, the inputs that it reads, itself or through features before it: ascending indexes of `view.inputs`. */
  readonly inputsOf: readonly (readonly number[])[];
  /**
   * Brings the inputs and request data of a row to their canonical form (a NaN is null, an int beyond 2^53 a bigint) and
   * fills in the features. The row is the caller's, and has as many values as there are columns.
   */
  evaluate(row: Value[]): void;
}

/** Compiles an on-demand view of a compiled project. Throws ForebayError `invalid_definition`. */
export function onDemandEvaluator(view: OnDemandView, functions: readonly UserFunction[]): OnDemandEvaluator {
  const columns = onDemandColumns(view);
  const firstFeature = view.inputs.length + view.request.length;
  const own = functions.map(compileUserFunction);
  const compiled = view.features.map(({ name, expression }, i) => {
    const place = `view "${view.name}", feature "${name}"`;
    return compileExpression(expression, columns.slice(0, firstFeature + i), place, own);
  });
  const canonical = columns.slice(0, firstFeature).map(({ type }) => CANONICAL[type]);
  const evaluates = compiled.map(({ evaluate }, i) =>
    featureValue(view.features[i] as OnDemandFeature, evaluate),
  );
  return {
    columns,
    firstFeature,
    inputsOf: inputsOf(view, compiled),
    evaluate(row) {
      for (let i = 0; i < firstFeature; i++) {
        const value = row[i] as Value;
        if (value !== null) row[i] = (canonical[i] as (value: Value) => Value)(value);
      }
      for (let i = 0; i < evaluates.length; i++) row[firstFeature + i] = (evaluates[i] as Evaluate)(row);
    },
  };
}

/** Null where the value does not fit the feature's type: a computed int may be any int64. */
function featureValue({ type }: OnDemandFeature, evaluate: Evaluate): Evaluate {
  if (type !== 'int32') return evaluate;
  return (row) => {
    const value = evaluate(row);
    return typeof value === 'number' && value === (value | 0) ? value : null;
  };
}

function inputsOf(view: OnDemandView, compiled: readonly CompiledExpression[]): number[][] {
  const read = new Map<string, ReadonlySet<number>>();
  view.inputs.forEach(({ column }, i) => {
    read.set(column, new Set([i]));
  });
  return compiled.map(({ columns }, i) => {
    const inputs = new Set(columns.flatMap((name) => [...(read.get(name) ?? [])]));
    read.set((view.features[i] as OnDemandFeature).name, inputs);
    return [...inputs].sort((a, b) => a - b);
  });
}

const CANONICAL: Readonly<Record<ExpressionType, (value: Value) => Value>> = {
  bool: (value) => (typeof value === 'number' ? value !== 0 : value),
  int: (value) => (typeof value !== 'number' || Number.isSafeInteger(value) ? value : largeInt(value)),
  double: (value) => (Number.isFinite(value) ? (value as number) + 0 : null),
  string: (value) => value,
  timestamp: (value) => (Number.isSafeInteger(value) ? value : null),
};

/** An int that is held as a double, because its sum was too large to be exact. */
function largeInt(value: number): Value {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63 ? BigInt(value) : null;
}
