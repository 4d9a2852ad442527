/**
 * The stream list of one (view, entity) in a writer's memory: rows that are the very bytes of the stored value.
 * Pure: the caller gives clocks and tokens, and sends what `takeWrite` returns.
 */
import { ForebayError, floorTo, type Hash64 } from '@forebay/contract';
import { addToRow } from './fixed-cells';
import type { LaneInputs } from './lane-inputs';
import type { ViewLayout } from './layout';
import { compactRows } from './stream-list-compaction';
import { Fences } from './stream-list-fences';
import { type Identity, ListIds, type PartPatch } from './stream-list-ids';
import { rowFor } from './stream-list-placing';
import { INSTANT_ROW, ListRows } from './stream-list-rows';
import { ListStates } from './stream-list-states';
import {
  FENCE_ENTRY_BYTES,
  type FenceEntry,
  HAS_IDS_PART,
  HAS_OPEN_PART,
  HAS_SEALED_PART,
  readFences,
  readTail,
  TAIL_BYTES,
  TOKEN_BYTES,
  viewOf,
  writeTail,
} from './stream-tail';
import { newVariableState, type VariableState } from './variable-state';

export type AddOutcome = 'added' | 'too_late' | Exclude<Identity, 'new'>;

/** The stored parts of a list; null where absent. */
export interface StreamParts {
  readonly main: Uint8Array | null;
  readonly open: Uint8Array | null;
  readonly sealed: Uint8Array | null;
  readonly ids: Uint8Array | null;
}

/** What one compare-and-set writes; `value` is the list's own memory, valid until its next change. */
export interface StreamWrite {
  /** The tail that must be stored now; null: the value must be absent. */
  readonly expected: Uint8Array | null;
  /** The new value is `value[0, valueSize)`. */
  readonly value: Uint8Array;
  readonly valueSize: number;
  /** null: set the whole value and renew its expiry; else only the bytes from here on differ from the stored ones. */
  readonly patchFrom: number | null;
  /** The open part to set; null: the view has none. */
  readonly open: Uint8Array | null;
  /** The sealed part to set; null: it stays as it is. */
  readonly sealed: Uint8Array | null;
  /** Of the ids part; null: the source does not remove duplicates. */
  readonly ids: PartPatch | null;
}

/** What a list takes in memory beyond its parts, about. */
const LIST_BYTES = 256;

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

export class StreamList {
  readonly layout: ViewLayout;
  readonly #rows: ListRows;
  readonly #fences = new Fences();
  /** null: the view has no component of variable length. */
  readonly #states: ListStates | null;
  /** null: the source does not remove duplicates. */
  readonly #ids: ListIds | null;
  #storedTail: Uint8Array | null = null;
  /** The stored value cannot be patched: it is absent, or rows were merged or removed. */
  #rewrite = true;
  #wMs = Number.NEGATIVE_INFINITY;
  /** The clock of the newest compaction in memory, be it stored or not. */
  #compactedMs = Number.NEGATIVE_INFINITY;

  constructor(layout: ViewLayout) {
    this.layout = layout;
    this.#rows = new ListRows(layout);
    this.#states = layout.variable.length === 0 ? null : new ListStates(layout, scratchOf(layout).states);
    this.#ids = layout.source.dedupeMs === null ? null : new ListIds();
  }

  /** The list of the stored parts; an absent main part is an empty list. Throws `corrupt_data`. */
  static load(layout: ViewLayout, parts: StreamParts): StreamList {
    const list = new StreamList(layout);
    if (parts.main !== null) list.#load(parts.main, parts);
    return list;
  }

  #load(main: Uint8Array, parts: StreamParts): void {
    const stored = viewOf(main);
    const tail = readTail(stored, this.layout.rowSize);
    this.#rows.load(main, tail.rows);
    this.#storedTail = new Uint8Array(main.subarray(tail.at));
    this.#rewrite = false;
    this.#wMs = tail.wMs;
    this.#fences.load(readFences(stored, tail));
    const open = tail.hasOpen ? partOf('open', parts.open, main, 0) : null;
    const sealed = tail.hasSealed
      ? partOf('sealed', parts.sealed, parts.open as Uint8Array, TOKEN_BYTES)
      : null;
    this.#states?.load(open && new Uint8Array(open), sealed && new Uint8Array(sealed));
    if (tail.hasIds) this.#ids?.load(partOf('ids', parts.ids, main, 0));
  }

  get rows(): number {
    return this.#rows.count;
  }

  get wMs(): number {
    return this.#wMs;
  }

  get fences(): readonly FenceEntry[] {
    return this.#fences.entries;
  }

  /** The earliest instant at which the stored value may last have been written whole. */
  get compactedSinceMs(): number {
    return this.#storedTail === null ? this.#wMs : this.#intervalOf(this.#storedTail);
  }

  /** Bytes held in memory, for the writer's bound. */
  get sizeBytes(): number {
    const parts = (this.#states?.sizeBytes ?? 0) + (this.#ids?.sizeBytes ?? 0);
    return this.#rows.bytes.length + parts + LIST_BYTES;
  }

  get dirty(): boolean {
    return this.#rows.changedFrom < this.#rows.count || this.#rewrite || (this.#states?.changed ?? false);
  }

  /** What the store held before the newest write, as far as this writer knows. */
  get believedFences(): readonly FenceEntry[] {
    return this.#fences.believed;
  }

  /** Whether the record is already in the value (its partition's fence has passed it). */
  isApplied(source: number, epoch: number, partition: number, offset: number): boolean {
    return this.#fences.isApplied(source, epoch, partition, offset);
  }

  /** Moves the fence of the record's partition to its offset. */
  advanceFence(source: number, epoch: number, partition: number, offset: number): void {
    this.#fences.advance(source, epoch, partition, offset);
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
    if (wMs > this.#wMs) this.#wMs = wMs;
    const identity = this.#ids?.identify(eventTimeMs, tie, check, heldFromMs) ?? 'new';
    if (identity !== 'new') return identity;
    const rows = this.#rows;
    const row = rowFor(this.layout, rows, eventTimeMs, this.#wMs);
    if (row < 0) return 'too_late';
    addToRow(rows.view, row * this.layout.rowSize, this.layout, inputs, eventTimeMs, tie);
    rows.markChanged(row);
    this.#states?.add(rows.startOf(row), rows.widthOf(row), inputs, eventTimeMs, tie);
    this.#ids?.add(eventTimeMs, tie, check);
    return 'added';
  }

  /** Whether the next write should merge rows first: the first in a new compaction interval, or the future has come. */
  needsCompaction(wMs: number): boolean {
    const rows = this.#rows;
    if (rows.count === 0) return false;
    const stored = this.#storedTail;
    const { compactEveryMs } = this.layout;
    if (stored !== null) {
      const newest = Math.max(this.#intervalOf(stored), floorTo(this.#compactedMs, compactEveryMs));
      if (floorTo(wMs, compactEveryMs) > newest) return true;
    }
    if (rows.instants === 0) return false;
    for (let row = rows.count - 1; row >= 0; row--)
      if (rows.widthOf(row) === INSTANT_ROW && rows.startOf(row) < wMs) return true;
    return false;
  }

  /** The compaction interval of the clock in a tail, by its beginning. */
  #intervalOf(tail: Uint8Array): number {
    return floorTo(viewOf(tail).getFloat64(8, true), this.layout.compactEveryMs);
  }

  /**
   * Merges every row into the largest one allowed at w, drops those past retention, seals the variable-length states, and
   * drops ids of events before `heldFromMs`.
   */
  compact(wMs: number, heldFromMs = Number.NEGATIVE_INFINITY): void {
    if (wMs > this.#wMs) this.#wMs = wMs;
    this.#compactedMs = this.#wMs;
    compactRows(this.layout, this.#rows, this.#wMs, scratchOf(this.layout).acc);
    this.#states?.sealAll(this.#wMs);
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
    const rows = this.#rows;
    const expected = this.#storedTail;
    const { open, sealed } = this.#states?.takeWrite(token) ?? { open: null, sealed: null };
    const ids = this.#ids?.takeWrite(token) ?? null;
    const patchFrom = this.#rewrite ? null : rows.changedFrom * this.layout.rowSize;
    const fences = this.#fences.entries;
    rows.reserve(rows.size + fences.length * FENCE_ENTRY_BYTES + TAIL_BYTES);
    const flags =
      (open === null ? 0 : HAS_OPEN_PART) |
      (this.#states?.hasSealed ? HAS_SEALED_PART : 0) |
      (ids === null ? 0 : HAS_IDS_PART);
    const valueSize = writeTail(rows.bytes, rows.view, rows.size, {
      token,
      wMs: this.#wMs,
      rows: rows.count,
      fences,
      flags,
    });
    this.#storedTail = rows.bytes.slice(valueSize - TAIL_BYTES, valueSize);
    this.#fences.noteWrite();
    this.#rewrite = false;
    rows.changedFrom = rows.count;
    return { expected, value: rows.bytes, valueSize, patchFrom, open, sealed, ids };
  }
}

/** The part, which must be there and have the token that stands `within` bytes into the tail of the part that names it. */
function partOf(
  name: 'open' | 'sealed' | 'ids',
  part: Uint8Array | null,
  namedBy: Uint8Array,
  within: number,
): Uint8Array {
  if (part !== null && part.length >= TAIL_BYTES) {
    const token = Buffer.from(part.buffer, part.byteOffset + part.length - TAIL_BYTES, TOKEN_BYTES);
    const at = namedBy.length - TAIL_BYTES + within;
    if (token.equals(namedBy.subarray(at, at + TOKEN_BYTES))) return part;
  }
  throw new ForebayError(
    'corrupt_data',
    `the ${name} part of a stream list is missing or of another write: rebuild the view's values`,
  );
}
