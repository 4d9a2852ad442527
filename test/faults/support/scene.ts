/** Where a fault takes place: an installation, members of the stream service, producers of seeded events, and what must come out. */
import { setTimeout as sleep } from 'node:timers/promises';
import { keptOffset, type NewRecord, type TopicPartitionOffset } from '@forebay/event-log';
import type { LocalStack } from '@forebay/local-stack';
import type { Random } from '@forebay/testkit';
import { Installation } from '../../support/installation';
import { Service, type ServiceEnvironment } from '../../support/service';
import { uniqueName } from '../../support/stack';
import type { Fields } from '../../support/truth';
import { waitFor } from '../../support/wait-for';
import { positionOf } from './archive-comparison';
import { type Comparison, type Look, SceneComparison } from './scene-comparison';
import { type Order, Orders } from './scene-events';
import { type SourceTraits, sceneProject } from './scene-project';

const MINUTE_MS = 60_000;
const SETTLE_WITHIN_MS = 90_000;
const LOAD_EVERY_MS = 40;
const LOAD_RECORDS = 60;
/** A load that goes on for long becomes a trickle: what was sent has to be recomputed. */
const FULL_LOAD_BATCHES = 60;
const TRICKLE_RECORDS = 2;
/** Room for the run between an event's time and the lateness that is allowed. */
const LATENESS_ROOM_MS = 4 * MINUTE_MS;

export interface SceneOptions extends Omit<SourceTraits, 'topic'> {
  /** Whether all records of a user are in one partition. */
  readonly isKeyed: boolean;
  /** In the topic before the first try. */
  readonly firstEvents: number;
  /** Of the members. */
  readonly environment: ServiceEnvironment;
}

const DEFAULT_OPTIONS: SceneOptions = {
  partitions: 2,
  hasIds: false,
  latenessMs: 15 * MINUTE_MS,
  skewMs: MINUTE_MS,
  maxStalenessMs: MINUTE_MS,
  isKeyed: true,
  firstEvents: 2_000,
  environment: {},
};

export class Scene {
  readonly options: SceneOptions;
  readonly orders: Orders;
  readonly #comparison: SceneComparison;
  /** By position, the fields of each record that is an event. */
  readonly #sent = new Map<string, Fields>();
  #refused = 0;
  /** How often the topic was made anew. */
  topicEpoch = 0;
  readonly #closers: (() => Promise<void>)[] = [];
  /** What the run shows beside the fault's numbers. */
  readonly notes: string[] = [];

  private constructor(
    readonly stack: LocalStack,
    readonly installation: Installation,
    readonly random: Random,
    options: SceneOptions,
  ) {
    this.options = options;
    this.orders = new Orders(random);
    this.#comparison = new SceneComparison(installation, this.#sent);
  }

  /** Applied, with the first events in the topic and serving running; nobody reads yet. */
  static async open(stack: LocalStack, random: Random, given: Partial<SceneOptions> = {}): Promise<Scene> {
    const options = { ...DEFAULT_OPTIONS, ...given };
    const { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl } = stack;
    const installation = await Installation.create(
      { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
      sceneProject({ ...options, topic: uniqueName('orders') }),
    );
    const scene = new Scene(stack, installation, random, options);
    try {
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

  /** New orders of the last minutes into the topic. */
  produce(n: number, terms: { user?: string; nowMs?: number } = {}): Promise<void> {
    const reachMs = this.options.latenessMs - LATENESS_ROOM_MS;
    return this.send(this.orders.take(n, { reachMs, nowMs: Date.now(), user: null, ...terms }));
  }

  /** With ids, a tenth of them come again, into any partition. */
  async send(orders: readonly Order[]): Promise<void> {
    const { random, installation, options } = this;
    const copies = options.hasIds ? orders.filter(() => random.chance(0.1)) : [];
    const all = [...orders, ...copies];
    const producer = await installation.producer();
    const positions = await producer.send(all.map((order, i) => this.#recordOf(order, i >= orders.length)));
    const kept = positions.map(({ partition, offset }) => ({
      partition,
      offset: keptOffset(this.topicEpoch, offset),
    }));
    for (const [i, { partition, offset }] of kept.entries())
      this.#sent.set(positionOf(partition, offset), all[i] as Order);
    for (const [i, order] of orders.entries()) {
      const { partition, offset } = kept[i] as Omit<TopicPartitionOffset, 'topic'>;
      // with ids the id orders events of one time; else the position does
      if (options.hasIds) installation.truth.sent(order, 0, order.id);
      else installation.truth.sent(order, partition, offset);
    }
  }

  #recordOf(order: Order, isCopy: boolean): NewRecord {
    const { topic, options, random } = this;
    const value = JSON.stringify(order);
    if (options.isKeyed && !isCopy) return { topic, key: order.user ?? '', value };
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
    return this.#sent.size;
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

  /** Records that are neither deleted nor unread: what the checkpoint must reach. */
  async readAll(): Promise<void> {
    await this.reached(await this.#topicEnd());
  }

  /** What the checkpoint will be: offsets of all partitions, as they are kept. */
  async #topicEnd(): Promise<number> {
    const ends = await (await this.installation.servers.eventLog()).admin.endOffsets(this.topic);
    return [...ends.values()].reduce((sum, end) => sum + keptOffset(this.topicEpoch, end), 0);
  }

  async reached(records: number): Promise<void> {
    let checkpoint = 0;
    const isReached = async () => {
      checkpoint = await this.installation.checkpointed();
      return checkpoint >= records;
    };
    await this.within(
      SETTLE_WITHIN_MS,
      () => `${records} records are in the values; ${checkpoint} are`,
      isReached,
    );
  }

  /** Somewhere in the backlog: more than the checkpoint, less than the topic. */
  async reachedSomewhere(): Promise<void> {
    const done = await this.installation.checkpointed();
    const size = await this.#topicEnd();
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

  /** Reads everything again and again until it is told to end, which fails if a value has claimed to be exact and was not. */
  watch(): { end(): Promise<void> } {
    return this.#comparison.watch();
  }
}
