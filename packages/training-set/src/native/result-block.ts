/** Blocks of results in ClickHouse's Native format: the number of each row, its values, and where they are wanted its statuses. */
import { ByteSink } from './byte-sink';
import type { ResultColumn } from './result-column';

export interface NamedColumn {
  readonly name: string;
  readonly column: ResultColumn;
}

const ROWS_PER_BLOCK = 16_384;

export class ResultBlock {
  readonly #columns: readonly NamedColumn[];
  readonly #numbers = new ByteSink();
  readonly #statuses: readonly ByteSink[];
  readonly #header = new ByteSink();
  rows = 0;

  /** Columns `n` (UInt64), then the given ones, then for each of these its status, `s0` … (UInt8), if they are wanted. */
  constructor(columns: readonly NamedColumn[], withStatuses: boolean) {
    this.#columns = columns;
    this.#statuses = withStatuses ? columns.map(() => new ByteSink()) : [];
  }

  get isFull(): boolean {
    return this.rows >= ROWS_PER_BLOCK;
  }

  /** Ends a row, when a value has been pushed into each of its columns. */
  end(number: number, statuses: ArrayLike<number>): void {
    this.#numbers.i64(number);
    for (let i = 0; i < this.#statuses.length; i++) (this.#statuses[i] as ByteSink).u8(statuses[i] as number);
    this.rows++;
  }

  /** The block's bytes, in memory of their own; the next row begins a new block. */
  take(): Buffer {
    const header = this.#header;
    header.clear();
    header.varint(1 + this.#columns.length + this.#statuses.length);
    header.varint(this.rows);
    const parts: Buffer[] = [];
    const add = (name: string, type: string, bytes: readonly Buffer[]) => {
      header.text(name);
      header.text(type);
      parts.push(Buffer.from(header.bytes), ...bytes);
      header.clear();
    };
    add('n', 'UInt64', [this.#numbers.bytes]);
    for (const { name, column } of this.#columns) add(name, column.type, column.parts());
    for (const [i, statuses] of this.#statuses.entries()) add(`s${i}`, 'UInt8', [statuses.bytes]);
    const block = Buffer.concat(parts);
    this.#numbers.clear();
    for (const { column } of this.#columns) column.clear();
    for (const statuses of this.#statuses) statuses.clear();
    this.rows = 0;
    return block;
  }
}
