/** States of variable length: one accumulator per component, that absorbs encoded states and single events. */
import type { Hash64 } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { DistinctState } from './distinct-state';
import { LastNState } from './last-n-state';
import type { VariableComponent } from './layout';
import { StringEndState } from './string-end-state';

/** A feature value made from a variable state: a number, a string, a list, or null. */
export type VariableResult = number | string | readonly (number | bigint | string)[] | null;

/**
 * Laws: `encode` after `absorb(a)`, `absorb(b)` does not depend on their order or grouping; absorbing no bytes changes
 * nothing; `encode` after `reset` is no bytes. The accumulator copies what it keeps of the bytes that it reads.
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
  result(): VariableResult;
}

export function newVariableState(component: VariableComponent): VariableState {
  switch (component.kind) {
    case 'first_string':
      return new StringEndState(-1);
    case 'last_string':
      return new StringEndState(1);
    case 'last_n':
      return new LastNState(component.parameter, component.lane.cell);
    case 'distinct':
      return new DistinctState(component.parameter);
    default:
      throw new Error(`no state of ${component.kind} yet`);
  }
}
