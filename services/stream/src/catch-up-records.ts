import { contentCheck } from '@forebay/algebra';
import { type EventSource, recordFields } from '@forebay/definitions';
import type { EventRecord } from '@forebay/event-log';
import type { Value } from '@forebay/expressions';
import type { SchemaLookup } from '@forebay/formats';
import type { RawRecord, ReadChunk, RecordPiece } from './chunk-reader';
import type { HeadedRecord } from './replays';
import { TopicsReader } from './topics-reader';

/** What a catch-up reads: a record of the topic, or an event of the archive, which was decoded and judged before. */
export type CatchUpRecord = EventRecord | ArchivedRecord;

export interface ArchivedRecord extends HeadedRecord {
  readonly value: null;
  readonly row: Value[];
}

/** Turns records into a chunk, those of the archive as they are. Of one piece all come from the same place. */
export class CatchUpChunkReader {
  readonly #topics: TopicsReader;
  readonly #source: EventSource;
  readonly #eventTime: number;
  /** Copies are told by what records hold, which comes first. */
  readonly #recordFields: number;

  constructor(source: EventSource, schemas?: SchemaLookup) {
    this.#topics = new TopicsReader(source, schemas);
    this.#source = source;
    this.#recordFields = recordFields(source).length;
    this.#eventTime = source.fields.findIndex((field) => field.name === source.eventTime);
  }

  prepare(records: readonly RawRecord[], partition: number): Promise<void> | null {
    return this.#topics.prepare(records, partition);
  }

  read<R extends RawRecord>(piece: RecordPiece<R>, nowMs: number): ReadChunk<R> {
    const [first] = piece.records;
    if (first === undefined || !isArchived(first)) return this.#topics.read(piece, nowMs);
    const { partition, epoch, firstOffset, nextOffset } = piece;
    const records = piece.records as readonly RawRecord[] as readonly ArchivedRecord[];
    const events = records.map(({ row, offset }) => ({
      row,
      offset,
      eventTimeMs: row[this.#eventTime] as number,
      check: this.#source.dedupeMs === null ? 0 : contentCheck(row, this.#recordFields),
    }));
    return {
      chunk: { partition, epoch, events, firstOffset, nextOffset },
      arrivedAtMs: records.map(({ timestampMs }) => timestampMs),
      rejected: [],
      late: 0,
      notFinite: 0,
      newestEventMs: Number.NEGATIVE_INFINITY,
    };
  }
}

function isArchived(record: RawRecord): record is ArchivedRecord {
  return 'row' in record;
}
