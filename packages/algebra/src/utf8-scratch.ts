const encoder = new TextEncoder();

/** UTF-8 in memory that is reused: most texts of events are short, and are needed for a moment only. */
export class Utf8Scratch {
  bytes: Uint8Array = new Uint8Array(256);

  /** Encodes the text to the beginning of `bytes`, valid until the next call; returns the number of bytes. */
  write(text: string): number {
    if (3 * text.length > this.bytes.length) this.bytes = new Uint8Array(6 * text.length);
    const { bytes } = this;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return encoder.encodeInto(text, bytes).written;
      bytes[i] = code;
    }
    return text.length;
  }
}
