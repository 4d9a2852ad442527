import { ForebayError } from '@forebay/contract';
import type { Admin, ITopicConfig, Kafka } from 'kafkajs';
import { Backoff } from './backoff';
import { eventLogError, isElection } from './kafka-errors';
import type { TopicPartitionOffset } from './record';

/** The offsets that a partition holds: `[low, high)`. */
export interface Watermarks {
  readonly low: number;
  readonly high: number;
}

export interface TopicOptions {
  readonly partitions: number;
  /** Such as `retention.ms`; used when the topic is created. */
  readonly config?: Readonly<Record<string, string>>;
  /** Default: the broker's. */
  readonly replicationFactor?: number;
}

const BROKER_DEFAULT = -1;
/** The leaders of a new topic's partitions are elected in moments, and those of a broker that died within seconds. */
const ELECTION_DEADLINE_MS = 10_000;

/** How long a topic keeps records. */
export interface TopicRetention {
  /** By age; null: for ever. */
  readonly ageMs: number | null;
  /** Of each key the last record stays, and a record without a value removes those before it. */
  readonly isCompacted: boolean;
}

/** Kafka's resource type of topics. */
const TOPIC_RESOURCE = 2;

/** Questions about topics, and their creation. It reconnects by itself. */
export class TopicAdmin {
  private asking: Promise<void> = Promise.resolve();

  private constructor(
    private readonly kafka: Kafka,
    private admin: Admin,
  ) {}

  /** @throws ForebayError `unavailable` when no broker answers. */
  static async connect(kafka: Kafka): Promise<TopicAdmin> {
    return new TopicAdmin(kafka, await connected(kafka));
  }

  /** The number of partitions, or null when there is no such topic. */
  async partitionCount(topic: string): Promise<number | null> {
    try {
      const { topics } = await this.admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length ?? null;
    } catch (thrown) {
      const error = eventLogError(thrown, `looking up topic "${topic}"`);
      if (error.reason === 'not_found') return null;
      throw error;
    }
  }

  /**
   * Creates the topic if there is none; the settings of one that exists are left alone.
   * @throws ForebayError `failed_precondition` when it exists with fewer partitions.
   */
  async ensureTopic(topic: string, options: TopicOptions): Promise<{ created: boolean; partitions: number }> {
    const configEntries = Object.entries(options.config ?? {}).map(([name, value]) => ({ name, value }));
    const replicationFactor = options.replicationFactor ?? BROKER_DEFAULT;
    const wanted = { topic, numPartitions: options.partitions, replicationFactor, configEntries };
    const existing = await this.partitionCount(topic);
    const created = existing === null && (await this.create(wanted));
    const partitions = created ? options.partitions : (existing ?? (await this.countOfNew(topic)));
    if (partitions < options.partitions) {
      const has = `topic "${topic}" has ${partitions} partitions, fewer than the ${options.partitions} that are wanted`;
      throw new ForebayError(
        'failed_precondition',
        `${has}: declare ${partitions}, or add partitions with kafka-topics --alter while nobody writes to it`,
      );
    }
    return { created, partitions };
  }

  /** Of a topic that was created a moment ago: the broker that is asked may not know of its partitions yet. */
  private async countOfNew(topic: string): Promise<number> {
    const deadlineMs = performance.now() + ELECTION_DEADLINE_MS;
    const backoff = new Backoff({ firstMs: 50, longestMs: 500 });
    for (;;) {
      const partitions = (await this.partitionCount(topic)) ?? 0;
      if (partitions > 0 || performance.now() >= deadlineMs) return partitions;
      await backoff.wait();
    }
  }

  /** False when it is there already: another process was faster, or an earlier try had come through. */
  private create(topic: ITopicConfig): Promise<boolean> {
    return this.ask(topic.topic, 'creating', (admin) =>
      admin.createTopics({ topics: [topic], waitForLeaders: true }),
    );
  }

  /** By partition, what the topic holds now: also of partitions that were added a moment ago. */
  async watermarks(topic: string): Promise<ReadonlyMap<number, Watermarks>> {
    const fetch = (admin: Admin) => admin.fetchTopicOffsets(topic);
    const partitions = (await this.partitionCount(topic)) ?? 0;
    let offsets = await this.ask(topic, 'reading the offsets of', fetch);
    if (offsets.length < partitions) {
      // It remembers for minutes which partitions there are.
      await this.reconnect();
      offsets = await this.ask(topic, 'reading the offsets of', fetch);
    }
    return new Map(
      offsets.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]),
    );
  }

  /** By partition, the offset that the next record will get. */
  async endOffsets(topic: string): Promise<ReadonlyMap<number, number>> {
    return new Map([...(await this.watermarks(topic))].map(([partition, { high }]) => [partition, high]));
  }

  /** By partition, the offset of the oldest record that is still held. */
  async beginningOffsets(topic: string): Promise<ReadonlyMap<number, number>> {
    return new Map([...(await this.watermarks(topic))].map(([partition, { low }]) => [partition, low]));
  }

  /** By partition, the offset of the first record with a timestamp ≥ `timestampMs`; the end offset if there is none. */
  async offsetsAt(topic: string, timestampMs: number): Promise<ReadonlyMap<number, number>> {
    const offsets = await this.ask(topic, 'reading the offsets by time of', (admin) =>
      admin.fetchTopicOffsetsByTimestamp(topic, timestampMs),
    );
    return new Map(offsets.map(({ partition, offset }) => [partition, Number(offset)]));
  }

  /** What the group has committed, where it has committed anything; for display. */
  async committedOffsets(groupId: string, topic: string): Promise<ReadonlyMap<number, number>> {
    const [answer] = await this.ask(topic, `reading the offsets of group "${groupId}" in`, (admin) =>
      admin.fetchOffsets({ groupId, topics: [topic] }),
    );
    const known = (answer?.partitions ?? []).filter(({ offset }) => Number(offset) >= 0);
    return new Map(known.map(({ partition, offset }) => [partition, Number(offset)]));
  }

  /** Adds partitions until there are `count`. The next record of a key may go to another one than those before it. */
  async addPartitions(topic: string, count: number): Promise<void> {
    await this.ask(topic, 'adding partitions to', (admin) =>
      admin.createPartitions({ topicPartitions: [{ topic, count }] }),
    );
  }

  /** Deletes the records before the given offsets. */
  async deleteRecords(topic: string, before: readonly Omit<TopicPartitionOffset, 'topic'>[]): Promise<void> {
    const partitions = before.map(({ partition, offset }) => ({ partition, offset: String(offset) }));
    await this.ask(topic, 'deleting records of', async (admin) => {
      // The client looks for the leaders before it has asked who they are: let it ask.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions });
    });
  }

  /** Null: there is no such topic. */
  async retention(topic: string): Promise<TopicRetention | null> {
    if ((await this.partitionCount(topic)) === null) return null;
    const { resources } = await this.ask(topic, 'reading the settings of', (admin) =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: TOPIC_RESOURCE, name: topic, configNames: ['retention.ms', 'cleanup.policy'] }],
      }),
    );
    const settings = new Map(
      (resources[0]?.configEntries ?? []).map(({ configName, configValue }) => [configName, configValue]),
    );
    const policies = (settings.get('cleanup.policy') ?? 'delete').split(',');
    const ageMs = Number(settings.get('retention.ms') ?? -1);
    return {
      ageMs: ageMs < 0 || !policies.includes('delete') ? null : ageMs,
      isCompacted: policies.includes('compact'),
    };
  }

  async deleteTopic(topic: string): Promise<void> {
    await this.ask(topic, 'deleting', (admin) => admin.deleteTopics({ topics: [topic] }));
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
  }

  /** One question at a time: where another one makes the client look at its topics anew, it forgets those that it is asked about. */
  private ask<T>(topic: string, doing: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    const answer = this.asking.then(() => this.askNow(topic, doing, question));
    this.asking = answer.then(
      () => {},
      () => {},
    );
    return answer;
  }

  private async askNow<T>(topic: string, doing: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    const place = `${doing} topic "${topic}"`;
    const deadlineMs = performance.now() + ELECTION_DEADLINE_MS;
    const backoff = new Backoff({ firstMs: 50, longestMs: 500 });
    for (let askedAgain = false; ; ) {
      try {
        return await question(this.admin);
      } catch (thrown) {
        const error = eventLogError(thrown, place);
        if (thrown instanceof TypeError && performance.now() < deadlineMs) {
          // asked about two topics at once, it may have forgotten the one while it learnt of the other, and trips over that
          await backoff.wait();
          continue;
        }
        if (isElection(thrown) && performance.now() < deadlineMs) await backoff.wait();
        else if ((error.reason === 'not_found' || thrown instanceof TypeError) && !askedAgain)
          askedAgain = true;
        else throw error;
      }
      // It goes by what it remembers of leaders; and that something is not found may be about another topic: once one that
      // it was asked about has been deleted, the client refuses every question. So ask a fresh one.
      await this.reconnect();
    }
  }

  private async reconnect(): Promise<void> {
    const old = this.admin;
    this.admin = await connected(this.kafka);
    await old.disconnect();
  }
}

async function connected(kafka: Kafka): Promise<Admin> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return admin;
  } catch (thrown) {
    await admin.disconnect().catch(() => {});
    throw eventLogError(thrown, 'connecting to Kafka');
  }
}
