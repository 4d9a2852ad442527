/** Reads copies of records as their originals: at their position, with their time of arrival, and each once. */
import { type EventRecord, type RekeyOrigin, readRekeyed } from '@forebay/event-log';
import type { EventReader, RawRecord, ReadChunk, RecordPiece } from '../chunk-reader';
import type { OriginFences } from './origin-fences';

type Origin = Pick<RekeyOrigin, 'partition' | 'offset'>;

export class RekeyedReader implements EventReader {
  constructor(
    private readonly inner: EventReader,
    private readonly fences: OriginFences,
  ) {}

  prepare(records: readonly RawRecord[], partition: number): Promise<void> | null {
    return this.inner.prepare(records, partition);
  }

  forget(): void {
    this.fences.forget();
    this.inner.forget?.();
  }

  /** Call it once for each piece: a copy that was read is known from then on. */
  read<R extends RawRecord>(piece: RecordPiece<R>, nowMs: number): ReadChunk<R> {
    const originals: R[] = [];
    const origins = new Map<number, Origin>();
    for (const record of piece.records) {
      const original = originalIn(record);
      // nothing else is written there but what makes the topic begin later
      if (original === null || !this.fences.take(piece.partition, original.origin)) continue;
      originals.push(original);
      origins.set(original.offset, original.origin);
    }
    const read = this.inner.read({ ...piece, records: originals }, nowMs);
    const events = read.chunk.events.map((event) => {
      const { partition, offset } = origins.get(event.offset) as Origin;
      return { ...event, origin: { partition, offset } };
    });
    return { ...read, chunk: { ...read.chunk, events } };
  }
}

/** Of the topic, a copy with its headers; of the archive, an event that says where its original stood. */
function originalIn<R extends RawRecord>(record: R): (R & { readonly origin: Origin }) | null {
  if ('origin' in record) return record as R & { readonly origin: Origin };
  return readRekeyed(record as R & EventRecord) as (R & { readonly origin: Origin }) | null;
}
