/** A batch list whose columns are as narrow as ClickHouse writes them (docs/CODEC.md): the writer in the algebra writes wide ones. */
import { arraysOf, BATCH_HEADER_BYTES, COLUMN, type FixedComponent, type ViewLayout } from '@forebay/algebra';

const INT32_MAX = 2_147_483_647;
const U16_VALUES = 65_536;

export function narrowBatch(wide: Uint8Array, layout: ViewLayout): Uint8Array {
  const view = new DataView(wide.buffer, wide.byteOffset, wide.byteLength);
  const rows = view.getUint32(4, true);
  const parts: Uint8Array[] = [wide.subarray(0, BATCH_HEADER_BYTES)];
  let at = BATCH_HEADER_BYTES;
  const take = (bytes: number) => {
    const from = at;
    at += 1 + bytes;
    return wide.subarray(from, at);
  };
  const doubles = (from: number, array: number) =>
    Array.from({ length: rows }, (_, row) => view.getFloat64(from + 1 + 8 * (array * rows + row), true));
  parts.push(take(4 * rows), take(4 * rows));
  const events = Array.from({ length: rows }, (_, row) => view.getUint32(at + 1 + 4 * row, true));
  take(4 * rows);
  parts.push(countColumn(events));
  for (const component of layout.fixed) {
    const from = at;
    const column = take(8 * rows * (component.kind === 'sum' ? 2 : arraysOf(component)));
    const numbers = (array: number) => doubles(from, array);
    parts.push(narrowed(component, numbers) ?? column);
  }
  parts.push(wide.subarray(at));
  return Buffer.concat(parts);
}

/** null: as it is. */
function narrowed({ kind, lane }: FixedComponent, numbers: (array: number) => number[]): Uint8Array | null {
  if (kind === 'count') return countColumn(numbers(0));
  if (kind === 'sum') {
    const [highs, lows] = [numbers(0), numbers(1)];
    const sums = highs.map((high, i) => high + (lows[i] as number));
    if (!lane.integer) return f64Column(sums);
    if (sums.every((sum) => Math.abs(sum) <= INT32_MAX)) return i32Column(sums);
    return sums.every((sum) => Math.abs(sum) < 2 ** 53) ? f64Column(sums) : null;
  }
  if ((kind === 'min' || kind === 'max') && lane.inputType === 'int32') {
    const empty = kind === 'min' ? INT32_MAX : -INT32_MAX - 1;
    return i32Column(numbers(0).map((value) => (Number.isFinite(value) ? value : empty)));
  }
  return null;
}

function countColumn(counts: readonly number[]): Uint8Array {
  if (Math.max(0, ...counts) >= U16_VALUES)
    return column(COLUMN.i32, 4, counts, (view, at, count) => view.setUint32(at, count, true));
  return column(COLUMN.u16, 2, counts, (view, at, count) => view.setUint16(at, count, true));
}

const i32Column = (numbers: readonly number[]) =>
  column(COLUMN.i32, 4, numbers, (view, at, number) => view.setInt32(at, number, true));

const f64Column = (numbers: readonly number[]) =>
  column(COLUMN.f64, 8, numbers, (view, at, number) => view.setFloat64(at, number, true));

function column(
  code: number,
  size: number,
  numbers: readonly number[],
  set: (view: DataView, at: number, number: number) => void,
): Uint8Array {
  const bytes = new Uint8Array(1 + size * numbers.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = code;
  for (const [i, number] of numbers.entries()) set(view, 1 + size * i, number);
  return bytes;
}
