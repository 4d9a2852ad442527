/** Turns records of the inputs of a joined or sequence source into its events. */
import { contentCheck } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import type { EventSource, InputPartitions } from '@forebay/definitions';
import type { EventReader, RawRecord, ReadChunk, RecordPiece } from '../chunk-reader';
import type { ErasedEvents } from '../erased-events';
import type { SourceEvent } from '../event-chunk';
import { faultPoint } from '../fault-points';
import { ArrivalHorizon } from './arrival-horizon';
import { JOIN_MARGIN_MS } from './pair-limits';
import { type PairLimits, type PairMaker, pairMaker } from './pair-maker';

export interface PairReaderOptions extends PairLimits {
  readonly source: EventSource;
  readonly inputs: InputPartitions;
  /** Makes events of the records of an input. */
  readonly readerOf: (input: EventSource) => EventReader;
  /** What was erased of an input. */
  readonly erasedOf: (input: EventSource) => Pick<ErasedEvents, 'refresh' | 'without'>;
  /** The event time from which on events of the source are asked for; −∞: all. */
  readonly heldFromMs: () => number;
  /** Whether this process reads every partition of every input. */
  readonly readsAll: () => boolean;
}

/** By partition, where reading begins, and the end of what there is now. */
export type ReadingEnds = Iterable<readonly [partition: number, from: number, endOffset: number]>;

/** Forgetting looks at every key, so it waits until this share of the time that events are held has passed. */
const EXPIRY_STEP = 1 / 64;

export class PairReader {
  readonly #options: PairReaderOptions;
  readonly #readers: readonly EventReader[];
  readonly #erased: readonly Pick<ErasedEvents, 'refresh' | 'without'>[];
  readonly #maker: PairMaker;
  readonly #stepMs: number;
  readonly #horizon = new ArrivalHorizon();
  #expiredToMs = Number.NEGATIVE_INFINITY;

  constructor(options: PairReaderOptions) {
    const { source, inputs } = options;
    this.#options = options;
    this.#readers = inputs.sources.map(options.readerOf);
    this.#erased = inputs.sources.map(options.erasedOf);
    this.#maker = pairMaker(source, options);
    const heldMs = (source.pairing?.definition.withinMs ?? 0) + (source.dedupeMs ?? 0);
    this.#stepMs = Math.max(1, EXPIRY_STEP * heldMs);
  }

  prepare(records: readonly RawRecord[], number: number): Promise<void> | null {
    const { input, partition } = this.#options.inputs.placeOf(number);
    return (this.#readers[input] as EventReader).prepare(records, partition);
  }

  /** See `ErasedEvents`: of all inputs. */
  async refreshErased(): Promise<void> {
    for (const erased of this.#erased) await erased.refresh();
  }

  get sizeBytes(): number {
    return this.#maker.sizeBytes;
  }

  /** What is held does not belong to what is read next: all that may still find a partner is read again. */
  forget(): void {
    this.#maker.forget();
    this.#expiredToMs = Number.NEGATIVE_INFINITY;
  }

  /** Others read these from now on: what is held of them is theirs to hold. */
  forgetPartitions(numbers: ReadonlySet<number>): void {
    const { inputs } = this.#options;
    this.#maker.forgetPartitions(
      new Set([...numbers].map((number) => inputs.topicPlaceOf(number).partition)),
    );
    this.#horizon.leave(numbers);
  }

  /** Whether further partitions can be read beside what is held: nothing was forgotten that their events may be asked for with. */
  canJoin(): boolean {
    return this.#expiredToMs <= this.#options.heldFromMs();
  }

  /**
   * The events that the records complete, each at the offset of the record that completed it. Records that are no events are passed
   * over: whoever reads the input for itself has sent them to the dead letters.
   */
  read<R extends RawRecord>(piece: RecordPiece<R>, nowMs: number): ReadChunk<R> {
    const { source, inputs } = this.#options;
    const { input, partition: numberInInput } = inputs.placeOf(piece.partition);
    // partners are in partitions of one number, of whichever topic
    const { partition } = inputs.topicPlaceOf(piece.partition);
    const all = (this.#readers[input] as EventReader).read({ ...piece, partition: numberInInput }, nowMs);
    const read = (this.#erased[input] as ErasedEvents).without(piece.records, all);
    this.#expire();
    const arrivedMs = piece.records.at(-1)?.timestampMs ?? Number.NEGATIVE_INFINITY;
    this.#horizon.read(piece.partition, piece.nextOffset, arrivedMs);
    const events: SourceEvent[] = [];
    const arrivedAtMs: number[] = [];
    let late = 0;
    let newestEventMs = Number.NEGATIVE_INFINITY;
    for (const [i, event] of read.chunk.events.entries()) {
      const eventArrivedMs = read.arrivedAtMs[i] as number;
      for (const { row, eventTimeMs } of this.#maker.add(input, event.row, event.eventTimeMs, partition)) {
        const check = contentCheck(row, source.fields.length);
        events.push({ row, offset: event.offset, eventTimeMs, check });
        arrivedAtMs.push(eventArrivedMs);
        if (eventArrivedMs - eventTimeMs > source.allowedLatenessMs) late++;
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
  begin(ends: ReadingEnds): void {
    this.#horizon.begin(ends);
  }

  /** The same for partitions that are read beside those of now. */
  join(ends: ReadingEnds): void {
    this.#horizon.join(ends);
  }

  #expire(): void {
    const { source, heldFromMs: askedFromMs } = this.#options;
    // in a backlog as when it was fresh: an event that is older was later than is allowed
    const reachedMs =
      this.#horizon.reachedMs - (source.dedupeMs ?? 0) - source.maxClockSkewMs - JOIN_MARGIN_MS;
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
    const topics = inputs.topics.map((topic) => `"${topic}"`).join(' and ');
    throw new ForebayError(
      'failed_precondition',
      `source "${source.name}": events with the key "${scattered.slice(0, 80)}" are in different partitions of ${topics}, which several processes read: ` +
        'let producers key these topics by the fields that must be equal, or run one stream process',
    );
  }
}
