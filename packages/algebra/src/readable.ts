/** Values and states as a person reads them: JSON, with bigints as decimal text, instants as ISO 8601, and long lists cut. */
import { formatInstant } from '@forebay/contract';
import type { OtherValue } from './emission';

export type Readable =
  | null
  | boolean
  | number
  | string
  | readonly Readable[]
  | { readonly [name: string]: Readable };

/** How many items of a list or map are shown; remembers whether that left any out. */
export class ItemLimit {
  leftOut = false;

  constructor(readonly items: number) {}

  take<T>(all: readonly T[]): readonly T[] {
    if (all.length <= this.items) return all;
    this.leftOut = true;
    return all.slice(0, this.items);
  }
}

/** A feature's value; of a vector its bytes (little-endian float32). */
export function readableValue(value: OtherValue | null, limit: ItemLimit): Readable {
  if (value === null) return null;
  if (value instanceof Uint8Array) return limit.take(float32s(value));
  if (Array.isArray(value)) return limit.take(value as readonly OtherValue[]).map(readableNumber);
  if (value instanceof Map) {
    const entries = limit.take([...(value as ReadonlyMap<string | number | bigint, number>)]);
    return Object.fromEntries(entries.map(([key, number]) => [String(key), readableNumber(number)]));
  }
  return readableNumber(value as string | number | bigint);
}

/** JSON has neither bigints nor numbers that are not finite. */
export function readableNumber(value: OtherValue): Readable {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? value : String(value);
}

/** An instant, or null where there is none. */
export function readableInstant(instantMs: number): Readable {
  return Number.isFinite(instantMs) ? formatInstant(instantMs) : null;
}

function float32s(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
