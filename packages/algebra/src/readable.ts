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

/** How many items of a list or map, and how much of a text, are shown; remembers whether that left anything out. */
export class ItemLimit {
  leftOut = false;
  readonly characters = 1_000;

  constructor(readonly items: number) {}

  text(whole: string): string {
    if (whole.length <= this.characters) return whole;
    this.leftOut = true;
    return `${whole.slice(0, this.characters)}…`;
  }

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
  if (Array.isArray(value))
    return limit.take(value as readonly OtherValue[]).map((item) => readableItem(item, limit));
  if (value instanceof Map) {
    const entries = limit.take([...(value as ReadonlyMap<string | number | bigint, number>)]);
    return Object.fromEntries(
      entries.map(([key, number]) => [limit.text(String(key)), readableNumber(number)]),
    );
  }
  return readableItem(value as string | number | bigint, limit);
}

function readableItem(value: OtherValue, limit: ItemLimit): Readable {
  return typeof value === 'string' ? limit.text(value) : readableNumber(value as number | bigint);
}

/** JSON has neither bigints nor numbers that are not finite. */
export function readableNumber(value: number | bigint): Readable {
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
