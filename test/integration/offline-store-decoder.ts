import type { ViewLayout } from '@forebay/algebra';

/** What one segment of a batch list holds, read by the letter of docs/CODEC.md, with none of the code that serves it. */
export interface DecodedSegment {
  readonly startMs: number;
  readonly endMs: number;
  readonly events: number;
  /** By component, in the layout's order: fixed ones, then the states of variable ones. */
  readonly fixed: readonly DecodedCell[];
  readonly variable: readonly Buffer[];
}

export type DecodedCell =
  | { readonly number: number | bigint }
  | { readonly high: number; readonly low: number }
  | { readonly mean: number; readonly m2: number }
  | { readonly mean: number; readonly m2: number; readonly m3: number }
  | { readonly time: number; readonly sum: number }
  | { readonly time: number; readonly tie: bigint; readonly value: number | bigint };

export interface DecodedList {
  readonly cutMs: number;
  readonly qMs: number;
  readonly goodUntilMs: number;
  readonly segments: readonly DecodedSegment[];
}

export function decodeBatchList(value: Buffer, layout: ViewLayout): DecodedList {
  if (value.readUInt8(0) !== 1 || value.readUInt16LE(2) !== 0) throw new Error('not a batch list of codec 1');
  const rows = value.readUInt32LE(4);
  const baseMs = value.readDoubleLE(32);
  const at = { position: 40 };
  const starts = readNumbers(value, at, rows);
  const widths = readNumbers(value, at, rows);
  const events = readNumbers(value, at, rows);
  const fixed = layout.fixed.map((component) => readFixed(value, at, rows, component.kind));
  const variable = layout.variable.map(() => readVariable(value, at, rows));
  if (at.position !== value.length) throw new Error(`${value.length - at.position} bytes are left`);
  return {
    cutMs: value.readDoubleLE(8),
    qMs: value.readDoubleLE(16),
    goodUntilMs: value.readDoubleLE(24),
    segments: starts.map((start, row) => ({
      startMs: row === 0 && value.readUInt8(1) === 1 ? -Infinity : baseMs + Number(start) * 1_000,
      endMs: baseMs + (Number(start) + Number(widths[row])) * 1_000,
      events: Number(events[row]),
      fixed: fixed.map((column) => column[row] as DecodedCell),
      variable: variable.map((column) => column[row] as Buffer),
    })),
  };
}

interface Position {
  position: number;
}

type Reader = (value: Buffer, at: number) => number | bigint;
const f64: Reader = (value, at) => value.readDoubleLE(at);
const i64: Reader = (value, at) => value.readBigInt64LE(at);
const u64: Reader = (value, at) => value.readBigUInt64LE(at);

function readArray(
  value: Buffer,
  at: Position,
  rows: number,
  size: number,
  read: Reader,
): (number | bigint)[] {
  const from = at.position;
  at.position += rows * size;
  return Array.from({ length: rows }, (_, row) => read(value, from + row * size));
}

/** Unsigned counts: u16, u32 or f64. */
function readNumbers(value: Buffer, at: Position, rows: number): (number | bigint)[] {
  const code = value.readUInt8(at.position++);
  if (code === 2) return readArray(value, at, rows, 2, (bytes, from) => bytes.readUInt16LE(from));
  if (code === 4) return readArray(value, at, rows, 4, (bytes, from) => bytes.readUInt32LE(from));
  if (code === 8) return readArray(value, at, rows, 8, f64);
  throw new Error(`code ${code} of a count`);
}

function readFixed(value: Buffer, at: Position, rows: number, kind: string): DecodedCell[] {
  if (kind === 'count') return readNumbers(value, at, rows).map((number) => ({ number }));
  const code = value.readUInt8(at.position++);
  const i32: Reader = (bytes, from) => bytes.readInt32LE(from);
  switch (kind) {
    case 'sum': {
      if (code === 4)
        return readArray(value, at, rows, 4, i32).map((high) => ({ high: Number(high), low: 0 }));
      const highs = readArray(value, at, rows, 8, f64);
      const lows = code === 16 ? readArray(value, at, rows, 8, f64) : highs.map(() => 0);
      return highs.map((high, row) => ({ high: Number(high), low: Number(lows[row]) }));
    }
    case 'moments': {
      const means = readArray(value, at, rows, 8, f64);
      const spreads = readArray(value, at, rows, 8, f64);
      return means.map((mean, row) => ({ mean: Number(mean), m2: Number(spreads[row]) }));
    }
    case 'skew': {
      const [means, seconds, thirds] = [0, 1, 2].map(() => readArray(value, at, rows, 8, f64)) as number[][];
      return Array.from({ length: rows }, (_, row) => ({
        mean: means?.[row] as number,
        m2: seconds?.[row] as number,
        m3: thirds?.[row] as number,
      }));
    }
    case 'decayed_sum':
    case 'decayed_count': {
      const times = readArray(value, at, rows, 8, f64);
      const sums = readArray(value, at, rows, 8, f64);
      return times.map((time, row) => ({ time: Number(time), sum: Number(sums[row]) }));
    }
    case 'first':
    case 'last': {
      const times = readArray(value, at, rows, 8, f64);
      const ties = readArray(value, at, rows, 8, u64);
      const values = readArray(value, at, rows, 8, code === 9 ? i64 : f64);
      return times.map((time, row) => ({
        time: Number(time),
        tie: ties[row] as bigint,
        value: values[row] as number | bigint,
      }));
    }
    default:
      return readArray(value, at, rows, code === 4 ? 4 : 8, code === 4 ? i32 : code === 9 ? i64 : f64).map(
        (number) => ({ number }),
      );
  }
}

function readVariable(value: Buffer, at: Position, rows: number): Buffer[] {
  if (value.readUInt8(at.position++) !== 1) throw new Error('not a variable column');
  const lengths = readArray(value, at, rows, 4, (bytes, from) => bytes.readUInt32LE(from));
  return lengths.map((length) => {
    at.position += Number(length);
    return value.subarray(at.position - Number(length), at.position);
  });
}
