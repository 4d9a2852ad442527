/**
 * Reads ClickHouse's Native format: blocks of columns, each column's values one after the other
 * (https://clickhouse.com/docs/interfaces/formats/Native). Types: see `ColumnData`.
 */
import { ForebayError } from '@forebay/contract';
import { refuseException } from '@forebay/offline-store';
import { type Block, ByteStrings, type ColumnData, NullableColumn } from './columns';

const FIRST_CAPACITY = 1 << 22;
/** What ClickHouse writes before an error is shorter. */
const MOST_OF_A_MARK = 256;

/** How many bytes a value takes, and what holds an aligned copy of so many. */
const FIXED = {
  UInt8: { size: 1, of: (bytes: ArrayBuffer, rows: number) => new Uint8Array(bytes, 0, rows) },
  Bool: { size: 1, of: (bytes: ArrayBuffer, rows: number) => new Uint8Array(bytes, 0, rows) },
  Int32: { size: 4, of: (bytes: ArrayBuffer, rows: number) => new Int32Array(bytes, 0, rows) },
  UInt32: { size: 4, of: (bytes: ArrayBuffer, rows: number) => new Uint32Array(bytes, 0, rows) },
  Int64: { size: 8, of: (bytes: ArrayBuffer, rows: number) => new Uint32Array(bytes, 0, 2 * rows) },
  UInt64: { size: 8, of: (bytes: ArrayBuffer, rows: number) => new Uint32Array(bytes, 0, 2 * rows) },
  Float64: { size: 8, of: (bytes: ArrayBuffer, rows: number) => new Float64Array(bytes, 0, rows) },
} as const satisfies Record<string, { size: number; of: (bytes: ArrayBuffer, rows: number) => ColumnData }>;

/** The blocks of a result, as its bytes come; all but strings lie in memory that the next block uses again. Throws `unavailable` when it ends with an error or in the middle. */
export async function* readBlocks(
  chunks: AsyncIterable<Buffer>,
  exceptionTag: string | null,
): AsyncGenerator<Block> {
  const input = new ChunkedInput(chunks, exceptionTag);
  while (await input.more()) {
    const width = await input.varint();
    const rows = await input.varint();
    const columns: ColumnData[] = [];
    input.beginBlock();
    for (let i = 0; i < width; i++) {
      await input.text();
      const type = await input.text();
      if (rows > 0) columns.push(await readColumn(input, type, rows));
    }
    if (rows > 0) yield { rows, columns };
  }
}

type Plain = Exclude<ColumnData, NullableColumn>;

async function readColumn(input: ChunkedInput, type: string, rows: number): Promise<ColumnData> {
  const inner = /^Nullable\((.+)\)$/.exec(type)?.[1];
  if (inner === undefined) return readPlain(input, type, rows);
  const nulls = new Uint8Array(await input.column(rows), 0, rows);
  return new NullableColumn(nulls, await readPlain(input, inner, rows));
}

async function readPlain(input: ChunkedInput, type: string, rows: number): Promise<Plain> {
  if (type === 'String') return input.strings(rows);
  const fixed = FIXED[type as keyof typeof FIXED];
  if (fixed === undefined) throw new ForebayError('internal', `native format: no reader of type ${type}`);
  return fixed.of(await input.column(rows * fixed.size), rows);
}

/** Bytes that came and were not yet taken. */
class ChunkedInput {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #exceptionTag: string | null;
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  #at = 0;
  #end = 0;
  readonly #columns: ArrayBuffer[] = [];
  #column = 0;

  constructor(chunks: AsyncIterable<Buffer>, exceptionTag: string | null) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#exceptionTag = exceptionTag;
  }

  /** Whether another block begins. */
  async more(): Promise<boolean> {
    if (this.#at < this.#end) return true;
    return this.#pull();
  }

  async varint(): Promise<number> {
    for (let value = 0, factor = 1; ; factor *= 0x80) {
      if (this.#at === this.#end) await this.#need(1);
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  async text(): Promise<string> {
    const size = await this.varint();
    await this.#need(size);
    this.#at += size;
    return this.#bytes.toString('utf8', this.#at - size, this.#at);
  }

  async strings(rows: number): Promise<ByteStrings> {
    const starts = new Uint32Array(rows);
    const ends = new Uint32Array(rows);
    // relative to the first one, which moves when chunks are appended
    let next = 0;
    for (let row = 0; row < rows; row++) {
      let size = 0;
      for (let factor = 1; ; factor *= 0x80) {
        if (this.#at + next === this.#end) await this.#need(next + 1);
        const byte = this.#bytes[this.#at + next++] as number;
        size += (byte & 0x7f) * factor;
        if (byte < 0x80) break;
      }
      starts[row] = next;
      next += size;
      ends[row] = next;
      if (this.#at + next > this.#end) await this.#need(next);
    }
    const bytes = new Uint8Array(next);
    this.#take(bytes);
    return new ByteStrings(bytes, starts, ends);
  }

  /** The memory of earlier blocks' columns may be used again. */
  beginBlock(): void {
    this.#column = 0;
  }

  /** An aligned copy of the next bytes, in memory of at least that size. */
  async column(size: number): Promise<ArrayBuffer> {
    await this.#need(size);
    const index = this.#column++;
    let memory = this.#columns[index];
    if (memory === undefined || memory.byteLength < size) {
      memory = new ArrayBuffer(Math.ceil((1.25 * size) / 8) * 8);
      this.#columns[index] = memory;
    }
    this.#take(new Uint8Array(memory, 0, size));
    return memory;
  }

  #take(target: Uint8Array): void {
    target.set(this.#bytes.subarray(this.#at, this.#at + target.length));
    this.#at += target.length;
  }

  async #need(size: number): Promise<void> {
    while (this.#end - this.#at < size) {
      if (!(await this.#pull()))
        throw new ForebayError('unavailable', 'clickhouse: the result ended inside a block; run it again');
    }
  }

  async #pull(): Promise<boolean> {
    const { done, value: chunk } = await this.#chunks.next();
    if (done) return false;
    this.#append(chunk);
    if (this.#exceptionTag !== null) {
      // the mark may have begun in the chunk before
      const from = Math.max(this.#at, this.#end - chunk.length - MOST_OF_A_MARK);
      refuseException(this.#bytes.subarray(from, this.#end), this.#exceptionTag);
    }
    return true;
  }

  #append(chunk: Buffer): void {
    const held = this.#end - this.#at;
    if (this.#end + chunk.length > this.#bytes.length) {
      const target =
        2 * (held + chunk.length) > this.#bytes.length
          ? Buffer.allocUnsafe(4 * (held + chunk.length))
          : this.#bytes;
      this.#bytes.copy(target, 0, this.#at, this.#end);
      this.#bytes = target;
      this.#at = 0;
      this.#end = held;
    }
    chunk.copy(this.#bytes, this.#end);
    this.#end += chunk.length;
  }
}
