/**
 * Cells of the fixed components inside a stream row: their identities, and adding one event in place.
 * A row is owned by its list; these functions write only the cells of the one row at `row`.
 */
import type { Hash64 } from '@forebay/contract';
import { addToPair } from './exact-sum';
import type { LaneInputs } from './lane-inputs';
import { type FixedComponent, ROW_HEADER_BYTES, type ViewLayout } from './layout';

const TWO_32 = 4_294_967_296;

/** The int64 limits as (signed high, unsigned low) words. */
export const INT64_MAX_HIGH = 0x7fffffff;
export const INT64_MIN_HIGH = -0x80000000;
export const WORD_MAX = 0xffffffff;

/** Splits an int64 into words: `high` signed, `low` unsigned. */
export function int64High(value: number | bigint): number {
  return typeof value === 'number' ? Math.floor(value / TWO_32) : Number(BigInt.asIntN(32, value >> 32n));
}

export function int64Low(value: number | bigint): number {
  return typeof value === 'number'
    ? value - Math.floor(value / TWO_32) * TWO_32
    : Number(BigInt.asUintN(32, value));
}

/** Joins words to a number when it is a safe integer, else to a bigint. */
export function joinInt64(high: number, low: number): number | bigint {
  const value = high * TWO_32 + low;
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) + BigInt(low);
}

/** Writes the header and the identity of every component. */
export function writeEmptyRow(
  view: DataView,
  row: number,
  layout: ViewLayout,
  startMs: number,
  widthSeconds: number,
): void {
  view.setFloat64(row, startMs, true);
  view.setUint32(row + 8, widthSeconds, true);
  view.setUint32(row + 12, 0, true);
  for (let at = row + ROW_HEADER_BYTES; at < row + layout.rowSize; at += 8) view.setFloat64(at, 0, true);
  for (const component of layout.fixed) writeIdentity(view, row + component.rowOffset, component);
}

function writeIdentity(view: DataView, at: number, component: FixedComponent): void {
  const wide = component.lane.cell === 'int64';
  switch (component.kind) {
    case 'count':
    case 'sum':
    case 'moments':
    case 'skew':
      return;
    case 'min':
      if (wide) writeInt64(view, at, INT64_MAX_HIGH, WORD_MAX);
      else view.setFloat64(at, Number.POSITIVE_INFINITY, true);
      return;
    case 'max':
      if (wide) writeInt64(view, at, INT64_MIN_HIGH, 0);
      else view.setFloat64(at, Number.NEGATIVE_INFINITY, true);
      return;
    case 'first':
      view.setFloat64(at, Number.POSITIVE_INFINITY, true);
      return;
    case 'last':
    case 'max_time':
    case 'decayed_sum':
    case 'decayed_count':
      view.setFloat64(at, Number.NEGATIVE_INFINITY, true);
  }
}

export function writeInt64(view: DataView, at: number, high: number, low: number): void {
  view.setUint32(at, low, true);
  view.setInt32(at + 4, high, true);
}

/** Adds one event that passed the view's filter to the row's fixed cells. */
export function addToRow(
  view: DataView,
  row: number,
  layout: ViewLayout,
  inputs: LaneInputs,
  eventTimeMs: number,
  tie: Hash64,
): void {
  const events = view.getUint32(row + 12, true);
  if (events < WORD_MAX) view.setUint32(row + 12, events + 1, true);
  for (const component of layout.fixed) {
    if (!inputs.taken[component.lane.index]) continue;
    addToCell(view, row, component, inputs, eventTimeMs, tie);
  }
}

function addToCell(
  view: DataView,
  row: number,
  component: FixedComponent,
  inputs: LaneInputs,
  eventTimeMs: number,
  tie: Hash64,
): void {
  const at = row + component.rowOffset;
  switch (component.kind) {
    case 'count':
      view.setFloat64(at, view.getFloat64(at, true) + 1, true);
      return;
    case 'sum':
      addToSum(view, at, inputs, component.lane.index);
      return;
    case 'min':
    case 'max':
      addToExtreme(view, at, component, inputs);
      return;
    case 'moments':
    case 'skew':
      addToMoments(
        view,
        at,
        view.getFloat64(row + component.countRowOffset, true),
        inputs.numbers[component.lane.index] as number,
        component.kind === 'skew',
      );
      return;
    case 'first':
    case 'last':
      addToEnd(view, at, component, inputs, eventTimeMs, tie);
      return;
    case 'max_time':
      if (eventTimeMs > view.getFloat64(at, true)) view.setFloat64(at, eventTimeMs, true);
      return;
    case 'decayed_sum':
      addToDecayed(
        view,
        at,
        component.parameter,
        eventTimeMs,
        inputs.numbers[component.lane.index] as number,
      );
      return;
    case 'decayed_count':
      addToDecayed(view, at, component.parameter, eventTimeMs, 1);
  }
}

/** Welford's update of mean and M2, and with `third` Pébay's of M3; n counts the new number x already. */
function addToMoments(view: DataView, at: number, n: number, x: number, third: boolean): void {
  const mean = view.getFloat64(at, true);
  const m2 = view.getFloat64(at + 8, true);
  const delta = x - mean;
  const share = delta / n;
  const next = mean + share;
  view.setFloat64(at, next, true);
  view.setFloat64(at + 8, m2 + delta * (x - next), true);
  if (!third) return;
  const m3 = view.getFloat64(at + 16, true);
  view.setFloat64(at + 16, m3 + share * share * delta * (n - 1) * (n - 2) - 3 * share * m2, true);
}

/** `sum` as it is `agoMs` later: agoMs ≤ 0 is the way back, so the factor is at most 1. */
export function decayed(sum: number, agoMs: number, halfLifeMs: number): number {
  return agoMs === 0 ? sum : sum * 2 ** (agoMs / halfLifeMs);
}

function addToDecayed(view: DataView, at: number, halfLifeMs: number, eventTimeMs: number, x: number): void {
  const time = view.getFloat64(at, true);
  const sum = view.getFloat64(at + 8, true);
  if (eventTimeMs > time) {
    view.setFloat64(at, eventTimeMs, true);
    view.setFloat64(at + 8, decayed(sum, time - eventTimeMs, halfLifeMs) + x, true);
  } else {
    view.setFloat64(at + 8, sum + decayed(x, eventTimeMs - time, halfLifeMs), true);
  }
}

function addToSum(view: DataView, at: number, inputs: LaneInputs, lane: number): void {
  addToPair(view, at, inputs.numbers[lane] as number);
  const rest = inputs.rests[lane] as number;
  if (rest !== 0) addToPair(view, at, rest);
}

function addToExtreme(view: DataView, at: number, component: FixedComponent, inputs: LaneInputs): void {
  const lane = component.lane.index;
  const wantSmaller = component.kind === 'min';
  if (component.lane.cell === 'int64') {
    const order = compareWords(
      inputs.highs[lane] as number,
      inputs.lows[lane] as number,
      view.getInt32(at + 4, true),
      view.getUint32(at, true),
    );
    if (wantSmaller ? order < 0 : order > 0)
      writeInt64(view, at, inputs.highs[lane] as number, inputs.lows[lane] as number);
    return;
  }
  const x = inputs.numbers[lane] as number;
  const held = view.getFloat64(at, true);
  if (wantSmaller ? x < held : x > held) view.setFloat64(at, x, true);
}

export function compareWords(highA: number, lowA: number, highB: number, lowB: number): number {
  return highA !== highB ? highA - highB : lowA - lowB;
}

/** Keeps the event that is later (last) or earlier (first) by (event time, tie, value). */
function addToEnd(
  view: DataView,
  at: number,
  component: FixedComponent,
  inputs: LaneInputs,
  eventTimeMs: number,
  tie: Hash64,
): void {
  const lane = component.lane.index;
  const wide = component.lane.cell === 'int64';
  let order = eventTimeMs - view.getFloat64(at, true);
  if (order === 0)
    order = compareWords(tie.high, tie.low, view.getUint32(at + 12, true), view.getUint32(at + 8, true));
  if (order === 0) {
    order = wide
      ? compareWords(
          inputs.highs[lane] as number,
          inputs.lows[lane] as number,
          view.getInt32(at + 20, true),
          view.getUint32(at + 16, true),
        )
      : (inputs.numbers[lane] as number) - view.getFloat64(at + 16, true);
  }
  if (component.kind === 'last' ? order <= 0 : order >= 0) return;
  view.setFloat64(at, eventTimeMs, true);
  view.setUint32(at + 8, tie.low, true);
  view.setUint32(at + 12, tie.high, true);
  if (wide) writeInt64(view, at + 16, inputs.highs[lane] as number, inputs.lows[lane] as number);
  else view.setFloat64(at + 16, inputs.numbers[lane] as number, true);
}
