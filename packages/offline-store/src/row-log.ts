import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { ForebayError } from '@forebay/contract';
import type { OfflineStore } from './client';
import { quoteName } from './identifiers';
import { type RowBlock, RowBuffer } from './row-buffer';

/** Why rows were lost. */
export type RowLoss = 'full' | 'refused' | 'shutdown';

export interface RowLogOptions {
  readonly table: string;
  /** In the order in which rows have their values. */
  readonly columns: readonly string[];
  /** Connects, or rejects; called before every insert. */
  readonly store: () => Promise<OfflineStore>;
  /** Memory that waiting rows take at most. */
  readonly maxBytes: number;
  /** Rows wait so long for others to be inserted with, at most. */
  readonly flushEveryMs: number;
  readonly onInserted: (rows: number) => void;
  readonly onLost: (rows: number, loss: RowLoss) => void;
  /** Of every attempt that failed; the rows are kept, and tried again. */
  readonly onFailure: (error: ForebayError) => void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** A server that neither takes nor refuses a block for so long is as good as away. */
const INSERT_TIMEOUT_MS = 30_000;
/** A block that the server itself refuses so often is given up: the rows behind it may be better. */
const MAX_REFUSALS = 6;

/**
 * Appends rows to a table without ever making the caller wait: they are copied into bounded memory, and inserted in blocks, one
 * at a time, oldest first. While the server is away a block is tried again, ever more rarely; when the memory is full, new
 * rows are lost and counted. A block is inserted once however often it is tried: it has a deduplication token.
 */
export class RowLog {
  readonly #buffer: RowBuffer;
  readonly #closing = new AbortController();
  readonly #givenUp = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #flushesOpen = false;
  #running: Promise<void> | null = null;

  constructor(private readonly options: RowLogOptions) {
    this.#buffer = new RowBuffer(options.maxBytes);
  }

  /** A row in RowBinary; copied. False: it is lost, and counted. */
  append(row: Uint8Array): boolean {
    if (this.#closing.signal.aborted || !this.#buffer.append(row)) {
      this.options.onLost(1, this.#closing.signal.aborted ? 'shutdown' : 'full');
      return false;
    }
    if (this.#buffer.hasFull) this.#run();
    else this.#timer ??= setTimeout(() => this.#flush(), this.options.flushEveryMs).unref();
    return true;
  }

  /** Of the memory that rows wait in. */
  get allocatedBytes(): number {
    return this.#buffer.allocatedBytes;
  }

  /** Inserts what waits, for at most so long; the rest is lost, and counted. */
  async close(withinMs: number): Promise<void> {
    this.#closing.abort();
    this.#flush();
    const timer = setTimeout(() => this.#givenUp.abort(), withinMs);
    await this.#running;
    clearTimeout(timer);
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#flushesOpen = true;
    this.#run();
  }

  #run(): void {
    this.#running ??= this.#insertWaiting().finally(() => {
      this.#running = null;
      if (this.#buffer.hasFull || this.#flushesOpen) this.#run();
    });
  }

  async #insertWaiting(): Promise<void> {
    for (;;) {
      const isOpen = !this.#buffer.hasFull;
      const block = this.#buffer.take(this.#flushesOpen);
      if (isOpen) this.#flushesOpen = false;
      if (block === null) return;
      const loss = await this.#insert(block);
      if (loss === null) this.options.onInserted(block.rows);
      else this.options.onLost(block.rows, loss);
      this.#buffer.release(block);
    }
  }

  /** null: it is inserted. */
  async #insert(block: RowBlock): Promise<RowLoss | null> {
    const token = randomUUID();
    let refusals = 0;
    for (let attempt = 0; ; attempt++) {
      if (this.#givenUp.signal.aborted) return 'shutdown';
      try {
        await this.#insertOnce(block, token);
        return null;
      } catch (thrown) {
        if (this.#givenUp.signal.aborted) return 'shutdown';
        const error = ForebayError.from(thrown);
        this.options.onFailure(error);
        if (error.reason !== 'unavailable' && ++refusals >= MAX_REFUSALS) return 'refused';
      }
      await this.#pause(attempt);
    }
  }

  async #insertOnce(block: RowBlock, token: string): Promise<void> {
    const store = await unlessAborted(this.options.store(), this.#givenUp.signal);
    const { table, columns } = this.options;
    const query = `INSERT INTO ${quoteName(table)} (${columns.map(quoteName).join(', ')}) FORMAT RowBinary`;
    const rows = block.memory.subarray(0, block.usedBytes);
    const signal = AbortSignal.any([this.#givenUp.signal, AbortSignal.timeout(INSERT_TIMEOUT_MS)]);
    const settings = { insert_deduplication_token: token, async_insert: 0 } as const;
    await store.insertBytes(query, Readable.from([rows], { objectMode: false }), settings, signal);
  }

  /** Between half and all of a time that doubles from attempt to attempt; short when the log is being closed. */
  #pause(attempt: number): Promise<void> {
    const longestMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
    const isClosing = this.#closing.signal.aborted;
    const pauseMs = (isClosing ? FIRST_PAUSE_MS : longestMs) * (0.5 + Math.random() / 2);
    const wake = isClosing ? this.#givenUp.signal : this.#closing.signal;
    return new Promise((resolve) => {
      const timer = setTimeout(done, pauseMs);
      function done(): void {
        clearTimeout(timer);
        wake.removeEventListener('abort', done);
        resolve();
      }
      wake.addEventListener('abort', done);
    });
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new ForebayError('unavailable', 'there was no time left to connect'));
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
