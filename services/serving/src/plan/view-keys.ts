import { type Part, partPrefix } from '@forebay/online-store';

/** The keys of a view in one bucket. */
export interface ViewKeys {
  /** What the keys of an entity's parts begin with, in the order in which they are read. */
  readonly partPrefixes: readonly Uint8Array[];
  /** null: the view has no stream values. */
  readonly streamMarkerKey: Uint8Array | null;
  readonly progressKey: string | null;
  /** null: the view has no batch values, or it has the markers of its ticks. */
  readonly batchMarkerKey: Uint8Array | null;
  /** Of a view on a schedule, by parity; none: the view has no lists of ticks. */
  readonly tickMarkerKeys: readonly Uint8Array[];
}

export function partPrefixes(bucket: number, viewId: number, parts: readonly Part[]): Uint8Array[] {
  return parts.map((part) => Buffer.from(partPrefix(bucket, viewId, part)));
}

/** Of each bucket what is made when it is first asked for. */
export function memoized<T>(make: (bucket: number) => T): (bucket: number) => T {
  const made: T[] = [];
  return (bucket) => {
    const known = made[bucket];
    if (known !== undefined) return known;
    const first = make(bucket);
    made[bucket] = first;
    return first;
  };
}
