/**
 * Copies the records of a source's topic into its internal topic, keyed otherwise, each with the position of its original. It may copy a
 * record again after a crash: readers take each original once (origin-fences.ts).
 */
import { ForebayError } from '@forebay/contract';
import type { EventSource, Rekeying } from '@forebay/definitions';
import {
  type EventRecord,
  isTopicBeginning,
  type LogConsumer,
  type NewRecord,
  type OutOfRange,
  type RecordBatch,
  rekeyedRecord,
  rekeyGroup,
  type TopicPartition,
} from '@forebay/event-log';
import type { SchemaLookup } from '@forebay/formats';
import { ChunkReader } from '../chunk-reader';
import { faultPoint } from '../fault-points';
import { growingPause } from '../pause';
import type { RuntimeOptions } from '../source-runtime-options';
import { checkTopicEpochs, epochsOf, type TopicEpochs } from '../topic-epoch-entry';
import { keyPartition } from './key-partition';

/** How far the copying is, is told so often: progress of values waits for it. */
const COMMIT_MS = 200;
/** Whether a record is an event is not asked of the clock: each copy of it must come to the same partition. */
const ANY_TIME = Number.POSITIVE_INFINITY;

export interface RekeyStageOptions
  extends Pick<
    RuntimeOptions,
    'eventLog' | 'producer' | 'logger' | 'sessionTimeoutMs' | 'maxWaitMs' | 'onFatal'
  > {
  /** As it is declared. */
  readonly source: EventSource & { readonly rekey: Rekeying };
  readonly schemas?: SchemaLookup | undefined;
  /** Of the source's own topic. */
  readonly epochs: TopicEpochs;
}

export class RekeyStage {
  readonly #options: RekeyStageOptions;
  readonly #reader: ChunkReader;
  readonly #partitionOf: ReturnType<typeof keyPartition>;
  readonly #group: string;
  #assigned: readonly TopicPartition[] = [];
  #joining: Promise<LogConsumer> | null = null;
  #consumer: LogConsumer | null = null;
  #timer: NodeJS.Timeout | null = null;
  readonly #stopping = new AbortController();

  /** `eventLog` of the options: with offsets of the source's topic as they are kept. */
  constructor(options: RekeyStageOptions) {
    const { source, schemas, epochs } = options;
    this.#options = options;
    this.#reader = new ChunkReader(source, schemas);
    this.#partitionOf = keyPartition(source, source.rekey);
    this.#group = rekeyGroup(source.rekey.topic, epochsOf(epochs)(source.topic));
  }

  async start(): Promise<void> {
    const { source, eventLog, epochs, logger, sessionTimeoutMs, maxWaitMs, onFatal } = this.#options;
    this.#joining = eventLog.consume({
      groupId: this.#group,
      topics: [source.topic],
      sessionTimeoutMs,
      maxWaitMs,
      handlers: {
        onAssigned: (assigned) => this.#assign(assigned),
        onRevoked: async (lost) => {
          this.#assigned = this.#assigned.filter(
            ({ partition }) => !lost.some((place) => place.partition === partition),
          );
        },
        onBatch: (batch) => this.#copy(batch),
        onDoubt: () => checkTopicEpochs(eventLog, epochs),
        onOutOfRange: (place) => this.#beyond(place),
        onError: (error, { fatal }) => {
          if (fatal) onFatal(error);
          else logger.warn({ reason: error.reason }, `source "${source.name}", re-keying: ${error.message}`);
        },
      },
    });
    this.#consumer = await this.#joining;
    this.#timer = setInterval(() => this.#commit(), COMMIT_MS);
  }

  /** Where the group has committed that it is: all before that is copied. */
  async #assign(assigned: readonly TopicPartition[]) {
    this.#consumer = await this.#joining;
    const { source, eventLog } = this.#options;
    const committed = await eventLog.admin.committedOffsets(this.#group, source.topic);
    if (assigned.some(({ partition }) => !committed.has(partition)))
      await this.#beginIn(assigned.filter(({ partition }) => !committed.has(partition)));
    this.#assigned = assigned;
    return assigned.map((place) => ({
      ...place,
      offset: committed.get(place.partition) ?? ('beginning' as const),
    }));
  }

  /**
   * A partition is copied for the first time, or it is not known any more how far the copying was. Where it has lost its first records,
   * the internal topic must not look as if it began with them: then it is made to begin later too.
   */
  async #beginIn(places: readonly TopicPartition[]): Promise<void> {
    const { source, eventLog, producer } = this.#options;
    const { topic, partitions } = source.rekey;
    const lows = await eventLog.admin.beginningOffsets(source.topic);
    const isWhole = places.every(({ partition }) => isTopicBeginning(lows.get(partition) ?? 0));
    if (isWhole) return;
    const held = await eventLog.admin.watermarks(topic);
    if ([...held.values()].every(({ low }) => !isTopicBeginning(low))) return;
    if ([...held.values()].some(({ high }) => !isTopicBeginning(high)))
      throw new ForebayError(
        'failed_precondition',
        `source "${source.name}": it is not known how far topic "${source.topic}" was copied to "${topic}", and its first records are gone: set the offsets of group "${this.#group}" by hand (kafka-consumer-groups --reset-offsets) to where copying is to go on`,
      );
    const numbers = Array.from({ length: partitions }, (_, partition) => partition);
    await producer.send(numbers.map((partition) => ({ topic, partition, key: null, value: null })));
    await eventLog.admin.deleteRecords(
      topic,
      numbers.map((partition) => ({ partition, offset: (held.get(partition)?.high ?? 0) + 1 })),
    );
  }

  async #beyond({ topic, partition, offset, held }: OutOfRange): Promise<never> {
    const { source, eventLog, epochs } = this.#options;
    await checkTopicEpochs(eventLog, epochs);
    throw new ForebayError(
      'failed_precondition',
      `topic "${topic}", partition ${partition}: position ${offset} is not in ${held.low} … ${held.high}: records were deleted before they were copied to "${source.rekey.topic}"; set the offsets of group "${this.#group}" by hand (kafka-consumer-groups --reset-offsets) to go on without them`,
    );
  }

  /** Copies are written in the order of their originals: the next batch waits until these are stored. */
  async #copy({ partition, records, nextOffset }: RecordBatch): Promise<void> {
    const { producer } = this.#options;
    await this.#schemasOf(records);
    const { chunk } = this.#reader.read(
      { partition, epoch: 0, records, firstOffset: records[0]?.offset ?? nextOffset, nextOffset },
      ANY_TIME,
    );
    const rows = new Map(chunk.events.map(({ offset, row }) => [offset, row]));
    const { topic } = this.#options.source.rekey;
    const copies: NewRecord[] = records.map((record) => {
      const to = { topic, partition: this.#partitionOf(rows.get(record.offset) ?? null, partition) };
      return rekeyedRecord(record, partition, to);
    });
    faultPoint('copies-made');
    await producer.send(copies);
    faultPoint('copies-stored');
  }

  /** A registry that is away is waited for; the group hears of us meanwhile. */
  async #schemasOf(records: readonly EventRecord[]): Promise<void> {
    const { source, logger } = this.#options;
    const { signal } = this.#stopping;
    for (let failures = 1; ; failures++) {
      try {
        await this.#reader.prepare(records);
        return;
      } catch (thrown) {
        if (signal.aborted) throw thrown;
        logger.error({ err: thrown }, `source "${source.name}", re-keying: schemas cannot be looked up`);
        await growingPause(failures, signal);
      }
    }
  }

  #commit(): void {
    const consumer = this.#consumer;
    if (consumer === null) return;
    consumer.commit(
      this.#assigned.flatMap((place) => {
        const offset = consumer.position(place.topic, place.partition);
        return offset === null ? [] : [{ ...place, offset }];
      }),
    );
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#stopping.abort();
    this.#commit();
    await this.#consumer?.stop();
  }
}
