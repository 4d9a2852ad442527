/** Below this many bytes a loop is faster than a call into the runtime. */
const SHORT_COPY_BYTES = 48;

/**
 * Appends little-endian numbers, texts and bytes to one growing buffer, which is reused after `clear()`.
 * `bytes` belongs to the writer and is replaced when it grows.
 */
export class ByteWriter {
  bytes: Buffer;
  size = 0;
  #view: DataView;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  clear(): void {
    this.size = 0;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.size + count;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    grown.set(this.bytes.subarray(0, this.size));
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.size++] = value;
  }

  u16(value: number): void {
    this.reserve(2);
    this.#view.setUint16(this.size, value, true);
    this.size += 2;
  }

  u32(value: number): void {
    this.reserve(4);
    this.#view.setUint32(this.size, value, true);
    this.size += 4;
  }

  f64(value: number): void {
    this.reserve(8);
    this.#view.setFloat64(this.size, value, true);
    this.size += 8;
  }

  /** Appends `source[from, to)`. */
  raw(source: Uint8Array, from = 0, to = source.length): void {
    const count = to - from;
    this.reserve(count);
    const target = this.bytes;
    let at = this.size;
    if (count <= SHORT_COPY_BYTES) {
      for (let i = from; i < to; i++) target[at++] = source[i] as number;
    } else {
      target.set(from === 0 && to === source.length ? source : source.subarray(from, to), at);
    }
    this.size += count;
  }

  zeros(count: number): void {
    this.reserve(count);
    this.bytes.fill(0, this.size, this.size + count);
    this.size += count;
  }

  /** Appends a non-negative safe integer in decimal ASCII. */
  decimal(value: number): void {
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits++;
    this.reserve(digits);
    let rest = value;
    for (let at = this.size + digits - 1; at >= this.size; at--) {
      this.bytes[at] = 48 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.size += digits;
  }

  /** Appends the UTF-8 bytes of `text`. */
  text(text: string): void {
    this.reserve(3 * text.length);
    this.size += this.bytes.write(text, this.size);
  }

  /** What was written; valid until the next write or `clear()`. */
  written(): Buffer {
    return this.bytes.subarray(0, this.size);
  }
}
