/** Collects applied chunks into large blocks and inserts them into the archive, in the background. */
import { FIRST_PARTITION_LOG } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import type { EventSource } from '@forebay/definitions';
import { ArchiveBlock, ArchiveWriter, type OfflineStore, type OffsetRange } from '@forebay/offline-store';
import type { EventChunk } from './event-chunk';
import { faultPoint, faultPointOnceSent } from './fault-points';
import { pause } from './pause';

/** A block is inserted when it has so many rows, or is so old: large blocks, for each makes a part. */
export const ARCHIVE_BLOCK_ROWS = 50_000;
export const ARCHIVE_BLOCK_AGE_MS = 500;
/** Rows of long texts: a block of so many bytes is inserted too. */
export const ARCHIVE_BLOCK_BYTES = 32 * 1_048_576;
/** A second block fills while one is being inserted; when that is full too, reading stands still. */
const MAX_WAITING_ROWS = 2 * ARCHIVE_BLOCK_ROWS;
export const MAX_WAITING_BYTES = 2 * ARCHIVE_BLOCK_BYTES;
const NOT_COPIED = {};
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 5_000;

export interface ArchiverOptions {
  readonly store: OfflineStore;
  readonly source: EventSource;
  readonly epoch: number;
  readonly clock: () => number;
  /** An insert failed and will be tried again. */
  readonly onRetry: (error: unknown, attempt: number) => void;
  readonly onInserted: (rows: number, seconds: number) => void;
}

/** Where applied chunks go beside the values. */
export type EventArchive = Pick<
  Archiver,
  'assign' | 'archivedTo' | 'waitingBytes' | 'room' | 'add' | 'settle' | 'close'
>;

/** For measurements of the loop alone, and for who reads what is archived by others: it keeps nothing, and has always room. */
export const NO_ARCHIVE: EventArchive = {
  assign: () => {},
  archivedTo: () => 0,
  waitingBytes: 0,
  room: async () => true,
  add: () => {},
  settle: async () => {},
  close: async () => {},
};

export class Archiver {
  readonly #options: ArchiverOptions;
  readonly #writer: ArchiveWriter;
  #filling: ArchiveBlock;
  #spare: ArchiveBlock;
  #ranges = new Map<number, OffsetRange>();
  /** By partition: up to where records were taken; a record that comes again after a rewind is not taken twice. */
  readonly #taken = new Map<number, number>();
  readonly #archived = new Map<number, number>();
  readonly #claims = new Map<number, number>();
  #inserting: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  readonly #stop = new AbortController();

  constructor(options: ArchiverOptions) {
    this.#options = options;
    this.#writer = new ArchiveWriter(options.store, options.source, options.epoch, options.clock, () =>
      faultPoint('archive-inserted'),
    );
    this.#filling = new ArchiveBlock(options.source);
    this.#spare = new ArchiveBlock(options.source);
  }

  /**
   * Reading of a partition (re)starts; what the archive holds already is known to end at `archivedTo`.
   * @param claim of rows that come from now on; 0: records are all that they are made of, so those that were taken are not taken again
   */
  assign(partition: number, archivedTo: number, claim = 0): void {
    this.#claims.set(partition, claim);
    const taken = claim > 0 ? 0 : (this.#taken.get(partition) ?? 0);
    this.#taken.set(partition, Math.max(archivedTo, taken));
    if (!this.#archived.has(partition)) this.#archived.set(partition, archivedTo);
  }

  /** The end (exclusive) of what is in the archive. */
  archivedTo(partition: number): number {
    return this.#archived.get(partition) ?? 0;
  }

  /** What is taken and not in the archive yet. */
  get waitingBytes(): number {
    return this.#filling.sizeBytes + this.#spare.sizeBytes;
  }

  /** Resolves when there is room for another chunk (true), after `waitMs`, or when the signal is aborted. */
  async room(waitMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#isFull) return true;
    const given = pause(waitMs, signal).then(() => false);
    const room = (async () => {
      while (this.#isFull) await this.#inserting?.catch(() => undefined);
      return true;
    })();
    return Promise.race([given, room]);
  }

  get #isFull(): boolean {
    const { rows, sizeBytes } = this.#filling;
    return this.#inserting !== null && (rows >= MAX_WAITING_ROWS || sizeBytes >= MAX_WAITING_BYTES);
  }

  /** Takes a chunk's events. The chunks of a partition follow each other without a gap. */
  add(chunk: EventChunk, arrivedAtMs: readonly number[]): void {
    const from = Math.max(chunk.firstOffset, this.#taken.get(chunk.partition) ?? 0);
    if (chunk.nextOffset <= from) return;
    const knownAtMs = this.#options.clock();
    const claim = this.#claims.get(chunk.partition) ?? 0;
    for (const [i, event] of chunk.events.entries()) {
      if (event.offset < from) continue;
      const { offset, origin } = event;
      const log = FIRST_PARTITION_LOG + chunk.partition;
      const isCopy = origin !== undefined;
      this.#filling.append(event.row, {
        log: isCopy ? FIRST_PARTITION_LOG + origin.partition : log,
        offset: isCopy ? origin.offset : offset,
        knownAtMs,
        arrivedAtMs: arrivedAtMs[i] as number,
        claim,
        ...(isCopy ? { read: { log, offset } } : NOT_COPIED),
      });
    }
    const held = this.#ranges.get(chunk.partition);
    this.#ranges.set(chunk.partition, {
      partition: chunk.partition,
      from: Math.min(held?.from ?? from, from),
      to: chunk.nextOffset,
    });
    this.#taken.set(chunk.partition, chunk.nextOffset);
    this.#schedule();
  }

  /** Resolves when all that was taken is in the archive. Throws `unavailable` after `waitMs`; it is inserted all the same, later. */
  async settle(waitMs: number): Promise<void> {
    const waiting = new AbortController();
    const given = pause(waitMs, waiting.signal).then(() => false);
    const settled = (async () => {
      while (this.#inserting !== null || this.#ranges.size > 0) {
        this.#insert();
        await this.#inserting;
      }
      return true;
    })();
    const isSettled = await Promise.race([given, settled]).finally(() => waiting.abort());
    if (isSettled) return;
    throw new ForebayError(
      'unavailable',
      `source "${this.#options.source.name}": the archive did not take events in time`,
    );
  }

  #schedule(): void {
    if (this.#inserting !== null) return;
    const { rows, sizeBytes } = this.#filling;
    if (rows >= ARCHIVE_BLOCK_ROWS || sizeBytes >= ARCHIVE_BLOCK_BYTES) this.#insert();
    else this.#timer ??= setTimeout(() => this.#insert(), ARCHIVE_BLOCK_AGE_MS);
  }

  #insert(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#inserting !== null || this.#ranges.size === 0) return;
    const block = this.#filling;
    const ranges = [...this.#ranges.values()];
    this.#filling = this.#spare;
    this.#spare = block;
    this.#ranges = new Map();
    this.#inserting = this.#insertUntilDone(block, ranges).finally(() => {
      block.clear();
      this.#inserting = null;
      if (this.#ranges.size > 0 && !this.#stop.signal.aborted) this.#schedule();
    });
    this.#inserting.catch(() => undefined);
  }

  async #insertUntilDone(block: ArchiveBlock, ranges: readonly OffsetRange[]): Promise<void> {
    const { clock, onRetry, onInserted } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const startedMs = clock();
      try {
        const inserting = this.#writer.insert(block, ranges);
        faultPointOnceSent('archive-inserting');
        await inserting;
        faultPoint('archive-marked');
        for (const range of ranges) this.#archived.set(range.partition, range.to);
        onInserted(block.rows, (clock() - startedMs) / 1000);
        return;
      } catch (error) {
        if (this.#stop.signal.aborted) throw error;
        onRetry(error, attempt);
        await pause(Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS), this.#stop.signal);
      }
    }
  }

  /** Inserts what is waiting. What can't be inserted is read again from the topic at the next start. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#stop.abort();
    await this.#inserting?.catch(() => undefined);
    if (this.#ranges.size > 0) {
      this.#insert();
      await this.#inserting;
    }
  }
}
