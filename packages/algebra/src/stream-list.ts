/**
 * The stream list of one (view, entity) in a writer's memory: rows that are the very bytes of the stored value.
 * Pure: the caller gives clocks and tokens, and sends what `takeWrite` returns.
 */
import { ceilTo, ForebayError, floorTo, type Hash64, SECOND_MS } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { type ColumnAccess, foldColumn, resetAccumulator, writeCells } from './accumulator';
import { oldestEdge, rowAllowed } from './boundaries';
import { addToRow, writeEmptyRow } from './fixed-cells';
import type { LaneInputs } from './lane-inputs';
import { ROW_HEADER_BYTES, type VariableComponent, type ViewLayout } from './layout';
import { streamColumns } from './stream-columns';
import {
  FENCE_ENTRY_BYTES,
  type FenceEntry,
  HAS_OPEN_PART,
  HAS_SEALED_PART,
  readFences,
  readTail,
  TAIL_BYTES,
  TOKEN_BYTES,
  viewOf,
  writeTail,
} from './stream-tail';
import {
  combineSegments,
  compareSegments,
  decodeVariablePart,
  encodeVariablePart,
  entriesSize,
  type VariableEntry,
} from './variable-part';
import { newVariableState, type VariableState } from './variable-state';

/** Width of the row of an event that lay in its writer's future: 1 ms; it covers and overlaps nothing. */
export const INSTANT_ROW = 0;
/** Width of the row from −∞ of a lifetime window. */
export const LIFETIME_ROW = 0xffffffff;

export type AddOutcome = 'added' | 'too_late';

/** The stored parts of a list; null where absent. */
export interface StreamParts {
  readonly main: Uint8Array | null;
  readonly open: Uint8Array | null;
  readonly sealed: Uint8Array | null;
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
}

const INITIAL_ROWS = 4;
const NO_BYTES = new Uint8Array(0);
/**
 * The open part is written with every write, the sealed one only when it grows: entries move over when they take so many
 * bytes, and this share of the sealed part. Below it the open part is cheaper to write than the sealed one to write anew.
 */
const SEAL_BYTES = 1_024;
const SEAL_SHARE = 1 / 8;
/** What an entry of the open part takes in memory beyond its bytes, about. */
const OPEN_ENTRY_BYTES = 128;

/** Scratch of a layout, shared by its lists: a writer is single-threaded. */
interface Scratch {
  readonly acc: Float64Array;
  readonly states: VariableState[];
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
  #bytes: Uint8Array;
  #view: DataView;
  #rows = 0;
  /** First row whose bytes differ from the stored ones; `#rows` when none does. */
  #changedFrom = 0;
  #storedTail: Uint8Array | null = null;
  /** The stored value cannot be patched: it is absent, or rows were merged or removed. */
  #rewrite = true;
  #wMs = Number.NEGATIVE_INFINITY;
  #instantRows = 0;
  #fences: FenceEntry[] = [];
  /** The fences of the newest write, and of the one before it. */
  #written: readonly FenceEntry[] = [];
  #believed: readonly FenceEntry[] = [];
  #open: VariableEntry[] = [];
  #openBytes = 0;
  #openChanged = false;
  #sealed: Uint8Array | null = null;
  #sealedChanged: VariableEntry[] | null = null;

  constructor(layout: ViewLayout) {
    this.layout = layout;
    this.#bytes = new Uint8Array(INITIAL_ROWS * layout.rowSize);
    this.#view = viewOf(this.#bytes);
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
    this.#reserve(tail.rows);
    this.#bytes.set(main.subarray(0, tail.rows * this.layout.rowSize));
    this.#rows = tail.rows;
    this.#changedFrom = tail.rows;
    this.#storedTail = main.slice(tail.at);
    this.#rewrite = false;
    this.#wMs = tail.wMs;
    this.#fences = readFences(stored, tail);
    this.#written = readFences(stored, tail);
    this.#believed = this.#written;
    for (let row = 0; row < this.#rows; row++) if (this.#widthOf(row) === INSTANT_ROW) this.#instantRows++;
    if (tail.hasOpen)
      this.#open = decodeVariablePart(
        partOf('open', parts.open, main, 0).slice(),
        this.layout.variable.length,
      );
    this.#openBytes = entriesSize(this.#open);
    if (tail.hasSealed)
      this.#sealed = partOf('sealed', parts.sealed, parts.open as Uint8Array, TOKEN_BYTES).slice();
  }

  get rows(): number {
    return this.#rows;
  }

  get wMs(): number {
    return this.#wMs;
  }

  get fences(): readonly FenceEntry[] {
    return this.#fences;
  }

  /** The earliest instant at which the stored value may last have been written whole. */
  get compactedSinceMs(): number {
    return this.#storedTail === null
      ? this.#wMs
      : floorTo(viewOf(this.#storedTail).getFloat64(8, true), this.layout.compactEveryMs);
  }

  /** Bytes held in memory, for the writer's bound. */
  get sizeBytes(): number {
    return (
      this.#bytes.length +
      (this.#sealed?.length ?? 0) +
      this.#openBytes +
      this.#open.length * OPEN_ENTRY_BYTES +
      256
    );
  }

  get dirty(): boolean {
    return this.#changedFrom < this.#rows || this.#rewrite || this.#openChanged;
  }

  /** What the store held before the newest write, as far as this writer knows. */
  get believedFences(): readonly FenceEntry[] {
    return this.#believed;
  }

  /** Whether the record is already in the value (its partition's fence has passed it). */
  isApplied(source: number, epoch: number, partition: number, offset: number): boolean {
    const fence = this.#fences[this.#fenceAt(source, partition)];
    return fence !== undefined && (fence.epoch > epoch || (fence.epoch === epoch && offset <= fence.offset));
  }

  /** Moves the fence of the record's partition to its offset. */
  advanceFence(source: number, epoch: number, partition: number, offset: number): void {
    const at = this.#fenceAt(source, partition);
    if (at >= 0 && this.#fences[at]?.epoch === epoch) {
      (this.#fences[at] as FenceEntry).offset = offset;
      return;
    }
    if (at >= 0) this.#fences.splice(at, 1);
    this.#fences.push({ source, epoch, partition, offset });
    this.#fences.sort((a, b) => a.source - b.source || a.partition - b.partition);
  }

  /** −1: none. */
  #fenceAt(source: number, partition: number): number {
    for (let i = this.#fences.length - 1; i >= 0; i--) {
      const fence = this.#fences[i] as FenceEntry;
      if (fence.source === source && fence.partition === partition) return i;
    }
    return -1;
  }

  /**
   * Adds an event that passed the view's filter, at the writer's clock w. `too_late`: it lies before every held segment
   * and changes nothing.
   */
  add(inputs: LaneInputs, eventTimeMs: number, tie: Hash64, wMs: number): AddOutcome {
    if (wMs > this.#wMs) this.#wMs = wMs;
    const row = this.#rowFor(eventTimeMs, this.#wMs);
    if (row < 0) return 'too_late';
    addToRow(this.#view, row * this.layout.rowSize, this.layout, inputs, eventTimeMs, tie);
    if (row < this.#changedFrom) this.#changedFrom = row;
    if (this.layout.variable.length > 0) this.#addVariable(row, inputs, eventTimeMs, tie);
    return 'added';
  }

  #startOf(row: number): number {
    return this.#view.getFloat64(row * this.layout.rowSize, true);
  }

  #widthOf(row: number): number {
    return this.#view.getUint32(row * this.layout.rowSize + 8, true);
  }

  /** The row that takes an event, made if need be; −1 if none may hold it. */
  #rowFor(eventTimeMs: number, wMs: number): number {
    const { layout } = this;
    if (eventTimeMs >= wMs) return this.#instantRow(eventTimeMs);
    let at = this.#rows - 1;
    while (at >= 0 && (this.#startOf(at) > eventTimeMs || this.#widthOf(at) === INSTANT_ROW)) at--;
    // `at` is the last ordinary row that starts at or before the event
    if (
      at >= 0 &&
      this.#widthOf(at) !== LIFETIME_ROW &&
      eventTimeMs < this.#startOf(at) + this.#widthOf(at) * SECOND_MS
    )
      return at;
    if (keepsLifetimeRow(layout)) {
      if (eventTimeMs < oldestEdge(layout, wMs))
        return at >= 0 && this.#widthOf(0) === LIFETIME_ROW
          ? 0
          : this.#insert(0, Number.NEGATIVE_INFINITY, LIFETIME_ROW);
    } else if (isTooLate(layout, eventTimeMs, wMs)) {
      return -1;
    }
    return this.#bucketRow(at, eventTimeMs, wMs);
  }

  /** A new row of the largest hop that is allowed and overlaps no ordinary row; `before` is the ordinary row before it. */
  #bucketRow(before: number, eventTimeMs: number, wMs: number): number {
    const { hops } = this.layout;
    const previousEnd =
      before < 0 || this.#widthOf(before) === LIFETIME_ROW
        ? Number.NEGATIVE_INFINITY
        : this.#startOf(before) + this.#widthOf(before) * SECOND_MS;
    let next = before + 1;
    while (next < this.#rows && this.#widthOf(next) === INSTANT_ROW) next++;
    const nextStart = next < this.#rows ? this.#startOf(next) : Number.POSITIVE_INFINITY;
    for (let i = hops.length - 1; i >= 0; i--) {
      const hopMs = hops[i] as number;
      const startMs = floorTo(eventTimeMs, hopMs);
      if (
        startMs < previousEnd ||
        startMs + hopMs > nextStart ||
        !rowAllowed(this.layout, startMs, hopMs, wMs)
      )
        continue;
      return this.#insertSorted(startMs, hopMs / SECOND_MS);
    }
    return -1;
  }

  #instantRow(eventTimeMs: number): number {
    for (let row = this.#rows - 1; row >= 0 && this.#startOf(row) >= eventTimeMs; row--) {
      if (this.#startOf(row) === eventTimeMs && this.#widthOf(row) === INSTANT_ROW) return row;
    }
    this.#instantRows++;
    return this.#insertSorted(eventTimeMs, INSTANT_ROW);
  }

  #insertSorted(startMs: number, widthSeconds: number): number {
    let at = this.#rows;
    while (
      at > 0 &&
      (this.#startOf(at - 1) > startMs ||
        (this.#startOf(at - 1) === startMs && this.#widthOf(at - 1) > widthSeconds))
    )
      at--;
    return this.#insert(at, startMs, widthSeconds);
  }

  #insert(at: number, startMs: number, widthSeconds: number): number {
    const { rowSize } = this.layout;
    this.#reserve(this.#rows + 1);
    this.#bytes.copyWithin((at + 1) * rowSize, at * rowSize, this.#rows * rowSize);
    writeEmptyRow(this.#view, at * rowSize, this.layout, startMs, widthSeconds);
    this.#rows++;
    if (at < this.#changedFrom) this.#changedFrom = at;
    return at;
  }

  #reserve(rows: number): void {
    this.#reserveBytes(rows * this.layout.rowSize);
  }

  #reserveBytes(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#rows * this.layout.rowSize));
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }

  #addVariable(row: number, inputs: LaneInputs, eventTimeMs: number, tie: Hash64): void {
    const { variable } = this.layout;
    const { states } = scratchOf(this.layout);
    let entry: VariableEntry | null = null;
    for (let i = 0; i < variable.length; i++) {
      const { lane } = variable[i] as VariableComponent;
      if (!inputs.taken[lane.index]) continue;
      entry ??= this.#openEntry(this.#startOf(row), this.#widthOf(row));
      const held = entry.states[i] as Uint8Array;
      const heldBytes = held.length;
      const state = (states[i] as VariableState).addTo(
        held,
        inputs.values[lane.index] as Value,
        eventTimeMs,
        tie,
      );
      entry.states[i] = state;
      this.#openBytes += state.length - heldBytes;
      this.#openChanged = true;
    }
  }

  /** The entry of a segment in the open part, made if need be. */
  #openEntry(startMs: number, widthSeconds: number): VariableEntry {
    const segment = { startMs, widthSeconds };
    let at = this.#open.length;
    while (at > 0 && compareSegments(this.#open[at - 1] as VariableEntry, segment) > 0) at--;
    const before = this.#open[at - 1];
    if (before !== undefined && compareSegments(before, segment) === 0) return before;
    const entry = { ...segment, states: this.layout.variable.map(() => NO_BYTES) };
    this.#open.splice(at, 0, entry);
    this.#openBytes += entriesSize([entry]);
    return entry;
  }

  /** Whether the next write should merge rows first: the first in a new compaction interval, or the future has come. */
  needsCompaction(wMs: number): boolean {
    if (this.#rows === 0) return false;
    const stored = this.#storedTail;
    if (
      stored !== null &&
      floorTo(wMs, this.layout.compactEveryMs) >
        floorTo(viewOf(stored).getFloat64(8, true), this.layout.compactEveryMs)
    )
      return true;
    if (this.#instantRows === 0) return false;
    for (let row = this.#rows - 1; row >= 0; row--)
      if (this.#widthOf(row) === INSTANT_ROW && this.#startOf(row) < wMs) return true;
    return false;
  }

  /** Merges every row into the largest one allowed at w, drops those past retention, and seals the variable-length states. */
  compact(wMs: number): void {
    if (wMs > this.#wMs) this.#wMs = wMs;
    const segments = this.#targets(this.#wMs);
    this.#mergeRows(segments);
    if (this.layout.variable.length > 0) this.#sealAll(this.#wMs);
    this.#rewrite = true;
    this.#changedFrom = 0;
  }

  /** For each distinct target segment, ascending: the rows that go into it. */
  #targets(wMs: number): { startMs: number; widthSeconds: number; rows: number[] }[] {
    const targets: { startMs: number; widthSeconds: number; rows: number[] }[] = [];
    for (let row = 0; row < this.#rows; row++) {
      const target = compactionTarget(this.layout, this.#startOf(row), this.#widthOf(row), wMs);
      if (target === null) continue;
      const newest = targets[targets.length - 1];
      const existing =
        newest !== undefined && compareSegments(newest, target) === 0
          ? newest
          : targets.find((candidate) => compareSegments(candidate, target) === 0);
      if (existing === undefined) targets.push({ ...target, rows: [row] });
      else existing.rows.push(row);
    }
    return targets.sort(compareSegments);
  }

  #mergeRows(targets: readonly { startMs: number; widthSeconds: number; rows: number[] }[]): void {
    const { layout } = this;
    const { acc } = scratchOf(layout);
    const merged = new Uint8Array(Math.max(INITIAL_ROWS, targets.length) * layout.rowSize);
    const view = viewOf(merged);
    const columns = streamColumns(layout, this.#view);
    this.#instantRows = 0;
    for (const [i, target] of targets.entries()) {
      const at = i * layout.rowSize;
      let events = 0;
      resetAccumulator(acc, layout);
      for (const row of target.rows) {
        events += this.#view.getUint32(row * layout.rowSize + 12, true);
        for (const [c, component] of layout.fixed.entries()) {
          foldColumn(
            acc,
            component,
            columns[c] as ColumnAccess,
            columns[component.countIndex] as ColumnAccess,
            row,
            row + 1,
          );
        }
      }
      view.setFloat64(at, target.startMs, true);
      view.setUint32(at + 8, target.widthSeconds, true);
      view.setUint32(at + ROW_HEADER_BYTES - 4, Math.min(events, 0xffffffff), true);
      writeCells(view, at, layout, acc);
      if (target.widthSeconds === INSTANT_ROW) this.#instantRows++;
    }
    this.#bytes = merged;
    this.#view = view;
    this.#rows = targets.length;
  }

  /** Moves all states into the sealed part, into the segments where they belong at clock w. */
  #sealAll(wMs: number): void {
    const moved: VariableEntry[] = [];
    for (const entry of [...this.#sealedEntries(), ...this.#open]) {
      const target = compactionTarget(this.layout, entry.startMs, entry.widthSeconds, wMs);
      if (target !== null) moved.push({ ...target, states: entry.states });
    }
    this.#sealedChanged = combineSegments(moved.sort(compareSegments), scratchOf(this.layout).states);
    this.#open = [];
    this.#openBytes = 0;
    this.#openChanged = true;
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
    this.#sealedChanged = combineSegments(entries, scratchOf(this.layout).states);
    this.#openBytes = entriesSize(this.#open);
    this.#openChanged = true;
  }

  #sealedEntries(): readonly VariableEntry[] {
    if (this.#sealedChanged !== null) return this.#sealedChanged;
    return this.#sealed === null ? [] : decodeVariablePart(this.#sealed, this.layout.variable.length);
  }

  /**
   * What must be written so that the store equals this list; afterwards the list counts as stored. If the write does
   * not take effect, the list must be thrown away and loaded again.
   *
   * @param token 8 bytes that no other write has
   */
  takeWrite(token: Uint8Array): StreamWrite {
    const { layout } = this;
    const expected = this.#storedTail;
    let sealed: Uint8Array | null = null;
    if (this.#sealedChanged !== null) {
      sealed = encodeVariablePart(this.#sealedChanged, token, null);
      this.#sealed = sealed;
      this.#sealedChanged = null;
    }
    // the open part names the main part's token, so it is written with every write once it exists
    let open: Uint8Array | null = null;
    if (layout.variable.length > 0) {
      open = encodeVariablePart(
        this.#open,
        token,
        this.#sealed === null ? null : sealedTokenOf(this.#sealed),
      );
      this.#openChanged = false;
    }
    const patchFrom = this.#rewrite ? null : this.#changedFrom * layout.rowSize;
    const end = this.#rows * layout.rowSize;
    this.#reserveBytes(end + this.#fences.length * FENCE_ENTRY_BYTES + TAIL_BYTES);
    const flags = (open === null ? 0 : HAS_OPEN_PART) | (this.#sealed === null ? 0 : HAS_SEALED_PART);
    const valueSize = writeTail(this.#bytes, this.#view, end, {
      token,
      wMs: this.#wMs,
      rows: this.#rows,
      fences: this.#fences,
      flags,
    });
    this.#storedTail = this.#bytes.slice(valueSize - TAIL_BYTES, valueSize);
    this.#believed = this.#written;
    this.#written = this.#fences.map((fence) => ({ ...fence }));
    this.#rewrite = false;
    this.#changedFrom = this.#rows;
    return { expected, value: this.#bytes, valueSize, patchFrom, open, sealed };
  }
}

/** The part, which must be there and have the token that stands `within` bytes into the tail of the part that names it. */
function partOf(
  name: 'open' | 'sealed',
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

function sealedTokenOf(sealed: Uint8Array): Uint8Array {
  const at = sealed.length - TAIL_BYTES;
  return sealed.subarray(at, at + TOKEN_BYTES);
}

function retentionOf(layout: ViewLayout): number {
  return layout.view.stream?.retentionMs ?? 0;
}

/** A lifetime window is the stream's alone only where no batch value holds what is old. */
function keepsLifetimeRow(layout: ViewLayout): boolean {
  return layout.hasLifetime && layout.view.batch === null;
}

/**
 * Whether no read can ask for the event. Dropping it writes nothing, so readers do not learn this writer's clock: theirs
 * may be behind it by the source's max_clock_skew.
 */
function isTooLate(layout: ViewLayout, eventTimeMs: number, wMs: number): boolean {
  const readerMs = wMs - layout.source.maxClockSkewMs;
  if (layout.view.batch !== null && eventTimeMs < readerMs - retentionOf(layout)) return true;
  return eventTimeMs < oldestEdge(layout, readerMs);
}

/** Where a row's content belongs at clock w; null: nowhere any more. */
function compactionTarget(
  layout: ViewLayout,
  startMs: number,
  widthSeconds: number,
  wMs: number,
): { startMs: number; widthSeconds: number } | null {
  if (widthSeconds === LIFETIME_ROW || (widthSeconds === INSTANT_ROW && startMs >= wMs))
    return { startMs, widthSeconds };
  const endMs = widthSeconds === INSTANT_ROW ? startMs + 1 : startMs + widthSeconds * SECOND_MS;
  if (keepsLifetimeRow(layout)) {
    if (ceilTo(endMs, layout.hops[0] ?? 1) <= oldestEdge(layout, wMs))
      return { startMs: Number.NEGATIVE_INFINITY, widthSeconds: LIFETIME_ROW };
  } else if (endMs <= wMs - retentionOf(layout)) {
    return null;
  }
  for (let i = layout.hops.length - 1; i >= 0; i--) {
    const hopMs = layout.hops[i] as number;
    const bucketMs = floorTo(startMs, hopMs);
    if (hopMs < widthSeconds * SECOND_MS) break;
    if (rowAllowed(layout, bucketMs, hopMs, wMs))
      return { startMs: bucketMs, widthSeconds: hopMs / SECOND_MS };
  }
  return { startMs, widthSeconds };
}
