/** Where a fault takes place: an installation, members of the stream service, producers of seeded events, and what must come out. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventSource, pairedSourceOf, topicsOf } from '@forebay/definitions';
import { keptOffset, type NewRecord } from '@forebay/event-log';
import type { LocalStack } from '@forebay/local-stack';
import { oldestCheckpoint } from '@forebay/online-store';
import type { Random } from '@forebay/testkit';
import { Installation } from '../../support/installation';
import { Service, type ServiceEnvironment } from '../../support/service';
import { uniqueName } from '../../support/stack';
import type { Fields } from '../../support/truth';
import { waitFor } from '../../support/wait-for';
import { positionOf } from './archive-comparison';
import type { ContentTerms, NewEvents, SceneContent, SourceTraits } from './content/content';
import { CONTENT_KINDS, type ContentKindName } from './content/content-kinds';
import { type Comparison, type Look, SceneComparison } from './scene-comparison';

const MINUTE_MS = 60_000;
const SETTLE_WITHIN_MS = 90_000;
const LOAD_EVERY_MS = 40;
const LOAD_RECORDS = 60;
/** A load that goes on for long becomes a trickle: what was sent has to be recomputed. */
const FULL_LOAD_BATCHES = 60;
const TRICKLE_RECORDS = 2;
/** Of the events, where there are any. */
const COPIES = 0.1;
/** Room for the run between an event's time and the lateness that is allowed. */
const LATENESS_ROOM_MS = 4 * MINUTE_MS;

export interface SceneOptions extends SourceTraits {
  /** What is read. */
  readonly content: ContentKindName;
  /** Whether all records of a user are in one partition. */
  readonly isKeyed: boolean;
  /** In the topic before the first try. */
  readonly firstEvents: number;
  /** Of the members. */
  readonly environment: ServiceEnvironment;
}

const DEFAULT_OPTIONS: Omit<SceneOptions, 'topic'> = {
  content: 'orders',
  partitions: 2,
  hasIds: false,
  latenessMs: 15 * MINUTE_MS,
  skewMs: MINUTE_MS,
  maxStalenessMs: MINUTE_MS,
  isKeyed: true,
  firstEvents: 2_000,
  environment: {},
};

/** What a consumer group of the stream service reads: a source of its own topics, or one that is made of others. */
export interface Reading {
  readonly sourceId: number;
  /** Of the partitions of these, and of no others, its checkpoint speaks. */
  readonly topics: readonly string[];
}

export class Scene {
  readonly options: SceneOptions;
  readonly content: SceneContent;
  readonly readings: readonly Reading[];
  readonly #comparison: SceneComparison;
  /** By name of the source and by position, the fields of each record that is an event. */
  readonly #sent = new Map<string, Map<string, Fields>>();
  /** By name of the source, the field that its records are keyed by. */
  readonly #keys = new Map<string, string>();
  #refused = 0;
  /** How often the topic was made anew. */
  topicEpoch = 0;
  readonly #closers: (() => Promise<void>)[] = [];
  /** What the run shows beside the fault's numbers, each once. */
  readonly notes = new Set<string>();

  private constructor(
    readonly stack: LocalStack,
    readonly installation: Installation,
    readonly random: Random,
    options: SceneOptions,
  ) {
    this.options = options;
    this.content = CONTENT_KINDS[options.content].fill(installation, random, options);
    this.readings = readingsOf(installation);
    this.#comparison = new SceneComparison(installation, this.content, this.#sent);
  }

  /** Applied, with the first events in the topic and serving running; nobody reads yet. */
  static async open(
    stack: LocalStack,
    random: Random,
    given: Partial<SceneOptions> = {},
    apply?: (installation: Installation) => Promise<void>,
  ): Promise<Scene> {
    const options = { topic: uniqueName('orders'), ...DEFAULT_OPTIONS, ...given };
    const { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl } = stack;
    const installation = await Installation.create(
      { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
      CONTENT_KINDS[options.content].declare(options),
      undefined,
      apply,
    );
    const scene = new Scene(stack, installation, random, options);
    try {
      await scene.content.prepare?.();
      await Promise.all([installation.start('serving'), scene.produce(options.firstEvents)]);
    } catch (error) {
      await installation.close();
      throw error;
    }
    return scene;
  }

  /** What a fault has set up beside the services. */
  onClose(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    this.#comparison.close();
    await this.installation.close();
    for (const close of this.#closers) await close();
  }

  get topic(): string {
    return this.installation.source.topic;
  }

  /** A member of the stream service; small flushes, so that there is something to interrupt. */
  start(environment: ServiceEnvironment = {}): Promise<Service> {
    return this.installation.start('stream', this.#environmentOf(environment));
  }

  /** A member that may end before it is ready. */
  launch(environment: ServiceEnvironment): Service {
    const member = Service.launch('stream', {
      ...this.installation.environment,
      ...this.#environmentOf(environment),
    });
    this.installation.services.push(member);
    return member;
  }

  #environmentOf(environment: ServiceEnvironment): ServiceEnvironment {
    return { FOREBAY_STREAM_FLUSH_EVERY: '5ms', ...this.options.environment, ...environment };
  }

  /** Members of the stream service that run. */
  get members(): readonly Service[] {
    return this.installation.services.filter(({ name, isRunning }) => name === 'stream' && isRunning);
  }

  async killMembers(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill9()));
  }

  /** New events of the last minutes into the topics. */
  async produce(n: number, terms: { user?: string; nowMs?: number } = {}): Promise<void> {
    for (const events of this.take(n, terms)) await this.send(events);
  }

  /** New events of the last minutes, to be sent. */
  take(n: number, terms: Partial<ContentTerms> = {}): readonly NewEvents[] {
    const reachMs = this.options.latenessMs - LATENESS_ROOM_MS;
    return this.content.take(n, { reachMs, nowMs: Date.now(), user: null, ...terms });
  }

  /** Some of them come again if the content has copies. */
  async send({ source, key, events }: NewEvents): Promise<void> {
    this.#keys.set(source, key);
    const { random, content } = this;
    const copies = content.copies === 'none' ? [] : events.filter(() => random.chance(COPIES));
    await this.#write(source, [...events, ...copies], events.length);
  }

  /** Everything that was sent comes once more, the last first. */
  async sendAgain(): Promise<void> {
    for (const [source, sent] of [...this.#sent]) await this.#write(source, [...sent.values()].reverse(), 0);
  }

  /** @param copiesFrom the index of the first copy of an event that was sent */
  async #write(source: string, events: readonly Fields[], copiesFrom: number): Promise<void> {
    const { topic } = this.#sourceNamed(source);
    const producer = await this.installation.producer();
    const records = events.map((event, i) => this.#recordOf(source, topic, event, i >= copiesFrom));
    const positions = await producer.send(records);
    const sent = this.#sent.get(source) ?? new Map<string, Fields>();
    this.#sent.set(source, sent);
    for (const [i, { partition, offset }] of positions.entries()) {
      const kept = keptOffset(this.topicEpoch, offset);
      const event = events[i] as Fields;
      sent.set(positionOf(partition, kept), event);
      this.content.sent(source, event, { partition, offset: kept, isCopy: i >= copiesFrom });
    }
  }

  #sourceNamed(wanted: string): EventSource {
    return this.installation.project.eventSources.find(({ name }) => name === wanted) as EventSource;
  }

  #recordOf(source: string, topic: string, event: Fields, isCopy: boolean): NewRecord {
    const { options, random, content } = this;
    const value = JSON.stringify(event);
    const isKeyed = isCopy ? content.copies === 'by key' : options.isKeyed;
    if (isKeyed) return { topic, key: String(event[this.#keys.get(source) ?? ''] ?? ''), value };
    return { topic, key: null, partition: random.integer(options.partitions), value };
  }

  /** Records that are no events, and must be refused. */
  async sendPoison(values: readonly (Buffer | string | null)[]): Promise<void> {
    const { topic, random, options } = this;
    const records = values.map((value) => ({
      topic,
      key: null,
      partition: random.integer(options.partitions),
      value,
    }));
    await (await this.installation.producer()).send(records as readonly NewRecord[]);
    this.#refused += values.length;
  }

  get recordsSent(): number {
    return [...this.#sent.values()].reduce((sum, sent) => sum + sent.size, 0);
  }

  get refused(): number {
    return this.#refused;
  }

  /** Events come steadily until `act` has ended. */
  async underLoad<T>(act: () => Promise<T>, terms: { user?: string } = {}): Promise<T> {
    let isOver = false;
    const load = (async () => {
      for (let batch = 0; !isOver; batch++) {
        await this.produce(batch < FULL_LOAD_BATCHES ? LOAD_RECORDS : TRICKLE_RECORDS, terms);
        await sleep(LOAD_EVERY_MS);
      }
    })();
    try {
      return await act();
    } finally {
      isOver = true;
      await load;
    }
  }

  /** All records are in the values of every reading. */
  async readAll(): Promise<void> {
    const ends = await this.#ends();
    let checkpoints: readonly number[] = [];
    await this.within(
      SETTLE_WITHIN_MS,
      () => `${ends} records are in the values; ${checkpoints} are`,
      async () => {
        checkpoints = await this.#checkpoints();
        return checkpoints.every((checkpoint, i) => checkpoint >= (ends[i] as number));
      },
    );
  }

  /** Of each reading, what its checkpoint will be: offsets of all partitions, as they are kept. */
  async #ends(): Promise<number[]> {
    const { admin } = await this.installation.servers.eventLog();
    const endOf = async (topic: string) =>
      [...(await admin.endOffsets(topic)).values()].reduce(
        (sum, end) => sum + keptOffset(this.topicEpoch, end),
        0,
      );
    return Promise.all(
      this.readings.map(async ({ topics }) => sumOf(await Promise.all(topics.map((topic) => endOf(topic))))),
    );
  }

  /** Of each reading. */
  async #checkpoints(): Promise<number[]> {
    const redis = await this.installation.servers.redis();
    return Promise.all(
      this.readings.map(async ({ sourceId }) => {
        const checkpoint = await oldestCheckpoint(redis, sourceId);
        return sumOf([...(checkpoint?.offsets ?? [])].map((offset) => Math.max(0, offset)));
      }),
    );
  }

  /** Records that are in the stored values, as the checkpoints say, over all readings. */
  async checkpointed(): Promise<number> {
    return sumOf(await this.#checkpoints());
  }

  async reached(records: number): Promise<void> {
    let checkpoint = 0;
    const isReached = async () => {
      checkpoint = await this.checkpointed();
      return checkpoint >= records;
    };
    await this.within(
      SETTLE_WITHIN_MS,
      () => `${records} records are in the values; ${checkpoint} are`,
      isReached,
    );
  }

  /** Somewhere in the backlog: more than the checkpoints, less than the topics. */
  async reachedSomewhere(): Promise<void> {
    const done = await this.checkpointed();
    const size = sumOf(await this.#ends());
    await this.reached(done + this.random.integer(Math.max(1, size - done)));
  }

  /** Fails with what was awaited, and what the members have logged. */
  async within<T>(
    deadlineMs: number,
    message: string | (() => string),
    condition: () => T | Promise<T>,
  ): Promise<Exclude<T, false | null | undefined>> {
    try {
      return await waitFor(condition, { deadlineMs, message: '' });
    } catch (error) {
      const cause = (error as Error).cause;
      const logs = this.installation.services.filter(({ name }) => name === 'stream').slice(-3);
      throw new Error(
        [
          `not within ${deadlineMs / 1_000} s: ${typeof message === 'string' ? message : message()}`,
          ...(cause instanceof Error ? [cause.message] : []),
          ...logs.map(({ log }) => log),
        ].join('\n'),
      );
    }
  }

  /** Waits until every value is the oracle's and the archive is complete, at most so long; then says what still differs. */
  async compare(): Promise<Comparison> {
    await this.readAll();
    const compared = await this.#comparison.exact(SETTLE_WITHIN_MS);
    if (this.content.probe === undefined || compared.differences > 0) return compared;
    await this.content.probe(this);
    return this.#comparison.exact(SETTLE_WITHIN_MS);
  }

  /** Likewise where records are lost for good: a value may be DEGRADED instead of right, and none may be anything else. */
  compareDegraded(): Promise<Comparison> {
    return this.#comparison.degraded(SETTLE_WITHIN_MS);
  }

  /** How the values stand now; to be asked while everything that was sent is in the values, or should be. */
  look(): Promise<Look> {
    return this.#comparison.look();
  }

  /** For how long, at most, a value was DEGRADED that events alone do not make so, while it was watched; ms. */
  get longestDegradedMs(): number {
    return this.#comparison.longestDegradedMs;
  }

  /** Reads everything again and again until it is told to end, which fails if a value has claimed to be exact and was not. */
  watch(): { end(): Promise<void> } {
    return this.#comparison.watch();
  }
}

function readingsOf({ project }: Installation): Reading[] {
  const ofTopics = project.eventSources.map((source) => ({
    sourceId: source.id,
    topics: topicsOf(source),
  }));
  const paired = [...project.joinedSources, ...project.sequenceSources].map((definition) => {
    const { pairing } = pairedSourceOf(project, definition);
    const inputs = pairing?.kind === 'join' ? [pairing.left, pairing.right] : [pairing?.source];
    return {
      sourceId: definition.id,
      topics: inputs.flatMap((input) => (input === undefined ? [] : topicsOf(input))),
    };
  });
  return [...ofTopics, ...paired];
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
