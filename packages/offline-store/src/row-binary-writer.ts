const FIRST_CAPACITY_BYTES = 4_096;
const TWO_32 = 4_294_967_296;

/**
 * Writes ClickHouse's RowBinary (https://clickhouse.com/docs/en/interfaces/formats#rowbinary) into one reused buffer, which
 * grows. `bytes()` is valid until the next `clear` or write. A `DateTime64(3)` is an int64 of milliseconds, an `Enum8` a
 * byte; an array or a map begins with its `length`.
 */
export class RowBinaryWriter {
  #buffer = Buffer.allocUnsafe(FIRST_CAPACITY_BYTES);
  #at = 0;

  clear(): void {
    this.#at = 0;
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  uint8(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#at++] = value;
  }

  uint16(value: number): void {
    this.#reserve(2);
    this.#at = this.#buffer.writeUInt16LE(value, this.#at);
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#at = this.#buffer.writeUInt32LE(value, this.#at);
  }

  /** Also a `UInt64` below 2^63. A number is a safe integer. */
  int64(value: number | bigint): void {
    this.#reserve(8);
    if (typeof value === 'bigint') {
      this.#at = this.#buffer.writeBigInt64LE(value, this.#at);
      return;
    }
    const high = Math.floor(value / TWO_32);
    this.#at = this.#buffer.writeUInt32LE(value - high * TWO_32, this.#at);
    this.#at = this.#buffer.writeInt32LE(high, this.#at);
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#at = this.#buffer.writeDoubleLE(value, this.#at);
  }

  /** Of an array or a map: how many entries follow. Below 2^31. */
  length(entries: number): void {
    this.#reserve(5);
    let rest = entries;
    for (; rest >= 0x80; rest >>>= 7) this.#buffer[this.#at++] = (rest & 0x7f) | 0x80;
    this.#buffer[this.#at++] = rest;
  }

  string(text: string): void {
    const size = Buffer.byteLength(text);
    this.length(size);
    this.#reserve(size);
    this.#at += this.#buffer.write(text, this.#at, size, 'utf8');
  }

  /** Values of an array, as they are stored. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Before a value that may be null; false: it is, and nothing follows. */
  present(isPresent: boolean): boolean {
    this.uint8(isPresent ? 0 : 1);
    return isPresent;
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#buffer.length + size));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }
}
