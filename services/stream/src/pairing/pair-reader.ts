/** Turns records of the inputs of a joined or sequence source into its events. */
import { contentCheck } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import type { EventSource } from '@forebay/definitions';
import type { SchemaLookup } from '@forebay/formats';
import { ChunkReader, type RawRecord, type ReadChunk, type RecordPiece } from '../chunk-reader';
import type { SourceEvent } from '../event-chunk';
import { faultPoint } from '../fault-points';
import { ArrivalHorizon } from './arrival-horizon';
import type { InputPartitions } from './input-partitions';
import { type PairLimits, type PairMaker, pairMaker } from './pair-maker';

export interface PairReaderOptions extends PairLimits {
  readonly source: EventSource;
  readonly inputs: InputPartitions;
  /** The event time from which on events of the source are asked for; −∞: all. */
  readonly heldFromMs: () => number;
  /** Of inputs whose records are written with schemas of a registry. */
  readonly schemas?: SchemaLookup;
  /** Whether this process reads every partition of every input. */
  readonly readsAll: () => boolean;
}

/** Forgetting looks at every key, so it waits until this share of the time that events are held has passed. */
const EXPIRY_STEP = 1 / 64;

export class PairReader {
  readonly #options: PairReaderOptions;
  readonly #readers: readonly ChunkReader[];
  readonly #maker: PairMaker;
  readonly #stepMs: number;
  readonly #horizon = new ArrivalHorizon();
  #expiredToMs = Number.NEGATIVE_INFINITY;

  constructor(options: PairReaderOptions) {
    const { source, inputs } = options;
    this.#options = options;
    this.#readers = inputs.sources.map((input) => new ChunkReader(input, options.schemas));
    this.#maker = pairMaker(source, options);
    const heldMs = (source.pairing?.definition.withinMs ?? 0) + (source.dedupeMs ?? 0);
    this.#stepMs = Math.max(1, EXPIRY_STEP * heldMs);
  }

  prepare(records: readonly RawRecord[], partition: number): Promise<void> | null {
    const { input } = this.#options.inputs.placeOf(partition);
    return (this.#readers[input] as ChunkReader).prepare(records);
  }

  get sizeBytes(): number {
    return this.#maker.sizeBytes;
  }

  /** What is held does not belong to what is read next: all that may still find a partner is read again. */
  forget(): void {
    this.#maker.forget();
    this.#expiredToMs = Number.NEGATIVE_INFINITY;
  }

  /**
   * The events that the records complete, each at the offset of the record that completed it. Records that are no events are passed
   * over: whoever reads the input for itself has sent them to the dead letters.
   */
  read<R extends RawRecord>(piece: RecordPiece<R>, nowMs: number): ReadChunk<R> {
    const { source, inputs } = this.#options;
    const { input, partition } = inputs.placeOf(piece.partition);
    const read = (this.#readers[input] as ChunkReader).read({ ...piece, partition }, nowMs);
    this.#expire();
    const newest = read.arrivedAtMs.at(-1);
    if (newest !== undefined) this.#horizon.read(piece.partition, piece.nextOffset, newest);
    const events: SourceEvent[] = [];
    const arrivedAtMs: number[] = [];
    let late = 0;
    let newestEventMs = Number.NEGATIVE_INFINITY;
    for (const [i, event] of read.chunk.events.entries()) {
      const arrivedMs = read.arrivedAtMs[i] as number;
      for (const { row, eventTimeMs } of this.#maker.add(input, event.row, event.eventTimeMs, partition)) {
        const check = contentCheck(row, source.fields.length);
        events.push({ row, offset: event.offset, eventTimeMs, check });
        arrivedAtMs.push(arrivedMs);
        if (arrivedMs - eventTimeMs > source.allowedLatenessMs) late++;
        if (eventTimeMs > newestEventMs) newestEventMs = eventTimeMs;
      }
    }
    if (events.length > 0) faultPoint('pairs-made');
    this.#checkPartitions();
    const { epoch, firstOffset, nextOffset } = piece;
    return {
      chunk: { partition: piece.partition, epoch, events, firstOffset, nextOffset },
      arrivedAtMs,
      rejected: [],
      late,
      notFinite: read.notFinite,
      newestEventMs,
    };
  }

  /** @param ends by partition, where reading begins, and the end of what there is now */
  begin(ends: Iterable<readonly [partition: number, from: number, endOffset: number]>): void {
    this.#horizon.begin(ends);
  }

  #expire(): void {
    const { source, heldFromMs: askedFromMs } = this.#options;
    // in a backlog as when it was fresh: an event that is older was later than is allowed
    const reachedMs = this.#horizon.reachedMs - (source.dedupeMs ?? 0) - source.maxClockSkewMs;
    const heldFromMs = Math.max(askedFromMs(), reachedMs);
    if (heldFromMs < this.#expiredToMs + this.#stepMs || heldFromMs === Number.NEGATIVE_INFINITY) return;
    this.#maker.expire(heldFromMs);
    this.#expiredToMs = heldFromMs;
  }

  /** Partners in partitions that another process reads are never found, so their topics must be keyed by what must be equal. */
  #checkPartitions(): void {
    const { source, inputs, readsAll } = this.#options;
    const scattered = this.#maker.scatteredKey;
    if (scattered === null || readsAll()) return;
    const topics = inputs.sources.map(({ topic }) => `"${topic}"`).join(' and ');
    throw new ForebayError(
      'failed_precondition',
      `source "${source.name}": events with the key "${scattered.slice(0, 80)}" are in different partitions of ${topics}, which several processes read: ` +
        'let producers key these topics by the fields that must be equal, or run one stream process',
    );
  }
}
