/** Which states of variable length a fold takes for one feature, and to which segment each belongs. */
import type { Hash64 } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import type { BatchList } from './batch-list';
import type { StoredParts } from './fold-lists';
import type { FeaturePlan, ViewLayout } from './layout';
import { decodeVariablePart } from './variable-part';
import type { VariableRows } from './variable-rows';
import { newVariableState, type VariableState } from './variable-state';
import type { WindowEdges } from './window-edges';

/** An encoded state that a fold took; not empty. */
export interface FoundState {
  readonly from: 'stream' | 'batch';
  /** The letter of the part in docs/CODEC.md. */
  readonly part: 'o' | 'z' | 'b';
  readonly startMs: number;
  /** As in the rows of the list; of a batch segment its row. */
  readonly width: number;
  readonly bytes: Uint8Array;
}

/** Where a state stands: `bytes[from]` of the part that a fold was given. */
interface Place extends Omit<FoundState, 'bytes'> {
  readonly at: number;
}

/** Stands in for the states of a fold: they absorb what they are given, so that they refuse what a fold's do, and note it. */
class NotingState implements VariableState {
  constructor(
    private readonly inner: VariableState,
    private readonly note: (bytes: Uint8Array, from: number, size: number) => void,
  ) {}

  absorb(bytes: Uint8Array, from: number, size: number): void {
    this.inner.absorb(bytes, from, size);
    if (size > 0) this.note(bytes, from, size);
  }

  reset(): void {
    this.inner.reset();
  }

  add(value: Value, eventTimeMs: number, tie: Hash64, category: Value): void {
    this.inner.add(value, eventTimeMs, tie, category);
  }

  addTo(held: Uint8Array, value: Value, eventTimeMs: number, tie: Hash64, category: Value): Uint8Array {
    return this.inner.addTo(held, value, eventTimeMs, tie, category);
  }

  encode(): Uint8Array {
    return this.inner.encode();
  }
}

/** Of one pass of a fold. */
export class ChosenStates {
  /** Those of the window that was taken last. */
  found: FoundState[] = [];
  readonly #states: readonly VariableState[];
  readonly #places = new Map<Uint8Array, readonly Place[]>();

  constructor(
    private readonly layout: ViewLayout,
    private readonly plan: FeaturePlan,
    private readonly batch: BatchList,
    private readonly parts: StoredParts,
  ) {
    this.#states = layout.variable.map((component, i) => {
      const note = i === plan.variable ? this.#note.bind(this) : () => undefined;
      return new NotingState(newVariableState(component), note);
    });
  }

  take(variable: VariableRows, edgeMs: number, { variableUntil }: WindowEdges, place: number): void {
    this.found = [];
    variable.take(edgeMs, this.#states, variableUntil, place);
  }

  #note(bytes: Uint8Array, from: number, size: number): void {
    const places = this.#places.get(bytes) ?? this.#placesIn(bytes);
    this.#places.set(bytes, places);
    const place = places.find(({ at }) => at === from);
    if (place !== undefined) this.found.push({ ...place, bytes: bytes.subarray(from, from + size) });
  }

  #placesIn(bytes: Uint8Array): Place[] {
    const component = this.plan.variable as number;
    if (bytes === this.parts.batch) return batchPlaces(this.batch, component);
    const part = bytes === this.parts.open ? 'o' : 'z';
    return decodeVariablePart(bytes, this.layout.variable.length).map(({ startMs, widthSeconds, states }) => {
      const at = (states[component] as Uint8Array).byteOffset - bytes.byteOffset;
      return { from: 'stream', part, startMs, width: widthSeconds, at };
    });
  }
}

function batchPlaces(batch: BatchList, component: number): Place[] {
  const lengths = batch.variableLengths[component] as number;
  const places: Place[] = [];
  let at = lengths + 4 * batch.rows;
  for (let row = 0; row < batch.rows; row++) {
    places.push({ from: 'batch', part: 'b', startMs: batch.startOf(row), width: row, at });
    at += batch.view.getUint32(lengths + 4 * row, true);
  }
  return places;
}
