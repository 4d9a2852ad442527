/** Merging the components of one feature segment by segment, with the value over each segment alone and up to it. */
import { emptyAccumulator, foldColumn, resetAccumulator } from './accumulator';
import type { ColumnAccess } from './column-access';
import type { OtherValue } from './emission';
import type { FoundState } from './explained-states';
import { isFloat64 } from './feature-result';
import type { FeaturePlan, FixedComponent, VariableComponent, ViewLayout } from './layout';
import type { ItemLimit, Readable } from './readable';
import { readableFixed, readableVariable } from './readable-state';
import { newVariableState, type VariableState } from './variable-state';
import { newViewOutput, type ViewOutput } from './view-output';
import { WindowFeatures } from './window-features';

/** A segment that contributed to a feature's value. Covers `[startMs, endMs)`. */
export interface ExplainedSegment {
  readonly from: 'stream' | 'batch';
  /** The parts that hold it, by their letters in docs/CODEC.md. */
  readonly parts: readonly string[];
  /** −∞: from the beginning. */
  readonly startMs: number;
  /** +∞: before every window's left edge, where no more is known. */
  readonly endMs: number;
  /** Events that passed the view's filter. */
  readonly events: number;
  /** Events of the feature's lane: those of which its filter, its input and its category are not null. */
  readonly counted: number;
  /** By component. */
  readonly states: Readonly<Record<string, Readable>>;
  /** The feature's value over this segment alone. */
  readonly alone: Readable;
  /** The feature's value over this segment and all newer ones; of doubles up to rounding, since a fold goes in another order. */
  readonly merged: Readable;
}

export type FeatureValue = OtherValue | null;

/** A row of a list, and the states of variable length of the same segment. */
export interface FoundSegment {
  readonly from: 'stream' | 'batch';
  readonly startMs: number;
  readonly endMs: number;
  readonly events: number;
  /** null: there are states alone. */
  readonly rows: { readonly columns: readonly ColumnAccess[]; readonly row: number } | null;
  readonly states: readonly FoundState[];
}

/** A feature's value as it is told: bounded, since there is one for each segment. */
export type ShowValue = (value: FeatureValue) => Readable;

/** Merges the components of one feature, segment by segment. */
export class Merging {
  readonly segments: ExplainedSegment[] = [];
  segmentsWithoutEvents = 0;
  readonly #fixed: readonly FixedComponent[];
  readonly #component: VariableComponent | null;
  readonly #alone: Accumulated;
  readonly #all: Accumulated;

  constructor(
    layout: ViewLayout,
    plan: FeaturePlan,
    tMs: number,
    private readonly limit: ItemLimit,
    private readonly show: ShowValue,
  ) {
    this.#fixed = Object.values(plan.fixed);
    this.#component = plan.variable === null ? null : (layout.variable[plan.variable] as VariableComponent);
    this.#alone = new Accumulated(layout, plan, tMs);
    this.#all = new Accumulated(layout, plan, tMs);
  }

  add(segments: readonly FoundSegment[]): void {
    for (const segment of segments) this.#add(segment);
  }

  #add(segment: FoundSegment): void {
    const alone = this.#alone;
    alone.reset();
    alone.absorb(segment, this.#fixed);
    this.#all.absorb(segment, this.#fixed);
    const { counted } = alone;
    if (counted === 0 && segment.states.length === 0) {
      this.segmentsWithoutEvents++;
      return;
    }
    const { from, startMs, endMs, events, states } = segment;
    const parts = from === 'batch' ? ['b'] : ['s', ...states.map(({ part }) => part)];
    this.segments.push({
      from,
      parts: [...new Set(parts)],
      startMs,
      endMs,
      events,
      counted,
      states: this.#readable(alone, states),
      alone: this.show(alone.value()),
      merged: this.show(this.#all.value()),
    });
  }

  #readable({ acc, state }: Accumulated, states: readonly FoundState[]): Record<string, Readable> {
    const readable: Record<string, Readable> = {};
    for (const component of this.#fixed) readable[component.kind] = readableFixed(acc, component);
    const size = states.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (this.#component !== null && state !== null && size > 0)
      readable[this.#component.kind] = readableVariable(state, this.#component, size, this.limit);
    return readable;
  }
}

/** The components of one feature over some segments. */
class Accumulated {
  readonly acc: Float64Array;
  readonly state: VariableState | null;
  readonly #features: WindowFeatures;
  readonly #output: ViewOutput;
  /** Only the feature's: states hold memory for the largest ones. */
  readonly #states: VariableState[] = [];

  constructor(
    private readonly layout: ViewLayout,
    private readonly plan: FeaturePlan,
    private readonly tMs: number,
  ) {
    this.acc = emptyAccumulator(layout);
    const { variable } = plan;
    this.state = variable === null ? null : newVariableState(layout.variable[variable] as VariableComponent);
    if (variable !== null && this.state !== null) this.#states[variable] = this.state;
    this.#features = new WindowFeatures([plan]);
    this.#output = newViewOutput(layout);
  }

  reset(): void {
    resetAccumulator(this.acc, this.layout);
    this.state?.reset();
  }

  absorb({ rows, states }: FoundSegment, fixed: readonly FixedComponent[]): void {
    if (rows !== null) {
      const { columns, row } = rows;
      for (const component of fixed) {
        const column = columns[this.layout.fixed.indexOf(component)] as ColumnAccess;
        const counts = columns[component.countIndex] as ColumnAccess;
        foldColumn(this.acc, component, column, counts, row, row + 1);
      }
    }
    for (const { bytes } of states) this.state?.absorb(bytes, 0, bytes.length);
  }

  get counted(): number {
    return this.acc[(this.plan.fixed.count as FixedComponent).slot] as number;
  }

  value(): FeatureValue {
    this.#features.emit(this.acc, this.#states, this.tMs, null, this.#output);
    const { index } = this.plan;
    if (!isFloat64(this.plan)) return this.#output.others[index] as FeatureValue;
    const number = this.#output.numbers[index] as number;
    return Number.isNaN(number) ? null : number;
  }
}
