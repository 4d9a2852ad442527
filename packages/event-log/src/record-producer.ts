import { ForebayError } from '@forebay/contract';
import {
  type ICustomPartitioner,
  type Kafka,
  type Message,
  Partitioners,
  type Producer,
  type TopicMessages,
} from 'kafkajs';
import type { EventLogLogger } from './event-log-logger';
import { eventLogError } from './kafka-errors';
import { type NewRecord, partitionKey, type TopicPartitionOffset } from './record';
import type { TopicAdmin } from './topic-admin';

/** Bytes in one request at most: below Kafka's default limit for a batch (1 MiB), even if all goes to one partition. */
const MAX_REQUEST_BYTES = 900_000;
const MAX_REQUEST_RECORDS = 10_000;
/** What a record takes beyond key, value and headers, at most. */
const RECORD_OVERHEAD_BYTES = 70;
/** With pauses of up to a second: about half a minute of a broker that is away. */
export const PRODUCER_RETRY = { retries: 32, initialRetryTime: 100, maxRetryTime: 1_000 };

interface Waiting {
  readonly records: readonly NewRecord[];
  readonly resolve: (positions: readonly TopicPartitionOffset[]) => void;
  readonly reject: (error: ForebayError) => void;
}

/**
 * Writes records, acknowledged by all in-sync replicas, in the order of the calls; calls that wait for each other share
 * requests. A retried request is written once: one request is under way at a time, and a producer whose last request
 * failed is replaced, since Kafka could take the next one for a repetition of it.
 */
export class RecordProducer {
  private producer: Promise<Producer> | null = null;
  private queue: Waiting[] = [];
  private sending: Promise<void> | null = null;
  private closed = false;
  private readonly chosen = new WeakMap<Message, number>();
  private readonly knownTopics = new Set<string>();

  private constructor(
    private readonly kafka: Kafka,
    private readonly admin: Pick<TopicAdmin, 'partitionCount'>,
    private readonly logger: EventLogLogger,
  ) {}

  /** `kafka` should retry as PRODUCER_RETRY says. @throws ForebayError `unavailable` when no broker answers. */
  static async connect(
    kafka: Kafka,
    admin: Pick<TopicAdmin, 'partitionCount'>,
    logger: EventLogLogger,
  ): Promise<RecordProducer> {
    const producer = new RecordProducer(kafka, admin, logger);
    await producer.connected();
    return producer;
  }

  /**
   * Resolves when all records are written, to the position of each. After an error some of them may have been.
   * @throws ForebayError `unavailable`, `not_found` (no such topic), `invalid_record` (too large).
   */
  send(records: readonly NewRecord[]): Promise<readonly TopicPartitionOffset[]> {
    if (this.closed) {
      return Promise.reject(
        new ForebayError('failed_precondition', 'the producer is closed: nothing can be sent'),
      );
    }
    if (records.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      this.queue.push({ records, resolve, reject });
      this.sending ??= this.drain();
    });
  }

  /** Sends what waits, then closes. */
  async close(): Promise<void> {
    this.closed = true;
    await this.sending;
    const producer = await this.producer?.catch(() => null);
    this.producer = null;
    await producer?.disconnect();
  }

  private async drain(): Promise<void> {
    // Let the calls of this turn come in.
    await Promise.resolve();
    while (this.queue.length > 0) {
      const waiting = await this.withKnownTopics(takeRequest(this.queue));
      if (waiting.length === 0) continue;
      try {
        const positions = await this.request(waiting.flatMap(({ records }) => records));
        let from = 0;
        for (const { records, resolve } of waiting) {
          resolve(positions.slice(from, from + records.length));
          from += records.length;
        }
      } catch (thrown) {
        const error = eventLogError(thrown, 'writing to Kafka');
        await this.replace();
        for (const { reject } of waiting) reject(error);
      }
    }
    this.sending = null;
  }

  /** Rejects the calls for topics that do not exist: the client would look for one of those for half a minute. */
  private async withKnownTopics(waiting: readonly Waiting[]): Promise<readonly Waiting[]> {
    const known: Waiting[] = [];
    for (const call of waiting) {
      try {
        for (const topic of new Set(call.records.map((record) => record.topic))) await this.checkTopic(topic);
        known.push(call);
      } catch (thrown) {
        call.reject(eventLogError(thrown, 'writing to Kafka'));
      }
    }
    return known;
  }

  private async checkTopic(topic: string): Promise<void> {
    if (this.knownTopics.has(topic)) return;
    if ((await this.admin.partitionCount(topic)) === null) {
      throw new ForebayError('not_found', `writing to Kafka: topic "${topic}" does not exist`);
    }
    this.knownTopics.add(topic);
  }

  private async request(records: readonly NewRecord[]): Promise<readonly TopicPartitionOffset[]> {
    const positions: TopicPartitionOffset[] = [];
    for (const part of splitBySize(records)) positions.push(...(await this.write(part)));
    return positions;
  }

  private async write(
    part: readonly NewRecord[],
    knowsPartitions = false,
  ): Promise<readonly TopicPartitionOffset[]> {
    const producer = await this.connected();
    const messages = part.map(messageOf);
    const written = await producer.sendBatch({ acks: -1, topicMessages: byTopic(part, messages) });
    const next = new Map<string, number>();
    for (const { topicName, partition, baseOffset } of written) {
      next.set(partitionKey(topicName, partition), Number(baseOffset));
    }
    const isWritten = (i: number) =>
      next.has(partitionKey(part[i]!.topic, this.chosen.get(messages[i]!) as number));
    const others = await this.writeElsewhere(
      part.filter((_, i) => !isWritten(i)),
      knowsPartitions,
    );
    return part.map((record, i) =>
      isWritten(i) ? this.positionOf(record, messages[i]!, next) : (others.shift() as TopicPartitionOffset),
    );
  }

  /** The client drops records for a partition that was added after it had asked which there are: one that is new asks again. */
  private async writeElsewhere(
    records: readonly NewRecord[],
    knowsPartitions: boolean,
  ): Promise<TopicPartitionOffset[]> {
    const [first] = records;
    if (first === undefined) return [];
    if (knowsPartitions)
      throw new ForebayError('not_found', `topic "${first.topic}" has no partition ${first.partition}`);
    await this.replace();
    return [...(await this.write(records, true))];
  }

  /** The records of a request lie in each partition in the order of the request. */
  private positionOf(record: NewRecord, message: Message, next: Map<string, number>): TopicPartitionOffset {
    const partition = this.chosen.get(message) as number;
    const key = partitionKey(record.topic, partition);
    const offset = next.get(key) as number;
    next.set(key, offset + 1);
    return { topic: record.topic, partition, offset };
  }

  private connected(): Promise<Producer> {
    this.producer ??= this.open().catch((thrown: unknown) => {
      this.producer = null;
      throw eventLogError(thrown, 'connecting a producer to Kafka');
    });
    return this.producer;
  }

  private async open(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: stickyPartitioner(this.chosen),
      retry: PRODUCER_RETRY,
    });
    try {
      await producer.connect();
      return producer;
    } catch (error) {
      await producer.disconnect().catch(() => {});
      throw error;
    }
  }

  private async replace(): Promise<void> {
    const producer = await this.producer?.catch(() => null);
    this.producer = null;
    await producer?.disconnect().catch((error: unknown) => {
      this.logger.debug({ err: error }, 'closing a producer failed');
    });
  }
}

/** Kafka's own partitioner; a record without a key stays where it was first put when its request is retried. */
function stickyPartitioner(chosen: WeakMap<Message, number>): ICustomPartitioner {
  return () => {
    const choose = Partitioners.DefaultPartitioner();
    return (args) => {
      const before = chosen.get(args.message);
      if (before !== undefined) return before;
      const partition = choose(args);
      chosen.set(args.message, partition);
      return partition;
    };
  };
}

/** Takes calls from the front of the queue while they fit into one request; at least one. */
function takeRequest(queue: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  let calls = 0;
  for (const { records } of queue) {
    for (const record of records) bytes += sizeOf(record);
    count += records.length;
    if (calls > 0 && (bytes > MAX_REQUEST_BYTES || count > MAX_REQUEST_RECORDS)) break;
    calls++;
  }
  return queue.splice(0, calls);
}

/** Cuts records into requests; a record that is too large for any stands alone, and the broker decides. */
export function* splitBySize(records: readonly NewRecord[]): Generator<readonly NewRecord[]> {
  let from = 0;
  let bytes = 0;
  for (let i = 0; i < records.length; i++) {
    const size = sizeOf(records[i] as NewRecord);
    if (i > from && (bytes + size > MAX_REQUEST_BYTES || i - from >= MAX_REQUEST_RECORDS)) {
      yield records.slice(from, i);
      from = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < records.length) yield records.slice(from);
}

function sizeOf(record: NewRecord): number {
  let bytes = RECORD_OVERHEAD_BYTES + lengthOf(record.key) + lengthOf(record.value);
  for (const [name, value] of Object.entries(record.headers ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) bytes += name.length * 3 + lengthOf(one) + 10;
  }
  return bytes;
}

function lengthOf(value: Buffer | string | null | undefined): number {
  return value === null || value === undefined ? 0 : Buffer.byteLength(value);
}

function messageOf({ key, value, headers, partition, timestampMs }: NewRecord): Message {
  const message: Message = { key, value };
  if (headers !== undefined) message.headers = headers as NonNullable<Message['headers']>;
  if (partition !== undefined) message.partition = partition;
  if (timestampMs !== undefined) message.timestamp = String(timestampMs);
  return message;
}

function byTopic(records: readonly NewRecord[], messages: readonly Message[]): TopicMessages[] {
  const topics = new Map<string, Message[]>();
  for (let i = 0; i < records.length; i++) {
    const { topic } = records[i] as NewRecord;
    const message = messages[i] as Message;
    const list = topics.get(topic);
    if (list === undefined) topics.set(topic, [message]);
    else list.push(message);
  }
  return [...topics].map(([topic, list]) => ({ topic, messages: list }));
}
