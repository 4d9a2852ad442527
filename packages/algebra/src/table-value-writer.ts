/** Writing table values, as the batch runs' SQL does (docs/CODEC.md, table value, codec 1). */
import { type Hash64, xxHash64Into } from '@forebay/contract';
import type { ScalarType } from '@forebay/definitions';
import { int64High, int64Low } from './fixed-cells';
import { viewOf } from './stream-tail';
import { CELL_BYTES, FLOAT32_BYTES, type TableFeaturePlan, type TableLayout } from './table-layout';
import { HAD_EARLIER_ROW, SLOT_HEADER_BYTES, TABLE_CODEC, TABLE_HEADER_BYTES } from './table-value';

/** bool as 0 and 1, timestamp in ms; vectors and lists as arrays. */
export type TableCellValue = number | bigint | string | readonly (number | bigint | string)[];

export interface TableSlot {
  /** The first tick that sees the row. */
  readonly validFromMs: number;
  readonly eventTimeMs: number;
  readonly knownAtMs: number;
  /** As `encodeTableCells` makes them. */
  readonly cells: Uint8Array;
}

const encoder = new TextEncoder();

/** The cells of one row; `values` by feature index. */
export function encodeTableCells(
  layout: TableLayout,
  values: readonly (TableCellValue | null)[],
): Uint8Array {
  const variable = layout.cells
    .filter(({ isVariable }) => isVariable)
    .map((plan) => variableBytes(plan, values[plan.index] ?? null));
  const size = variable.reduce((sum, bytes) => sum + bytes.length, layout.headBytes);
  const cells = new Uint8Array(size);
  const view = viewOf(cells);
  let at = layout.headBytes;
  for (const plan of layout.cells) {
    const value = values[plan.index] ?? null;
    if (value === null) cells[plan.bit >> 3] = (cells[plan.bit >> 3] as number) | (1 << (plan.bit & 7));
    if (plan.isVariable) {
      const bytes = variable.shift() as Uint8Array;
      view.setUint32(plan.offset, bytes.length, true);
      cells.set(bytes, at);
      at += bytes.length;
    } else if (value !== null && plan.shape.kind === 'scalar') {
      writeScalar(plan.shape.type, view, plan.offset, value as number | bigint);
    }
  }
  return cells;
}

/** A value of one or two rows, the newest first. */
export function encodeTableValue(slots: readonly TableSlot[], hadEarlierRow: boolean): Uint8Array {
  const size = slots.reduce((sum, { cells }) => sum + SLOT_HEADER_BYTES + cells.length, TABLE_HEADER_BYTES);
  const bytes = new Uint8Array(size);
  const view = viewOf(bytes);
  view.setUint8(0, TABLE_CODEC);
  view.setUint8(1, slots.length);
  view.setUint8(2, hadEarlierRow ? HAD_EARLIER_ROW : 0);
  view.setUint32(4, SLOT_HEADER_BYTES + (slots[0] as TableSlot).cells.length, true);
  let at = TABLE_HEADER_BYTES;
  for (const { validFromMs, eventTimeMs, knownAtMs, cells } of slots) {
    view.setFloat64(at, validFromMs, true);
    view.setFloat64(at + 8, eventTimeMs, true);
    view.setFloat64(at + 16, knownAtMs, true);
    const { high, low } = rowHash(cells);
    view.setUint32(at + 24, low, true);
    view.setUint32(at + 28, high, true);
    bytes.set(cells, at + SLOT_HEADER_BYTES);
    at += SLOT_HEADER_BYTES + cells.length;
  }
  return bytes;
}

/** No tick sees it. */
const NEVER_MS = 8_640_000_000_000_000;

/** The value of an entity without rows: it holds the place of one against rows up to an instant, and no reader finds anything in it. */
export function emptyTableValue(layout: TableLayout, untilMs: number): Uint8Array {
  const cells = encodeTableCells(layout, []);
  return encodeTableValue(
    [{ validFromMs: NEVER_MS, eventTimeMs: untilMs, knownAtMs: untilMs, cells }],
    false,
  );
}

/** Of rows with equal event time and known at, that with the larger hash is the latest. */
export function rowHash(cells: Uint8Array): Hash64 {
  const hash: Hash64 = { high: 0, low: 0 };
  xxHash64Into(cells, 0, cells.length, hash);
  return hash;
}

function variableBytes({ shape }: TableFeaturePlan, value: TableCellValue | null): Uint8Array {
  if (value === null) return new Uint8Array(0);
  if (shape.kind === 'scalar') return encoder.encode(value as string);
  const list = value as readonly (number | bigint | string)[];
  if (shape.kind === 'vector') {
    const bytes = new Uint8Array(FLOAT32_BYTES * shape.length);
    const view = viewOf(bytes);
    for (let i = 0; i < shape.length; i++) view.setFloat32(FLOAT32_BYTES * i, list[i] as number, true);
    return bytes;
  }
  return listBytes(shape.type, list);
}

function listBytes(type: ScalarType, list: readonly (number | bigint | string)[]): Uint8Array {
  const width = CELL_BYTES[type];
  if (width === null) {
    const texts = list.map((text) => encoder.encode(text as string));
    const bytes = new Uint8Array(texts.reduce((sum, text) => sum + 4 + text.length, 0));
    const view = viewOf(bytes);
    let at = 0;
    for (const text of texts) {
      view.setUint32(at, text.length, true);
      bytes.set(text, at + 4);
      at += 4 + text.length;
    }
    return bytes;
  }
  const bytes = new Uint8Array(width * list.length);
  const view = viewOf(bytes);
  for (let i = 0; i < list.length; i++) writeScalar(type, view, width * i, list[i] as number | bigint);
  return bytes;
}

function writeScalar(type: ScalarType, view: DataView, at: number, value: number | bigint): void {
  switch (type) {
    case 'bool':
      view.setUint8(at, Number(value));
      break;
    case 'int32':
      view.setInt32(at, Number(value), true);
      break;
    case 'int64':
      view.setUint32(at, int64Low(value), true);
      view.setInt32(at + 4, int64High(value), true);
      break;
    default:
      view.setFloat64(at, Number(value), true);
  }
}
