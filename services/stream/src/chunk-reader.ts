import { contentCheck } from '@forebay/algebra';
import { type EventSource, recordFields } from '@forebay/definitions';
import { EventDecoder, type RecordContents, type Rejection, type SchemaLookup } from '@forebay/formats';
import type { EventChunk, SourceEvent } from './event-chunk';

/** A record as it came from the topic. */
export interface RawRecord extends RecordContents {
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

/** Makes events of records; what it remembers of earlier ones it must forget when reading begins elsewhere. */
export interface EventReader extends Pick<ChunkReader, 'read'> {
  /** Looks up what records of a partition are to be read with; null: all is known. Throws `unavailable`. */
  prepare(records: readonly RawRecord[], partition: number): Promise<void> | null;
  forget?(): void;
  /** Others read these from now on; the reading of the other partitions goes on. */
  forgetPartitions?(partitions: ReadonlySet<number>): void;
}

/** Turns records of one partition into a chunk, and names those that are no events. */
export class ChunkReader {
  readonly #decoder: EventDecoder;
  readonly #source: EventSource;
  readonly #eventTime: number;
  /** How many fields records have: the others are looked up, and copies of an event may be looked up at different times. */
  readonly #recordFields: number;

  /**
   * @param schemas of sources whose records are written with schemas of a registry
   * Throws `invalid_definition` if the source gives a schema that its fields cannot be read with.
   */
  constructor(source: EventSource, schemas?: SchemaLookup) {
    this.#decoder = new EventDecoder({ ...source, fields: recordFields(source) }, schemas);
    this.#source = source;
    this.#recordFields = recordFields(source).length;
    this.#eventTime = source.fields.findIndex((field) => field.name === source.eventTime);
  }

  /** Looks up the schemas of records that are to be read; null: all are known. Throws `unavailable`. */
  prepare(records: readonly RawRecord[]): Promise<void> | null {
    return this.#decoder.prepare(records);
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
      const row = this.#decoder.decode(record, Math.min(record.timestampMs, nowMs));
      if (!Array.isArray(row)) {
        rejected.push({ record, rejection: row });
        continue;
      }
      const eventTimeMs = row[this.#eventTime] as number;
      if (record.timestampMs - eventTimeMs > this.#source.allowedLatenessMs) late++;
      if (eventTimeMs > newestEventMs) newestEventMs = eventTimeMs;
      const check = this.#source.dedupeMs === null ? 0 : contentCheck(row, this.#recordFields);
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
