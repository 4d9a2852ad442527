/** Reads the records of each topic of a source as they are written there. */
import { type EventSource, numberedPartition, sourceOfTopic, topicsOf } from '@forebay/definitions';
import type { SchemaLookup } from '@forebay/formats';
import { ChunkReader, type RawRecord, type ReadChunk, type RecordPiece } from './chunk-reader';

export class TopicsReader {
  readonly #readers: readonly ChunkReader[];

  constructor(
    private readonly source: EventSource,
    schemas?: SchemaLookup,
  ) {
    this.#readers = topicsOf(source).map((_, i) => new ChunkReader(sourceOfTopic(source, i), schemas));
  }

  /** See `ChunkReader`. */
  prepare(records: readonly RawRecord[], partition: number): Promise<void> | null {
    return this.#of(partition).prepare(records);
  }

  read<R extends RawRecord>(piece: RecordPiece<R>, nowMs: number): ReadChunk<R> {
    return this.#of(piece.partition).read(piece, nowMs);
  }

  #of(partition: number): ChunkReader {
    return this.#readers[numberedPartition(this.source, partition).topicIndex] as ChunkReader;
  }
}
