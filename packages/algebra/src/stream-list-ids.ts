/**
 * The ids of the events that a stream list holds, so that their copies do not count (docs/CODEC.md, part `i`): in memory the
 * very bytes that are stored, in the order of arrival, so that a write adds to their end.
 */
import { ForebayError, type Hash64 } from '@forebay/contract';
import { TAIL_BYTES, TOKEN_BYTES, viewOf } from './stream-tail';

export const IDS_CODEC = 1;
/** Of an entry: u64 tie, i48 event time, u16 check of the content. */
export const ID_ENTRY_BYTES = 16;

/** Of an event: it was not seen; it was, with the same content or with another; or it is older than what is remembered. */
export type Identity = 'new' | 'duplicate' | 'differs' | 'beyond_dedupe';

/** Bytes of a part to write: `bytes[from, size)` at `from`; from 0 on they are the whole part. Valid until the next change. */
export interface PartPatch {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly size: number;
}

const INITIAL_ENTRIES = 4;
/** So many entries are searched one by one: an index over them would take more than it gives. */
const SCANNED_ENTRIES = 16;
/** Old ids are dropped when they are this share of all: until then writing the others anew costs more. */
const DROPPED_SHARE = 1 / 4;
const TWO_32 = 4_294_967_296;

export class ListIds {
  #bytes = new Uint8Array(INITIAL_ENTRIES * ID_ENTRY_BYTES + TAIL_BYTES);
  #view = viewOf(this.#bytes);
  #count = 0;
  /** Entries that are stored, and need not be written. */
  #stored = 0;
  /** Ids of all counted events from here on are held; those of older ones may have been dropped. */
  #completeFromMs = Number.NEGATIVE_INFINITY;
  /** Open addressing with linear probing: 1 + the entry's number, 0 where free; empty while entries are scanned. */
  #index = new Uint32Array(0);

  /** Takes a copy of a stored part. Throws `corrupt_data`. */
  load(part: Uint8Array): void {
    const view = viewOf(part);
    const end = part.length - TAIL_BYTES;
    const count = view.getUint32(end + 16, true);
    if (part[part.length - 1] !== IDS_CODEC || count * ID_ENTRY_BYTES !== end) {
      throw new ForebayError(
        'corrupt_data',
        `the ids part of a stream list, of ${part.length} bytes, does not have the layout of codec ${IDS_CODEC}: rebuild the view's values`,
      );
    }
    this.#bytes = new Uint8Array(part);
    this.#view = viewOf(this.#bytes);
    this.#count = count;
    this.#stored = count;
    this.#completeFromMs = view.getFloat64(end + 8, true);
    this.#reindex();
  }

  get count(): number {
    return this.#count;
  }

  get sizeBytes(): number {
    return this.#bytes.length + this.#index.byteLength;
  }

  /** @param heldFromMs an older event is left to the batch runs, unless its copy is known */
  identify(eventTimeMs: number, tie: Hash64, check: number, heldFromMs: number): Identity {
    const entry = this.#find(eventTimeMs, tie);
    if (entry >= 0)
      return this.#view.getUint16(entry * ID_ENTRY_BYTES + 14, true) === check ? 'duplicate' : 'differs';
    return eventTimeMs < Math.max(heldFromMs, this.#completeFromMs) ? 'beyond_dedupe' : 'new';
  }

  /** The event is `new` by `identify`, and counted. */
  add(eventTimeMs: number, tie: Hash64, check: number): void {
    const at = this.#count * ID_ENTRY_BYTES;
    if (at + ID_ENTRY_BYTES + TAIL_BYTES > this.#bytes.length) this.#grow();
    this.#view.setUint32(at, tie.low, true);
    this.#view.setUint32(at + 4, tie.high, true);
    this.#view.setUint32(at + 8, eventTimeMs, true);
    this.#view.setInt16(at + 12, Math.floor(eventTimeMs / TWO_32), true);
    this.#view.setUint16(at + 14, check, true);
    this.#count++;
    if (this.#count > SCANNED_ENTRIES && 2 * this.#count > this.#index.length) this.#reindex();
    else if (this.#index.length > 0) this.#enter(this.#count - 1);
  }

  /** Forgets the ids of events before an instant, if they are enough to be worth it. */
  dropBefore(heldFromMs: number): void {
    if (heldFromMs <= this.#completeFromMs) return;
    let old = 0;
    for (let entry = 0; entry < this.#count; entry++) if (this.#timeOf(entry) < heldFromMs) old++;
    if (old === 0 || old < DROPPED_SHARE * this.#count) return;
    const kept = new Uint8Array(Math.max(this.#count - old, INITIAL_ENTRIES) * ID_ENTRY_BYTES + TAIL_BYTES);
    let at = 0;
    for (let entry = 0; entry < this.#count; entry++) {
      if (this.#timeOf(entry) < heldFromMs) continue;
      const from = entry * ID_ENTRY_BYTES;
      kept.set(this.#bytes.subarray(from, from + ID_ENTRY_BYTES), at);
      at += ID_ENTRY_BYTES;
    }
    this.#bytes = kept;
    this.#view = viewOf(kept);
    this.#count -= old;
    this.#stored = 0;
    this.#completeFromMs = heldFromMs;
    this.#reindex();
  }

  /** The entries since the newest write, and the tail; all of them if ids were dropped. */
  takeWrite(token: Uint8Array): PartPatch {
    const from = this.#stored * ID_ENTRY_BYTES;
    const end = this.#count * ID_ENTRY_BYTES;
    this.#bytes.set(token.subarray(0, TOKEN_BYTES), end);
    this.#view.setFloat64(end + 8, this.#completeFromMs, true);
    this.#view.setUint32(end + 16, this.#count, true);
    this.#view.setUint32(end + 20, IDS_CODEC << 24, true);
    this.#stored = this.#count;
    return { bytes: this.#bytes, from, size: end + TAIL_BYTES };
  }

  #timeOf(entry: number): number {
    const at = entry * ID_ENTRY_BYTES + 8;
    return this.#view.getInt16(at + 4, true) * TWO_32 + this.#view.getUint32(at, true);
  }

  /** The entry of an event; −1: none. */
  #find(eventTimeMs: number, tie: Hash64): number {
    if (this.#index.length === 0) {
      for (let entry = this.#count - 1; entry >= 0; entry--)
        if (this.#isOf(entry, eventTimeMs, tie)) return entry;
      return -1;
    }
    const mask = this.#index.length - 1;
    for (let slot = hashOf(tie.low, tie.high, eventTimeMs >>> 0) & mask; ; slot = (slot + 1) & mask) {
      const entry = (this.#index[slot] as number) - 1;
      if (entry < 0 || this.#isOf(entry, eventTimeMs, tie)) return entry;
    }
  }

  #isOf(entry: number, eventTimeMs: number, tie: Hash64): boolean {
    const at = entry * ID_ENTRY_BYTES;
    return (
      this.#view.getUint32(at, true) === tie.low &&
      this.#view.getUint32(at + 4, true) === tie.high &&
      this.#timeOf(entry) === eventTimeMs
    );
  }

  #grow(): void {
    const grown = new Uint8Array(Math.max(INITIAL_ENTRIES, 2 * this.#count) * ID_ENTRY_BYTES + TAIL_BYTES);
    grown.set(this.#bytes.subarray(0, this.#count * ID_ENTRY_BYTES));
    this.#bytes = grown;
    this.#view = viewOf(grown);
  }

  #reindex(): void {
    if (this.#count <= SCANNED_ENTRIES) {
      this.#index = new Uint32Array(0);
      return;
    }
    let slots = 4 * SCANNED_ENTRIES;
    while (slots < 3 * this.#count) slots *= 2;
    this.#index = new Uint32Array(slots);
    for (let entry = 0; entry < this.#count; entry++) this.#enter(entry);
  }

  #enter(entry: number): void {
    const at = entry * ID_ENTRY_BYTES;
    const mask = this.#index.length - 1;
    let slot =
      hashOf(
        this.#view.getUint32(at, true),
        this.#view.getUint32(at + 4, true),
        this.#view.getUint32(at + 8, true),
      ) & mask;
    while (this.#index[slot] !== 0) slot = (slot + 1) & mask;
    this.#index[slot] = entry + 1;
  }
}

/** Spreads what differs little: ids that count up, times a few ms apart. Finalizer of MurmurHash3 (public domain). */
function hashOf(tieLow: number, tieHigh: number, timeLow: number): number {
  let hash = tieLow ^ Math.imul(tieHigh, 0x9e3779b1) ^ Math.imul(timeLow, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
