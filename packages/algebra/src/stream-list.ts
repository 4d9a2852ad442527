/**
 * The stream list of one (view, entity) in a writer's memory: rows that are the very bytes of the stored value.
 * Pure: the caller gives clocks and tokens, and sends what `takeWrite` returns.
 */
import { floorTo, type Hash64 } from '@forebay/contract';
import { addToRow } from './fixed-cells';
import type { LaneInputs } from './lane-inputs';
import type { ViewLayout } from './layout';
import { RowMemory } from './row-memory';
import { compactRows } from './stream-list-compaction';
import { ListHead } from './stream-list-head';
import { type Identity, ListIds } from './stream-list-ids';
import {
  newPlacedWrite,
  type PlacedWrite,
  partOf,
  type StreamParts,
  type StreamWrite,
} from './stream-list-parts';
import { rowFor } from './stream-list-placing';
import { INSTANT_ROW } from './stream-list-rows';
import { ListStates } from './stream-list-states';
import {
  FENCE_ENTRY_BYTES,
  HAS_IDS_PART,
  HAS_OPEN_PART,
  HAS_SEALED_PART,
  readFences,
  readTail,
  type StreamTail,
  TAIL_BYTES,
  TOKEN_BYTES,
  viewOf,
  writeTail,
} from './stream-tail';
import { newVariableState, type VariableState } from './variable-state';

export type AddOutcome = 'added' | 'too_late' | Exclude<Identity, 'new'>;

/** What a list takes in memory beyond its parts, about. */
const LIST_BYTES = 160;
/** Room in a new list. */
const INITIAL_ROWS = 1;

/** Scratch of a layout, shared by its lists: a writer is single-threaded. */
interface Scratch {
  readonly acc: Float64Array;
  readonly states: readonly VariableState[];
}

const scratches = new WeakMap<ViewLayout, Scratch>();

function scratchOf(layout: ViewLayout): Scratch {
  let scratch = scratches.get(layout);
  if (scratch === undefined) {
    scratch = { acc: new Float64Array(layout.slotCount), states: layout.variable.map(newVariableState) };
    scratches.set(layout, scratch);
  }
  return scratch;
}

/** One object with its rows: what is one for each entity in memory costs the collector as often. */
export class StreamList extends ListHead {
  /** null: the view has no component of variable length. */
  readonly #states: ListStates | null;
  /** null: the source does not remove duplicates. */
  readonly #ids: ListIds | null;
  #isStored = false;
  /** The stored value cannot be patched: it is absent, or rows were merged or removed. */
  #rewrite = true;

  /** @param memory where its rows lie; by default one of its own */
  constructor(layout: ViewLayout, memory = new RowMemory(false), rows = INITIAL_ROWS) {
    super(layout, memory, rows);
    this.#states = layout.variable.length === 0 ? null : new ListStates(layout, scratchOf(layout).states);
    this.#ids = layout.source.dedupeMs === null ? null : new ListIds();
  }

  /** The list of the stored parts; an absent main part is an empty list. Throws `corrupt_data`. */
  static load(layout: ViewLayout, parts: StreamParts, memory = new RowMemory(false)): StreamList {
    const { main } = parts;
    if (main === null) return new StreamList(layout, memory);
    const stored = viewOf(main);
    const tail = readTail(stored, layout.rowSize);
    const list = new StreamList(layout, memory, tail.rows + 1);
    try {
      list.#load(main, stored, tail, parts);
    } catch (error) {
      list.release();
      throw error;
    }
    return list;
  }

  #load(main: Uint8Array, stored: DataView, tail: StreamTail, parts: StreamParts): void {
    this.takeRows(main, tail.rows);
    this.bytes.set(main.subarray(tail.at), this.tailAt);
    this.#isStored = true;
    this.#rewrite = false;
    this.wMs = tail.wMs;
    this.takeFences(readFences(stored, tail));
    const open = tail.hasOpen ? partOf('open', parts.open, main, 0) : null;
    const sealed = tail.hasSealed
      ? partOf('sealed', parts.sealed, parts.open as Uint8Array, TOKEN_BYTES)
      : null;
    this.#states?.load(open && new Uint8Array(open), sealed && new Uint8Array(sealed));
    if (tail.hasIds) this.#ids?.load(partOf('ids', parts.ids, main, 0));
  }

  get rows(): number {
    return this.count;
  }

  /** The earliest instant at which the stored value may last have been written whole. */
  get compactedSinceMs(): number {
    return this.#isStored ? this.#storedInterval() : this.wMs;
  }

  /** Bytes held in memory, for the writer's bound. */
  get sizeBytes(): number {
    const parts = (this.#states?.sizeBytes ?? 0) + (this.#ids?.sizeBytes ?? 0);
    return this.blockSize + parts + LIST_BYTES;
  }

  get dirty(): boolean {
    return this.changedFrom < this.count || this.#rewrite || (this.#states?.changed ?? false);
  }

  /**
   * Adds an event that passed the view's filter, at the writer's clock w. With any other outcome than `added` nothing changes:
   * `too_late` lies before every held segment; of a source that removes duplicates, `duplicate` and `differs` were counted
   * before by the same id (`differs`: with another content), and `beyond_dedupe` is older than the ids that are held.
   *
   * @param heldFromMs event time from which on ids are held: the source's progress − its dedupe horizon
   * @param check of the event's content, see `contentCheck`
   */
  add(
    inputs: LaneInputs,
    eventTimeMs: number,
    tie: Hash64,
    wMs: number,
    heldFromMs = Number.NEGATIVE_INFINITY,
    check = 0,
  ): AddOutcome {
    const clockMs = this.#raiseClock(wMs);
    const identity = this.#ids?.identify(eventTimeMs, tie, check, heldFromMs) ?? 'new';
    if (identity !== 'new') return identity;
    const row = rowFor(this.layout, this, eventTimeMs, clockMs);
    if (row < 0) return 'too_late';
    addToRow(this.view, this.placeOf(row), this.layout, inputs, eventTimeMs, tie);
    this.markChanged(row);
    this.#states?.add(this.startOf(row), this.widthOf(row), inputs, eventTimeMs, tie);
    this.#ids?.add(eventTimeMs, tie, check);
    return 'added';
  }

  #raiseClock(wMs: number): number {
    const held = this.wMs;
    if (wMs <= held) return held;
    this.wMs = wMs;
    return wMs;
  }

  /** Whether the next write should merge rows first: the first in a new compaction interval, or the future has come. */
  needsCompaction(wMs: number): boolean {
    if (this.count === 0) return false;
    const { compactEveryMs } = this.layout;
    if (this.#isStored) {
      const newest = Math.max(this.#storedInterval(), floorTo(this.compactedMs, compactEveryMs));
      if (floorTo(wMs, compactEveryMs) > newest) return true;
    }
    if (this.instants === 0) return false;
    for (let row = this.count - 1; row >= 0; row--)
      if (this.widthOf(row) === INSTANT_ROW && this.startOf(row) < wMs) return true;
    return false;
  }

  /** The compaction interval of the clock in the stored tail, by its beginning. */
  #storedInterval(): number {
    return floorTo(this.storedMs, this.layout.compactEveryMs);
  }

  /**
   * Merges every row into the largest one allowed at w, drops those past retention, seals the variable-length states, and
   * drops ids of events before `heldFromMs`.
   */
  compact(wMs: number, heldFromMs = Number.NEGATIVE_INFINITY): void {
    const clockMs = this.#raiseClock(wMs);
    this.compactedMs = clockMs;
    compactRows(this.layout, this, clockMs, scratchOf(this.layout).acc);
    this.#states?.sealAll(clockMs);
    this.#ids?.dropBefore(heldFromMs);
    this.#rewrite = true;
  }

  /** Whether the open part has grown so large that writing it again and again costs more than a larger sealed part. */
  get needsSealing(): boolean {
    return this.#states?.needsSealing ?? false;
  }

  /** Moves states from the open part into the sealed one as they are, but not those of the newest segment, which still grow. */
  seal(): void {
    this.#states?.seal();
  }

  /**
   * What must be written so that the store equals this list; afterwards the list counts as stored. If the write does
   * not take effect, the list must be thrown away and loaded again.
   *
   * @param token 8 bytes that no other write has
   */
  takeWrite(token: Uint8Array): StreamWrite {
    const write = newPlacedWrite();
    this.placeWrite(token, write);
    const { memory, expectedAt, valueAt, valueSize, patchFrom, open, sealed, ids } = write;
    const expected = expectedAt < 0 ? null : memory.subarray(expectedAt, expectedAt + TAIL_BYTES);
    const value = memory.subarray(valueAt, valueAt + valueSize);
    return { expected, value, valueSize, patchFrom, open, sealed, ids };
  }

  /** The same, into an object that may have been used before. */
  placeWrite(token: Uint8Array, write: PlacedWrite): void {
    const parts = this.#states?.takeWrite(token);
    const open = parts?.open ?? null;
    const ids = this.#ids?.takeWrite(token) ?? null;
    write.patchFrom = this.#rewrite ? null : this.changedFrom * this.layout.rowSize;
    const fences = this.fenceCount;
    this.reserve(this.size + fences * FENCE_ENTRY_BYTES + TAIL_BYTES);
    const flags =
      (open === null ? 0 : HAS_OPEN_PART) |
      (this.#states?.hasSealed ? HAS_SEALED_PART : 0) |
      (ids === null ? 0 : HAS_IDS_PART);
    const { at } = this;
    const end = this.writeFences(at + this.size);
    writeTail(this, end, token, this.wMs, this.count, fences, flags);
    this.noteTail(end);
    write.memory = this.bytes;
    write.expectedAt = this.#isStored ? this.tailBeforeAt : -1;
    write.valueAt = at;
    write.valueSize = end + TAIL_BYTES - at;
    write.open = open;
    write.sealed = parts?.sealed ?? null;
    write.ids = ids;
    this.#isStored = true;
    this.#rewrite = false;
    this.changedFrom = this.count;
  }
}
