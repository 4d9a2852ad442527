/** Longer texts are no names. */
const MAX_BYTES = 64;
const SLOTS = 1_024;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const slots: ({ readonly bytes: Uint8Array; readonly text: string } | undefined)[] = new Array(SLOTS);

/**
 * Texts by their UTF-8 bytes, for names that come with every request: finding one costs a fraction of decoding it. A slot holds
 * the last one of those that fall into it, so whatever is sent, it stays small.
 */
export function knownText(bytes: Uint8Array, from: number, to: number): string | undefined {
  if (to - from > MAX_BYTES) return undefined;
  const known = slots[slotOf(bytes, from, to)];
  return known !== undefined && isSame(known.bytes, bytes, from, to) ? known.text : undefined;
}

/** From now on the bytes are known to be the text, which they are in UTF-8. */
export function rememberText(bytes: Uint8Array, from: number, to: number, text: string): void {
  if (to - from > MAX_BYTES) return;
  // a Buffer's own slice would share the memory of the request
  slots[slotOf(bytes, from, to)] = { bytes: Uint8Array.prototype.slice.call(bytes, from, to), text };
}

/** FNV-1a, 32 bits (https://datatracker.ietf.org/doc/draft-eastlake-fnv/). */
function slotOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = FNV_OFFSET;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME);
  return (hash ^ (hash >>> 16)) & (SLOTS - 1);
}

function isSame(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false;
  return true;
}
