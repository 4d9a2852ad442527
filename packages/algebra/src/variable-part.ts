/** Parts `o` (open) and `z` (sealed): the variable-length states of a stream list's segments (docs/CODEC.md). */
import { ForebayError } from '@forebay/contract';
import { TAIL_BYTES, viewOf } from './stream-tail';

export const VARIABLE_PART_CODEC = 1;
const ENTRY_HEADER_BYTES = 16;

/** The states of one segment, one per variable component of the view; no bytes: empty. */
export interface VariableEntry {
  readonly startMs: number;
  readonly widthSeconds: number;
  readonly states: Uint8Array[];
}

export function compareSegments(a: { startMs: number; widthSeconds: number }, b: { startMs: number; widthSeconds: number }): number {
  return a.startMs === b.startMs ? a.widthSeconds - b.widthSeconds : a.startMs - b.startMs;
}

export function isReadableVariablePart(bytes: Uint8Array): boolean {
  return bytes.length >= TAIL_BYTES && bytes[bytes.length - 1] === VARIABLE_PART_CODEC;
}

/** States are views on `bytes`. Throws `corrupt_data`. */
export function decodeVariablePart(bytes: Uint8Array, components: number): VariableEntry[] {
  if (!isReadableVariablePart(bytes)) {
    throw new ForebayError('corrupt_data', `variable-length part of ${bytes.length} bytes does not have codec ${VARIABLE_PART_CODEC}`);
  }
  const view = viewOf(bytes);
  const entries: VariableEntry[] = [];
  const end = bytes.length - TAIL_BYTES;
  for (let at = 0; at < end; ) {
    const entry: VariableEntry = { startMs: view.getFloat64(at, true), widthSeconds: view.getUint32(at + 8, true), states: [] };
    at += ENTRY_HEADER_BYTES;
    for (let i = 0; i < components; i++) {
      const size = view.getUint32(at, true);
      entry.states.push(bytes.subarray(at + 4, at + 4 + size));
      at += 4 + size;
    }
    entries.push(entry);
  }
  return entries;
}

/** `entries` ascend by (start, width). */
export function encodeVariablePart(entries: readonly VariableEntry[], token: Uint8Array, sealedToken: Uint8Array | null): Uint8Array {
  const sizeOf = (entry: VariableEntry) => entry.states.reduce((sum, state) => sum + 4 + state.length, 0);
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + ENTRY_HEADER_BYTES + sizeOf(entry), 0) + TAIL_BYTES);
  const view = viewOf(bytes);
  let at = 0;
  for (const entry of entries) {
    view.setFloat64(at, entry.startMs, true);
    view.setUint32(at + 8, entry.widthSeconds, true);
    view.setUint32(at + 12, sizeOf(entry), true);
    at += ENTRY_HEADER_BYTES;
    for (const state of entry.states) {
      view.setUint32(at, state.length, true);
      bytes.set(state, at + 4);
      at += 4 + state.length;
    }
  }
  bytes.set(token, at);
  if (sealedToken !== null) bytes.set(sealedToken, at + 8);
  view.setUint32(at + 16, entries.length, true);
  view.setUint8(at + 23, VARIABLE_PART_CODEC);
  return bytes;
}
