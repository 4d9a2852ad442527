/** Parts `o` (open) and `z` (sealed): the variable-length states of a stream list's segments (docs/CODEC.md). */
import { ForebayError } from '@forebay/contract';
import { TAIL_BYTES, viewOf } from './stream-tail';
import type { VariableState } from './variable-state';

export const VARIABLE_PART_CODEC = 1;
/** Of an entry: start f64, width u32, size of the states u32. */
export const ENTRY_HEADER_BYTES = 16;

/** Of a row or an entry; widths as in the rows of docs/CODEC.md. */
export interface Segment {
  readonly startMs: number;
  readonly widthSeconds: number;
}

/** The states of one segment, one per variable component of the view; no bytes: empty. */
export interface VariableEntry extends Segment {
  readonly states: Uint8Array[];
}

export function compareSegments(a: Segment, b: Segment): number {
  return a.startMs === b.startMs ? a.widthSeconds - b.widthSeconds : a.startMs - b.startMs;
}

export function isReadableVariablePart(bytes: Uint8Array): boolean {
  return bytes.length >= TAIL_BYTES && bytes[bytes.length - 1] === VARIABLE_PART_CODEC;
}

/** States are views on `bytes`. Throws `corrupt_data`. */
export function decodeVariablePart(bytes: Uint8Array, components: number): VariableEntry[] {
  if (!isReadableVariablePart(bytes)) {
    throw new ForebayError(
      'corrupt_data',
      `variable-length part of ${bytes.length} bytes does not have codec ${VARIABLE_PART_CODEC}`,
    );
  }
  const view = viewOf(bytes);
  const entries: VariableEntry[] = [];
  const end = bytes.length - TAIL_BYTES;
  for (let at = 0; at < end; ) {
    const entry: VariableEntry = {
      startMs: view.getFloat64(at, true),
      widthSeconds: view.getUint32(at + 8, true),
      states: [],
    };
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

/** Below this many bytes a loop is faster than a call into the runtime. */
const SHORT_COPY_BYTES = 48;

function statesSize(entry: VariableEntry): number {
  let size = 0;
  for (const state of entry.states) size += 4 + state.length;
  return size;
}

/** Bytes that the entries take in a part. */
export function entriesSize(entries: readonly VariableEntry[]): number {
  let size = 0;
  for (const entry of entries) size += ENTRY_HEADER_BYTES + statesSize(entry);
  return size;
}

/** `entries` ascend by (start, width). */
export function encodeVariablePart(
  entries: readonly VariableEntry[],
  token: Uint8Array,
  sealedToken: Uint8Array | null,
): Uint8Array {
  const bytes = new Uint8Array(entriesSize(entries) + TAIL_BYTES);
  const view = viewOf(bytes);
  let at = 0;
  for (const entry of entries) {
    view.setFloat64(at, entry.startMs, true);
    view.setUint32(at + 8, entry.widthSeconds, true);
    view.setUint32(at + 12, statesSize(entry), true);
    at += ENTRY_HEADER_BYTES;
    for (const state of entry.states) {
      const { length } = state;
      view.setUint32(at, length, true);
      at += 4;
      if (length > SHORT_COPY_BYTES) bytes.set(state, at);
      else for (let i = 0; i < length; i++) bytes[at + i] = state[i] as number;
      at += length;
    }
  }
  bytes.set(token, at);
  if (sealedToken !== null) bytes.set(sealedToken, at + 8);
  view.setUint32(at + 16, entries.length, true);
  view.setUint8(at + 23, VARIABLE_PART_CODEC);
  return bytes;
}

/** Merges entries of one segment; `entries` ascend by (start, width), and are not written. */
export function combineSegments(
  entries: readonly VariableEntry[],
  states: readonly VariableState[],
): VariableEntry[] {
  const combined: VariableEntry[] = [];
  for (const entry of entries) {
    const newest = combined[combined.length - 1];
    if (newest === undefined || compareSegments(newest, entry) !== 0) {
      combined.push({ ...entry, states: entry.states.slice() });
      continue;
    }
    for (const [i, state] of states.entries()) {
      const held = newest.states[i] as Uint8Array;
      const more = entry.states[i] as Uint8Array;
      if (more.length === 0) continue;
      state.reset();
      state.absorb(held, 0, held.length);
      state.absorb(more, 0, more.length);
      newest.states[i] = state.encode();
    }
  }
  return combined;
}
