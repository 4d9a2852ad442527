/** Writing a batch list from events, as the offline store's SQL does (docs/CODEC.md, batch list, codec 1). */
import { type Hash64, SECOND_MS } from '@forebay/contract';
import { arraysOf, BATCH_CODEC, BATCH_HEADER_BYTES, STARTS_AT_BEGINNING } from './batch-list';
import { COLUMN } from './column-access';
import { addToRow, writeEmptyRow } from './fixed-cells';
import type { LaneInputs } from './lane-inputs';
import type { FixedComponent, ViewLayout } from './layout';
import { viewOf } from './stream-tail';
import { newVariableState, type VariableState } from './variable-state';

export interface BatchRun {
  /** Ascending; the last is the cut (see `batchBoundaries`). */
  readonly boundaries: readonly number[];
  readonly cutMs: number;
  readonly qMs: number;
  readonly goodUntilMs: number;
}

interface Segment {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly states: VariableState[];
}

/** Collects the events of one entity. */
export class BatchListWriter {
  readonly #layout: ViewLayout;
  readonly #run: BatchRun;
  /** By index of the boundary that the segment starts at; −1: from the beginning. */
  readonly #segments = new Map<number, Segment>();

  constructor(layout: ViewLayout, run: BatchRun) {
    this.#layout = layout;
    this.#run = run;
  }

  /** Adds an event that passed the view's filter; one outside the run's segments is left out. */
  add(inputs: LaneInputs, eventTimeMs: number, tie: Hash64): void {
    const { boundaries, cutMs } = this.#run;
    if (eventTimeMs >= cutMs) return;
    let index = boundaries.length - 2;
    while (index >= 0 && (boundaries[index] as number) > eventTimeMs) index--;
    if (index < 0 && !this.#layout.hasLifetime) return;
    const segment = this.#segmentAt(index);
    addToRow(segment.view, 0, this.#layout, inputs, eventTimeMs, tie);
    for (const [i, { lane }] of this.#layout.variable.entries()) {
      if (inputs.taken[lane.index])
        (segment.states[i] as VariableState).add(
          inputs.values[lane.index] ?? null,
          eventTimeMs,
          tie,
          inputs.categories[lane.index] ?? null,
        );
    }
  }

  #segmentAt(index: number): Segment {
    let segment = this.#segments.get(index);
    if (segment === undefined) {
      const bytes = new Uint8Array(this.#layout.rowSize);
      segment = { bytes, view: viewOf(bytes), states: this.#layout.variable.map(newVariableState) };
      writeEmptyRow(segment.view, 0, this.#layout, 0, 0);
      this.#segments.set(index, segment);
    }
    return segment;
  }

  /** The stored value; null without any event. */
  encode(): Uint8Array | null {
    if (this.#segments.size === 0) return null;
    const indexes = [...this.#segments.keys()].sort((a, b) => a - b);
    const segments = indexes.map((index) => this.#segments.get(index) as Segment);
    return encodeList(this.#layout, this.#run, indexes, segments);
  }
}

/** The value of an entity without any event: it holds the place of one against values of older runs. */
export function emptyBatchList(layout: ViewLayout, run: Omit<BatchRun, 'boundaries'>): Uint8Array {
  return encodeList(layout, { ...run, boundaries: [run.cutMs] }, [], []);
}

/** @param indexes where each segment starts, ascending */
function encodeList(
  layout: ViewLayout,
  { boundaries, cutMs, qMs, goodUntilMs }: BatchRun,
  indexes: readonly number[],
  segments: readonly Segment[],
): Uint8Array {
  const first = boundaries[0] as number;
  const header = new Uint8Array(BATCH_HEADER_BYTES);
  const view = viewOf(header);
  view.setUint8(0, BATCH_CODEC);
  view.setUint8(1, indexes[0] === -1 ? STARTS_AT_BEGINNING : 0);
  view.setUint32(4, indexes.length, true);
  view.setFloat64(8, cutMs, true);
  view.setFloat64(16, qMs, true);
  view.setFloat64(24, goodUntilMs, true);
  view.setFloat64(32, first, true);
  const start = (index: number) => (index < 0 ? first : (boundaries[index] as number));
  const end = (index: number) => boundaries[index + 1] as number;
  const parts = [
    header,
    u32Column(indexes.map((index) => (start(index) - first) / SECOND_MS)),
    u32Column(indexes.map((index) => (end(index) - start(index)) / SECOND_MS)),
    u32Column(segments.map((segment) => segment.view.getUint32(12, true))),
    ...layout.fixed.map((component) => fixedColumn(component, segments)),
    ...layout.variable.map((_, i) =>
      variableColumn(segments.map((segment) => (segment.states[i] as VariableState).encode())),
    ),
  ];
  return concat(parts);
}

function u32Column(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(1 + 4 * values.length);
  bytes[0] = COLUMN.i32;
  for (const [i, value] of values.entries()) viewOf(bytes).setUint32(1 + 4 * i, value, true);
  return bytes;
}

/** The cells of a component, number by number: the parallel arrays of the column. */
function fixedColumn(component: FixedComponent, segments: readonly Segment[]): Uint8Array {
  const { kind, lane, rowOffset } = component;
  const arrays = kind === 'sum' ? 2 : arraysOf(component);
  const wide =
    lane.cell === 'int64' && (kind === 'min' || kind === 'max' || kind === 'first' || kind === 'last');
  const bytes = new Uint8Array(1 + 8 * arrays * segments.length);
  bytes[0] = kind === 'sum' ? COLUMN.pair : wide ? COLUMN.i64 : COLUMN.f64;
  for (let array = 0; array < arrays; array++) {
    for (const [i, segment] of segments.entries()) {
      const from = rowOffset + 8 * array;
      bytes.set(segment.bytes.subarray(from, from + 8), 1 + 8 * (array * segments.length + i));
    }
  }
  return bytes;
}

function variableColumn(states: readonly Uint8Array[]): Uint8Array {
  const lengths = new Uint8Array(1 + 4 * states.length);
  lengths[0] = COLUMN.variable;
  for (const [i, state] of states.entries()) viewOf(lengths).setUint32(1 + 4 * i, state.length, true);
  return concat([lengths, ...states]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
