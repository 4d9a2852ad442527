/** The on-demand features of every row, from the folded ones and the rows' request fields, with the code that serves them. */
import { type OtherValue, STATUS } from '@forebay/algebra';
import type { FeatureReference, OnDemandView, Project, ScalarType } from '@forebay/definitions';
import { type OnDemandEvaluator, onDemandEvaluator } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import {
  type Block,
  type ByteStrings,
  type ColumnData,
  int64At,
  integerAt,
  NullableColumn,
  type Words,
} from '../native/columns';
import type { TrainingPlan } from '../plan/training-plan';
import { joinedSql, NUMBER_COLUMN, type ResultTable, statusName, valueName } from '../sql/joined-sql';
import type { AskedFeature, ViewResults } from './view-results';

/** SQL that brings a value to a type of few columns: UInt8, Int64, Float64 or String, nullable. */
const PLAIN_SQL = {
  bool: (value) => `CAST(${value}, 'Nullable(UInt8)')`,
  int32: (value) => `CAST(${value}, 'Nullable(Int64)')`,
  int64: (value) => `CAST(${value}, 'Nullable(Int64)')`,
  double: (value) => `CAST(${value}, 'Nullable(Float64)')`,
  string: (value) => `CAST(${value}, 'Nullable(String)')`,
  timestamp: (value) => `CAST(toUnixTimestamp64Milli(${value}), 'Nullable(Int64)')`,
} as const satisfies Record<ScalarType, (value: string) => string>;

interface Base {
  readonly reference: FeatureReference;
  readonly type: ScalarType;
}

interface CompiledView {
  readonly view: OnDemandView;
  readonly evaluator: OnDemandEvaluator;
  /** Of each input and request field: where it stands among the values of a row. */
  readonly slots: readonly number[];
  /** Of its features: where they begin among the values of a row. */
  readonly firstSlot: number;
  readonly row: Value[];
}

/**
 * One slot for each folded feature that is read, each request field, and each on-demand feature; statuses of the first and
 * the last.
 */
export class OnDemandStream {
  readonly asked: readonly AskedFeature[];
  readonly #plan: TrainingPlan;
  readonly #bases: readonly Base[];
  readonly #views: readonly CompiledView[] = [];
  readonly #firstFeature: number;

  constructor(project: Project, plan: TrainingPlan) {
    this.#plan = plan;
    this.#bases = basesOf(plan);
    this.#firstFeature = this.#bases.length + plan.request.length;
    const slotOf = (reference: FeatureReference) => {
      const place = plan.placeOf(reference);
      if (place.folded === null) return this.#firstFeature + place.index;
      return this.#bases.findIndex((base) => plan.placeOf(base.reference) === place);
    };
    let firstSlot = this.#firstFeature;
    this.#views = plan.onDemand.map((view) => {
      const evaluator = onDemandEvaluator(view, project.functions);
      const slots = [
        ...view.inputs.map(({ feature }) => slotOf(feature)),
        ...view.request.map(
          ({ name }) => this.#bases.length + plan.request.findIndex((field) => field.name === name),
        ),
      ];
      const compiled = { view, evaluator, slots, firstSlot, row: new Array<Value>(evaluator.columns.length) };
      firstSlot += view.features.length;
      return compiled;
    });
    this.asked = plan.onDemand
      .flatMap(({ features }) => features)
      .map(({ type }, index) => ({ index, type }));
  }

  /** Columns: `n` UInt64, the folded features with the statuses behind each, the request fields. */
  streamSql(rowsSql: string, tables: readonly ResultTable[]): string {
    const bases = this.#bases.flatMap(({ reference, type }) => {
      const { folded, index } = this.#plan.placeOf(reference);
      const value = valueName(folded as number, index);
      return [PLAIN_SQL[type](value), statusName(folded as number, index)];
    });
    const request = this.#plan.request.map((_, i) => `v${i}`);
    const selected = ['n', ...bases, ...request].map((sql, i) => `${sql} AS o${i}`);
    const rows = `SELECT *, n AS ${NUMBER_COLUMN} FROM (${rowsSql}) ORDER BY n`;
    return `SELECT ${selected.join(', ')} ${joinedSql(rows, tables)} FORMAT Native`;
  }

  async *evaluate(blocks: AsyncIterable<Block>, results: ViewResults): AsyncGenerator<Buffer> {
    const bases = this.#bases.length;
    const slots = this.#firstFeature + this.asked.length;
    const values = new Array<Value>(slots).fill(null);
    const statuses = new Uint8Array(slots);
    const out = new OnDemandOutput(this.asked);
    for await (const { rows, columns } of blocks) {
      const numbers = columns[0] as Words;
      for (let row = 0; row < rows; row++) {
        for (let i = 0; i < bases; i++) {
          values[i] = scalarAt(columns[1 + 2 * i] as ColumnData, (this.#bases[i] as Base).type, row);
          statuses[i] = (columns[2 + 2 * i] as Uint8Array)[row] as number;
        }
        for (const [i, { type }] of this.#plan.request.entries())
          values[bases + i] = scalarAt(columns[1 + 2 * bases + i] as ColumnData, type, row);
        for (const view of this.#views) evaluateView(view, values, statuses);
        out.take(values, statuses, this.#firstFeature);
        const full = results.push(integerAt(numbers, row), out);
        if (full !== null) yield full;
      }
    }
    const rest = results.rest();
    if (rest !== null) yield rest;
  }
}

function basesOf(plan: TrainingPlan): Base[] {
  const bases = new Map<unknown, Base>();
  for (const { inputs } of plan.onDemand) {
    for (const { feature, type } of inputs) {
      const place = plan.placeOf(feature);
      if (place.folded !== null) bases.set(place, { reference: feature, type });
    }
  }
  return [...bases.values()];
}

/** DEGRADED if an input that it reads is; else NULL_VALUE or PRESENT. */
function evaluateView(
  { view, evaluator, slots, firstSlot, row }: CompiledView,
  values: Value[],
  statuses: Uint8Array,
) {
  for (let i = 0; i < slots.length; i++) row[i] = values[slots[i] as number] as Value;
  evaluator.evaluate(row);
  for (let i = 0; i < view.features.length; i++) {
    const value = row[evaluator.firstFeature + i] as Value;
    values[firstSlot + i] = value;
    const reads = evaluator.inputsOf[i] as readonly number[];
    const degraded = reads.some((input) => statuses[slots[input] as number] === STATUS.DEGRADED);
    statuses[firstSlot + i] = degraded
      ? STATUS.DEGRADED
      : value === null
        ? STATUS.NULL_VALUE
        : STATUS.PRESENT;
  }
}

/** Values of on-demand features in the form that folds leave theirs in. */
class OnDemandOutput {
  readonly numbers: Float64Array;
  readonly others: (OtherValue | null)[];
  readonly statuses: Uint8Array;

  constructor(asked: readonly AskedFeature[]) {
    this.numbers = new Float64Array(asked.length).fill(Number.NaN);
    this.others = new Array(asked.length).fill(null);
    this.statuses = new Uint8Array(asked.length);
  }

  take(values: readonly Value[], statuses: Uint8Array, from: number): void {
    for (let i = 0; i < this.others.length; i++) {
      const value = values[from + i] as Value;
      this.others[i] = typeof value === 'boolean' ? Number(value) : (value as OtherValue | null);
      this.statuses[i] = statuses[from + i] as number;
    }
  }
}

function scalarAt(column: ColumnData, type: ScalarType, row: number): Value {
  if (column instanceof NullableColumn)
    return column.nulls[row] === 1 ? null : scalarAt(column.data, type, row);
  switch (type) {
    case 'bool':
      return (column as Uint8Array)[row] !== 0;
    case 'double':
      return (column as Float64Array)[row] as number;
    case 'string':
      return (column as ByteStrings).textAt(row);
    default:
      return int64At(column as Words, row);
  }
}
