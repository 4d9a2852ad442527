/** States of variable length: one accumulator per component, that absorbs encoded states and single events. */
import type { Hash64 } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { CategoryState } from './category-state';
import { DistinctState } from './distinct-state';
import { EndValuesState } from './end-values-state';
import { HistogramState } from './histogram-state';
import type { VariableComponent, VariableKind } from './layout';
import { QuantileState } from './quantile-state';
import { SessionState } from './session-state';
import { StringEndState } from './string-end-state';

/**
 * Laws: `encode` after `absorb(a)`, `absorb(b)` does not depend on their order or grouping (sums of doubles: but for
 * rounding); absorbing no bytes changes nothing; `encode` after `reset` is no bytes. The accumulator copies what it keeps
 * of the bytes that it reads. What an operation reads off a state is its class's own.
 */
export interface VariableState {
  reset(): void;
  /** Merges the encoded state `bytes[from, from + size)`. */
  absorb(bytes: Uint8Array, from: number, size: number): void;
  /** `category` is null but in lanes that have one. */
  add(value: Value, eventTimeMs: number, tie: Hash64, category: Value): void;
  /**
   * The encoded state `held` with one event more, as `absorb`, `add` and `encode` would give it, but without taking all of
   * it apart. Takes over `held`: it may come back changed in place. What was absorbed before is lost.
   */
  addTo(held: Uint8Array, value: Value, eventTimeMs: number, tie: Hash64, category: Value): Uint8Array;
  /** The canonical bytes, in memory of their own; empty for an empty state. */
  encode(): Uint8Array;
}

const NEW_STATE = {
  first_string: () => new StringEndState(-1),
  last_string: () => new StringEndState(1),
  first_n: ({ parameter, lane }) => new EndValuesState(-1, parameter, lane.cell),
  last_n: ({ parameter, lane }) => new EndValuesState(1, parameter, lane.cell),
  distinct: ({ parameter }) => new DistinctState(parameter),
  quantile: () => new QuantileState(),
  histogram: ({ bounds }) => new HistogramState(bounds),
  category_counts: ({ parameter, lane }) => new CategoryState(parameter, lane.inputType ?? 'int64', false),
  category_sums: ({ parameter, lane }) => new CategoryState(parameter, lane.byType ?? 'int64', true),
  session: ({ parameter }) => new SessionState(parameter, false),
  session_sum: ({ parameter }) => new SessionState(parameter, true),
} as const satisfies Record<VariableKind, (component: VariableComponent) => VariableState>;

/** The class of each kind's state. */
export type StateOf<Kind extends VariableKind> = ReturnType<(typeof NEW_STATE)[Kind]>;

export function newVariableState(component: VariableComponent): VariableState {
  return NEW_STATE[component.kind](component);
}
