import { type OtherValue, STATUS, type ViewOutput } from '@forebay/algebra';
import {
  type OnDemandEvaluator,
  type OnDemandView,
  onDemandEvaluator,
  type UserFunction,
} from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import type { RequestData } from '../request/request-data';
import type { AnsweringView } from './readable-view';

/** A feature that an on-demand view reads. */
export interface ComputedInput {
  readonly from: AnsweringView;
  /** Index among the features of that view. */
  readonly feature: number;
}

/**
 * An on-demand view ready to be computed from what the views that it reads left for the row. Made once per definition, and
 * shared by the plans that use it. Holds scratch memory: one row at a time.
 */
export class ComputedView implements AnsweringView {
  readonly label: string;
  readonly output: ViewOutput;
  readonly inFloat64Block: readonly boolean[];
  /** Whose value makes the first DEGRADED one so; null: none is. */
  degradedBy: AnsweringView | null = null;
  readonly #evaluator: OnDemandEvaluator;
  /** Inputs, request fields, features. */
  readonly #row: Value[];

  /**
   * Throws `invalid_definition` if an expression or a function does not compile.
   * @param inputs those of the view, in its order
   */
  constructor(
    readonly project: string,
    readonly view: OnDemandView,
    readonly functions: readonly UserFunction[],
    readonly inputs: readonly ComputedInput[],
  ) {
    const { features } = view;
    this.label = `${view.name}@${view.version}`;
    this.#evaluator = onDemandEvaluator(view, functions);
    this.#row = new Array<Value>(this.#evaluator.columns.length).fill(null);
    this.inFloat64Block = features.map(({ type }) => type !== 'int64' && type !== 'string');
    this.output = {
      numbers: new Float64Array(features.length).fill(Number.NaN),
      others: new Array(features.length).fill(null),
      statuses: new Uint8Array(features.length),
      reason: null,
      allPresent: false,
      newestEventMs: Number.NaN,
    };
  }

  /**
   * Computes the features of a row of the request.
   * @param fields of each request field of the view, its index in `data`
   */
  compute(data: RequestData, fields: readonly number[], row: number): void {
    const { inputs } = this;
    const values = this.#row;
    for (let i = 0; i < inputs.length; i++) values[i] = inputValue(inputs[i] as ComputedInput);
    for (let i = 0; i < fields.length; i++) {
      const given = data[fields[i] as number] as readonly Value[];
      values[inputs.length + i] = given[given.length === 1 ? 0 : row] as Value;
    }
    this.#evaluator.evaluate(values);
    this.#leave();
  }

  #leave(): void {
    const { output, inFloat64Block } = this;
    const { firstFeature } = this.#evaluator;
    output.reason = null;
    this.degradedBy = null;
    for (let i = 0; i < inFloat64Block.length; i++) {
      const value = this.#row[firstFeature + i] as Value;
      if (inFloat64Block[i]) output.numbers[i] = value === null ? Number.NaN : Number(value);
      else output.others[i] = value as OtherValue | null;
      output.statuses[i] = this.#readsDegraded(i)
        ? STATUS.DEGRADED
        : value === null
          ? STATUS.NULL_VALUE
          : STATUS.PRESENT;
    }
  }

  #readsDegraded(feature: number): boolean {
    for (const index of this.#evaluator.inputsOf[feature] as readonly number[]) {
      const { from, feature: read } = this.inputs[index] as ComputedInput;
      if (from.output.statuses[read] !== STATUS.DEGRADED) continue;
      this.output.reason ??= from.output.reason;
      this.degradedBy ??= from instanceof ComputedView ? from.degradedBy : from;
      return true;
    }
    return false;
  }
}

function inputValue({ from: { output, inFloat64Block }, feature }: ComputedInput): Value {
  if (!inFloat64Block[feature]) return output.others[feature] as Value;
  const number = output.numbers[feature] as number;
  return Number.isNaN(number) ? null : number;
}
