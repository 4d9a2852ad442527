import { contentCheck } from '@forebay/algebra';
import type { EventSource } from '@forebay/definitions';
import type { EventChunk, SourceEvent } from './event-chunk';
import { JsonDecoder, type Rejection } from './json-decoder';

/** A record as it came from the topic. */
export interface RawRecord {
  readonly value: Buffer | null;
  readonly offset: number;
  /** The broker's time of arrival. */
  readonly timestampMs: number;
}

export interface ReadChunk<R extends RawRecord> {
  readonly chunk: EventChunk;
  /** When the event of the same index arrived at the broker. */
  readonly arrivedAtMs: readonly number[];
  readonly rejected: readonly { record: R; rejection: Rejection }[];
  readonly late: number;
  /** Numbers that were too large for a double, and count as null. */
  readonly notFinite: number;
  readonly newestEventMs: number;
}

/** Consecutive records of one partition. */
export interface RecordPiece<R extends RawRecord> {
  readonly partition: number;
  readonly epoch: number;
  readonly records: readonly R[];
  /** Where reading stood before them, and where it goes on after them. */
  readonly firstOffset: number;
  readonly nextOffset: number;
}

/** Turns records of one partition into a chunk, and names those that are no events. */
export class ChunkReader {
  readonly #decoder: JsonDecoder;
  readonly #source: EventSource;
  readonly #eventTime: number;

  constructor(source: EventSource) {
    this.#decoder = new JsonDecoder(source);
    this.#source = source;
    this.#eventTime = source.fields.findIndex((field) => field.name === source.eventTime);
  }

  read<R extends RawRecord>(
    { partition, epoch, records, firstOffset, nextOffset }: RecordPiece<R>,
    nowMs: number,
  ): ReadChunk<R> {
    const events: SourceEvent[] = [];
    const arrivedAtMs: number[] = [];
    const rejected: { record: R; rejection: Rejection }[] = [];
    let late = 0;
    let newestEventMs = Number.NEGATIVE_INFINITY;
    const notFiniteBefore = this.#decoder.notFinite;
    for (const record of records) {
      // by its arrival, so that a replay judges as the first reading did
      const row = this.#decoder.decode(record.value, Math.min(record.timestampMs, nowMs));
      if (!Array.isArray(row)) {
        rejected.push({ record, rejection: row });
        continue;
      }
      const eventTimeMs = row[this.#eventTime] as number;
      if (record.timestampMs - eventTimeMs > this.#source.allowedLatenessMs) late++;
      if (eventTimeMs > newestEventMs) newestEventMs = eventTimeMs;
      const check = this.#source.dedupeMs === null ? 0 : contentCheck(row, this.#source.fields.length);
      events.push({ row, offset: record.offset, eventTimeMs, check });
      arrivedAtMs.push(record.timestampMs);
    }
    return {
      chunk: { partition, epoch, events, firstOffset, nextOffset },
      arrivedAtMs,
      rejected,
      late,
      notFinite: this.#decoder.notFinite - notFiniteBefore,
      newestEventMs,
    };
  }
}
