/** The end of a stream list: fence entries and tail (docs/CODEC.md, stream list, codec 1). */
import { ForebayError, isInstant } from '@forebay/contract';

export const STREAM_CODEC = 1;
export const TAIL_BYTES = 24;
export const TOKEN_BYTES = 8;
export const FENCE_ENTRY_BYTES = 16;
export const HAS_OPEN_PART = 1;
export const HAS_SEALED_PART = 2;
export const HAS_IDS_PART = 4;

/** A source partition that contributed, and the last of its offsets that is in the value. */
export interface FenceEntry {
  readonly source: number;
  readonly epoch: number;
  readonly partition: number;
  offset: number;
}

export interface StreamTail {
  /** Position of the tail in the value. */
  readonly at: number;
  /** The newest clock of a write, ms. */
  readonly wMs: number;
  readonly rows: number;
  readonly fences: number;
  readonly hasOpen: boolean;
  readonly hasSealed: boolean;
  readonly hasIds: boolean;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether the `length` bytes at `from` end like a stream list that this version can read with rows of `rowSize` bytes. */
export function isReadableStream(view: DataView, from: number, length: number, rowSize: number): boolean {
  const size = length - TAIL_BYTES;
  const at = from + size;
  if (size < 0 || view.getUint8(from + length - 1) !== STREAM_CODEC) return false;
  // the clock may become the instant of a whole answer
  if (!isInstant(view.getFloat64(at + 8, true))) return false;
  return view.getUint32(at + 16, true) * rowSize + view.getUint16(at + 20, true) * FENCE_ENTRY_BYTES === size;
}

/** Throws `corrupt_data` for bytes of another codec or a length that does not add up. */
export function readTail(view: DataView, rowSize: number): StreamTail {
  if (!isReadableStream(view, 0, view.byteLength, rowSize)) {
    throw new ForebayError(
      'corrupt_data',
      `stream list of ${view.byteLength} bytes does not have the layout of codec ${STREAM_CODEC}`,
    );
  }
  const at = view.byteLength - TAIL_BYTES;
  const flags = view.getUint8(at + 22);
  return {
    at,
    wMs: view.getFloat64(at + 8, true),
    rows: view.getUint32(at + 16, true),
    fences: view.getUint16(at + 20, true),
    hasOpen: (flags & HAS_OPEN_PART) !== 0,
    hasSealed: (flags & HAS_SEALED_PART) !== 0,
    hasIds: (flags & HAS_IDS_PART) !== 0,
  };
}

export function readFences(view: DataView, tail: StreamTail): FenceEntry[] {
  const fences: FenceEntry[] = [];
  for (let at = tail.at - tail.fences * FENCE_ENTRY_BYTES; at < tail.at; at += FENCE_ENTRY_BYTES) {
    fences.push({
      source: view.getUint16(at, true),
      epoch: view.getUint16(at + 2, true),
      partition: view.getUint32(at + 4, true),
      offset: view.getFloat64(at + 8, true),
    });
  }
  return fences;
}

export interface TailFields {
  readonly token: Uint8Array;
  readonly wMs: number;
  readonly rows: number;
  readonly fences: readonly FenceEntry[];
  readonly flags: number;
}

/** Writes fences and tail at `at`; returns the position after them. */
export function writeTail(bytes: Uint8Array, view: DataView, at: number, fields: TailFields): number {
  for (const fence of fields.fences) {
    view.setUint16(at, fence.source, true);
    view.setUint16(at + 2, fence.epoch, true);
    view.setUint32(at + 4, fence.partition, true);
    view.setFloat64(at + 8, fence.offset, true);
    at += FENCE_ENTRY_BYTES;
  }
  bytes.set(fields.token, at);
  view.setFloat64(at + 8, fields.wMs, true);
  view.setUint32(at + 16, fields.rows, true);
  view.setUint16(at + 20, fields.fences.length, true);
  view.setUint8(at + 22, fields.flags);
  view.setUint8(at + 23, STREAM_CODEC);
  return at + TAIL_BYTES;
}
