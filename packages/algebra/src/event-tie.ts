import { ForebayError, type Hash64, xxHash64Into } from '@forebay/contract';
import { describePartition, type EventSource } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';

/** Kafka partitions stand behind loads in the 14-bit log number (docs/CODEC.md). */
export const FIRST_PARTITION_LOG = 8_192;
export const MAX_PARTITIONS = 8_192;

const TWO_32 = 4_294_967_296;
const encoder = new TextEncoder();

/** Writes the tie of an event without an event id: its position in the topic. */
export function positionTie(partition: number, offset: number, out: Hash64): void {
  out.high = ((FIRST_PARTITION_LOG + partition) << 18) + Math.floor(offset / TWO_32);
  out.high >>>= 0;
  out.low = offset % TWO_32;
}

/** Writes the tie of an event id: an integer with its sign bit flipped, or the hash of a string. */
export function eventIdTie(id: Value, out: Hash64): void {
  if (typeof id === 'string') {
    const bytes = encoder.encode(id);
    xxHash64Into(bytes, 0, bytes.length, out);
    return;
  }
  const biased = BigInt.asUintN(64, BigInt(id as number | bigint)) ^ (1n << 63n);
  out.high = Number(biased >> 32n);
  out.low = Number(biased & 0xffffffffn);
}

/** How the events of a source are ordered where their times are equal. Throws for a partition over the limit. */
export function tieOf(
  source: EventSource,
): (row: readonly Value[], partition: number, offset: number, out: Hash64) => void {
  if (source.eventId === null) {
    return (_row, partition, offset, out) => {
      if (partition >= MAX_PARTITIONS) {
        throw new ForebayError(
          'failed_precondition',
          `${describePartition(source, partition)}: at most ${MAX_PARTITIONS} partitions are supported`,
        );
      }
      positionTie(partition, offset, out);
    };
  }
  const index = source.fields.findIndex((field) => field.name === source.eventId);
  return (row, _partition, _offset, out) => eventIdTie(row[index] as Value, out);
}
