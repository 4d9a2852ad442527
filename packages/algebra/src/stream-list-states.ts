/** The states of variable length of a stream list: an open part that grows, and a sealed one (docs/CODEC.md). */
import type { Hash64 } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import type { LaneInputs } from './lane-inputs';
import type { VariableComponent, ViewLayout } from './layout';
import { compactionTarget } from './stream-list-compaction';
import { TAIL_BYTES, TOKEN_BYTES } from './stream-tail';
import {
  combineSegments,
  compareSegments,
  decodeVariablePart,
  encodeVariablePart,
  entriesSize,
  type Segment,
  type VariableEntry,
} from './variable-part';
import type { VariableState } from './variable-state';

const NO_BYTES = new Uint8Array(0);
/**
 * The open part is written with every write, the sealed one only when it grows: entries move over when they take so many
 * bytes, and this share of the sealed part. Below it the open part is cheaper to write than the sealed one to write anew.
 */
const SEAL_BYTES = 1_024;
const SEAL_SHARE = 1 / 8;
/** What an entry of the open part takes in memory beyond its bytes, about. */
const OPEN_ENTRY_BYTES = 128;

export class ListStates {
  readonly #layout: ViewLayout;
  /** Scratch, shared by the lists of a layout. */
  readonly #scratch: readonly VariableState[];
  #open: VariableEntry[] = [];
  #openBytes = 0;
  #sealed: Uint8Array | null = null;
  #sealedChanged: VariableEntry[] | null = null;
  /** Whether anything changed since the newest write. */
  changed = false;

  constructor(layout: ViewLayout, scratch: readonly VariableState[]) {
    this.#layout = layout;
    this.#scratch = scratch;
  }

  /** Takes over the bytes of stored parts; null: there is none. Throws `corrupt_data`. */
  load(open: Uint8Array | null, sealed: Uint8Array | null): void {
    if (open !== null) this.#open = decodeVariablePart(open, this.#layout.variable.length);
    this.#openBytes = entriesSize(this.#open);
    this.#sealed = sealed;
  }

  get hasSealed(): boolean {
    return this.#sealed !== null;
  }

  /** Bytes held in memory. */
  get sizeBytes(): number {
    return (this.#sealed?.length ?? 0) + this.#openBytes + this.#open.length * OPEN_ENTRY_BYTES;
  }

  /** Adds an event to the states of its segment. */
  add(startMs: number, widthSeconds: number, inputs: LaneInputs, eventTimeMs: number, tie: Hash64): void {
    const { variable } = this.#layout;
    let entry: VariableEntry | null = null;
    for (let i = 0; i < variable.length; i++) {
      const { lane } = variable[i] as VariableComponent;
      if (!inputs.taken[lane.index]) continue;
      entry ??= this.#openEntry({ startMs, widthSeconds });
      const held = entry.states[i] as Uint8Array;
      const heldBytes = held.length;
      const state = (this.#scratch[i] as VariableState).addTo(
        held,
        inputs.values[lane.index] as Value,
        eventTimeMs,
        tie,
        inputs.categories[lane.index] as Value,
      );
      entry.states[i] = state;
      this.#openBytes += state.length - heldBytes;
      this.changed = true;
    }
  }

  /** The entry of a segment in the open part, made if need be. */
  #openEntry(segment: Segment): VariableEntry {
    let at = this.#open.length;
    while (at > 0 && compareSegments(this.#open[at - 1] as VariableEntry, segment) > 0) at--;
    const before = this.#open[at - 1];
    if (before !== undefined && compareSegments(before, segment) === 0) return before;
    const entry = { ...segment, states: this.#layout.variable.map(() => NO_BYTES) };
    this.#open.splice(at, 0, entry);
    this.#openBytes += entriesSize([entry]);
    return entry;
  }

  /** Moves all states into the sealed part, into the segments where they belong at clock w. */
  sealAll(wMs: number): void {
    const moved: VariableEntry[] = [];
    for (const entry of [...this.#sealedEntries(), ...this.#open]) {
      const target = compactionTarget(this.#layout, entry, wMs);
      if (target !== null) moved.push({ ...target, states: entry.states });
    }
    this.#sealedChanged = combineSegments(moved.sort(compareSegments), this.#scratch);
    this.#open = [];
    this.#openBytes = 0;
    this.changed = true;
  }

  /** Whether the open part has grown so large that writing it again and again costs more than a larger sealed part. */
  get needsSealing(): boolean {
    return (
      this.#open.length > 1 &&
      this.#openBytes >= Math.max(SEAL_BYTES, SEAL_SHARE * (this.#sealed?.length ?? 0))
    );
  }

  /** Moves states from the open part into the sealed one as they are, but not those of the newest segment, which still grow. */
  seal(): void {
    if (this.#open.length < 2) return;
    const settled = this.#open.splice(0, this.#open.length - 1);
    const entries = [...this.#sealedEntries(), ...settled].sort(compareSegments);
    this.#sealedChanged = combineSegments(entries, this.#scratch);
    this.#openBytes = entriesSize(this.#open);
    this.changed = true;
  }

  #sealedEntries(): readonly VariableEntry[] {
    if (this.#sealedChanged !== null) return this.#sealedChanged;
    return this.#sealed === null ? [] : decodeVariablePart(this.#sealed, this.#layout.variable.length);
  }

  /** The sealed part to write if it changed, and the open one, which names the token of its write: so it is always written. */
  takeWrite(token: Uint8Array): { open: Uint8Array; sealed: Uint8Array | null } {
    let sealed: Uint8Array | null = null;
    if (this.#sealedChanged !== null) {
      sealed = encodeVariablePart(this.#sealedChanged, token, null);
      this.#sealed = sealed;
      this.#sealedChanged = null;
    }
    this.changed = false;
    const sealedToken = this.#sealed === null ? null : tokenOf(this.#sealed);
    return { open: encodeVariablePart(this.#open, token, sealedToken), sealed };
  }
}

function tokenOf(part: Uint8Array): Uint8Array {
  const at = part.length - TAIL_BYTES;
  return part.subarray(at, at + TOKEN_BYTES);
}
