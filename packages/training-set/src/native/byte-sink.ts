const FIRST_CAPACITY = 1 << 12;
const TWO_32 = 4_294_967_296;

/** Bytes that grow at the end; emptied and used again. */
export class ByteSink {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  #view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length);
  size = 0;

  clear(): void {
    this.size = 0;
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.size++] = value;
  }

  i32(value: number): void {
    this.#reserve(4);
    this.#view.setInt32(this.size, value, true);
    this.size += 4;
  }

  f64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.size, value, true);
    this.size += 8;
  }

  /** A whole number. */
  i64(value: number | bigint): void {
    this.#reserve(8);
    if (typeof value === 'bigint') this.#view.setBigInt64(this.size, value, true);
    else {
      const high = Math.floor(value / TWO_32);
      this.#view.setUint32(this.size, value - high * TWO_32, true);
      this.#view.setInt32(this.size + 4, high, true);
    }
    this.size += 8;
  }

  varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.u8((rest & 0x7f) | 0x80);
    this.u8(rest);
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.size);
    this.size += bytes.length;
  }

  /** Its size, and the text as UTF-8. */
  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.varint(size);
    this.#reserve(size);
    this.#bytes.write(value, this.size, 'utf8');
    this.size += size;
  }

  /** What was written so far; valid until the next write. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.size);
  }

  #reserve(size: number): void {
    if (this.size + size <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafe(2 * (this.size + size));
    this.#bytes.copy(bytes, 0, 0, this.size);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}
