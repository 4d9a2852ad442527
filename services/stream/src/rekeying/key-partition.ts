/** To which partition of an internal topic a record is copied. Pure. */
import { encodeEntityKey, type JoinKeyValue } from '@forebay/contract';
import type { EventSource, Rekeying } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { bucketOf } from '@forebay/online-store';

/**
 * A function of the record alone, so that all copies of it come to one partition. A record that is no event (null), or whose key has a
 * null in it, is copied too, for the dead letters or the archive: it goes by its own partition.
 */
export function keyPartition({ fields }: EventSource, { by, partitions }: Rekeying) {
  const indexes = by.map((name) => fields.findIndex((field) => field.name === name));
  return (row: readonly Value[] | null, fromPartition: number): number => {
    const key = indexes.map((index) => row?.[index] ?? null);
    if (key.includes(null)) return fromPartition % partitions;
    return bucketOf(encodeEntityKey(key as JoinKeyValue[]), partitions);
  };
}
