import { ForebayError } from '@forebay/contract';
import {
  type Consumer,
  type EachBatchPayload,
  type Kafka,
  type LogEntry,
  logLevel,
  PartitionAssigners,
} from 'kafkajs';
import type { CompiledConsumerOptions } from './consumer-options';
import { eventLogError } from './kafka-errors';
import type { TopicPartition, TopicPartitionOffset } from './record';
import { GENERATION_ENTRY, type HeldPartitions, NOTHING_HELD, stickyAssigner } from './sticky-assigner';

/** What the client tells about its membership. All but `onBatch` are called at the very moment, and must not wait. */
export interface GroupMemberEvents {
  /**
   * The group has given us these partitions; nothing of them has been fetched. Whoever was in generation n and is in n + 1
   * knows that nobody else had its partitions in between; null: not known.
   */
  onJoined(partitions: readonly TopicPartition[], generation: number | null): void;
  onRebalancing(): void;
  /** The membership is over. */
  onCrashed(error: ForebayError): void;
  /** Nothing in `[firstOffset ?? lastOffset, lastOffset]` is for us. */
  onPassedOver(place: TopicPartition, firstOffset: number | null, lastOffset: number): void;
  /** The client found its position out of range, and is about to jump. */
  onOutOfRange(place: TopicPartition): void;
  /** A broker has refused to read a partition, and will be asked again. */
  onRefused(): void;
  onBatch(payload: EachBatchPayload): Promise<void>;
}

/** kafkajs tells it nowhere else (consumerGroup.js); where the line is missed, the jump itself is noticed. */
const OUT_OF_RANGE_LINE = 'Offset out of range, resetting to default offset';
/** So begins its line about a fetch that was answered with an error (connection.js); it asks again by itself. */
const REFUSED_FETCH_LINE = 'Response Fetch(';
const WATCH_MS = 5_000;
/** Partitions that are added to a topic are noticed, and shared out, within so long. */
const METADATA_MAX_AGE_MS = 10_000;
/** A client that has not asked for records so long after the longest rebalance has come to a halt. */
const SILENCE_MARGIN_MS = 30_000;

/** One membership of a consumer group: a kafkajs consumer that is used once, and replaced when it crashes. */
export class GroupMember {
  private readonly consumer: Consumer;
  private readonly heartbeatMs: number;
  private closed = false;
  private handling = 0;
  private lastSignAt = performance.now();
  private watch: NodeJS.Timeout | null = null;
  /** What is claimed when the group is made anew. */
  private held: HeldPartitions = NOTHING_HELD;
  /** Of the assignment that is just being received. */
  private generation: number | null = null;

  constructor(
    createKafka: (listen: (entry: LogEntry) => void) => Kafka,
    private readonly options: CompiledConsumerOptions,
    private readonly events: GroupMemberEvents,
  ) {
    const { groupId, sessionTimeoutMs, rebalanceTimeoutMs, maxWaitMs, minBytes, maxBytesPerPartition } =
      options;
    this.heartbeatMs = Math.min(3_000, Math.floor(sessionTimeoutMs / 3));
    this.consumer = createKafka((entry) => this.onLogLine(entry)).consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: rebalanceTimeoutMs,
      heartbeatInterval: this.heartbeatMs,
      maxWaitTimeInMs: maxWaitMs,
      minBytes,
      maxBytesPerPartition,
      allowAutoTopicCreation: false,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      // The second for groups in which members of before the first one are left.
      partitionAssigners: [stickyAssigner(() => this.held), PartitionAssigners.roundRobin],
      // A crash ends this member; who owns it opens another. The client's own restart would outlive a stop.
      retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000, restartOnFailure: async () => false },
    });
    this.listen();
  }

  /** Connects and joins. @throws when the brokers or a topic cannot be reached; a failure to join comes as `onCrashed`. */
  async start(): Promise<void> {
    await this.consumer.connect();
    // From the beginning: should the client ever jump, it lands on records, and the jump shows at once.
    await this.consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.events.onBatch(payload),
    });
    this.watch = setInterval(() => this.lookForSilence(), WATCH_MS);
    this.watch.unref();
    if (this.closed) await this.close(0);
  }

  seek({ topic, partition, offset }: TopicPartitionOffset): void {
    this.ifJoined(() => this.consumer.seek({ topic, partition, offset: String(offset) }));
  }

  pause(places: readonly TopicPartition[]): void {
    this.ifJoined(() =>
      this.consumer.pause(places.map(({ topic, partition }) => ({ topic, partitions: [partition] }))),
    );
  }

  resume(places: readonly TopicPartition[]): void {
    this.ifJoined(() =>
      this.consumer.resume(places.map(({ topic, partition }) => ({ topic, partitions: [partition] }))),
    );
  }

  async commit(offsets: readonly TopicPartitionOffset[]): Promise<void> {
    await this.consumer.commitOffsets(
      offsets.map((offset) => ({ ...offset, offset: String(offset.offset) })),
    );
  }

  /**
   * Runs `work` while the group is told that we are alive.
   * @returns what the group answered if it wants us back (a rebalance): to be thrown to the client after the work.
   */
  async whileAlive(payload: EachBatchPayload, work: () => Promise<void>): Promise<unknown> {
    let trouble: unknown = null;
    const beat = () => {
      if (trouble !== null) return;
      payload.heartbeat().catch((error: unknown) => {
        trouble = error;
      });
    };
    const timer = setInterval(beat, this.heartbeatMs);
    this.handling++;
    try {
      await work();
    } finally {
      clearInterval(timer);
      this.handling--;
      this.lastSignAt = performance.now();
    }
    return trouble;
  }

  /** Leaves the group; false if that did not end within the limit. Never throws. */
  async close(limitMs: number): Promise<boolean> {
    this.closed = true;
    if (this.watch !== null) clearInterval(this.watch);
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<false>((resolve) => {
      timer = setTimeout(resolve, limitMs, false);
    });
    const left = this.consumer.disconnect().then(
      () => true,
      () => true,
    );
    const inTime = await Promise.race([left, limit]);
    clearTimeout(timer);
    return inTime;
  }

  private listen(): void {
    const { consumer, events } = this;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.lastSignAt = performance.now();
      const { generation } = this;
      const places = placesOf(payload.memberAssignment);
      this.generation = null;
      this.held = generation === null ? NOTHING_HELD : { generation, places };
      // An attempt to join that was under way when we closed: leave again.
      if (this.closed) void this.close(0);
      else events.onJoined(places, generation);
    });
    consumer.on(consumer.events.RECEIVED_UNSUBSCRIBED_TOPICS, ({ payload }) => {
      if (payload.topicsNotSubscribed.includes(GENERATION_ENTRY)) this.generation = payload.generationId;
    });
    consumer.on(consumer.events.REBALANCING, () => {
      if (!this.closed) events.onRebalancing();
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!this.closed)
        events.onCrashed(eventLogError(payload.error, `reading as group "${this.options.groupId}"`));
    });
    consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize > 0 || this.closed) return;
      const first = (payload.firstOffset as string | null) === null ? null : Number(payload.firstOffset);
      events.onPassedOver(payload, first, Number(payload.lastOffset));
    });
    consumer.on(consumer.events.FETCH_START, () => {
      this.lastSignAt = performance.now();
    });
  }

  private onLogLine({ level, log }: LogEntry): void {
    if (this.closed) return;
    if (level === logLevel.ERROR && log.message.startsWith(REFUSED_FETCH_LINE)) this.events.onRefused();
    if (log.message === OUT_OF_RANGE_LINE)
      this.events.onOutOfRange({ topic: String(log.topic), partition: Number(log.partition) });
  }

  private lookForSilence(): void {
    const silentMs = performance.now() - this.lastSignAt;
    if (this.handling > 0 || silentMs < this.options.rebalanceTimeoutMs + SILENCE_MARGIN_MS) return;
    const message = `group "${this.options.groupId}": the client has not asked for records for ${Math.round(silentMs / 1_000)} s`;
    this.events.onCrashed(new ForebayError('unavailable', message));
  }

  /** Between a crash and its report the client has no group, and says so; then there is nothing to do. */
  private ifJoined(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.options.logger.debug({ err: error }, 'the client has left the group already');
    }
  }
}

function placesOf(assignment: Readonly<Record<string, readonly number[]>>): TopicPartition[] {
  return Object.entries(assignment).flatMap(([topic, partitions]) =>
    [...partitions].sort((a, b) => a - b).map((partition) => ({ topic, partition })),
  );
}
