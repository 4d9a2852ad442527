/** Where a fault takes place: an installation, members of the stream service, producers of seeded events, and what must come out. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewRecord, TopicPartitionOffset } from '@forebay/event-log';
import type { LocalStack } from '@forebay/local-stack';
import type { Random } from '@forebay/testkit';
import { Installation } from '../../support/installation';
import { Service, type ServiceEnvironment } from '../../support/service';
import { uniqueName } from '../../support/stack';
import { describeWrong, type Fields } from '../../support/truth';
import { waitFor } from '../../support/wait-for';
import { compareArchive, positionOf } from './archive-comparison';
import { type Order, Orders } from './scene-events';
import { type SourceTraits, sceneProject } from './scene-project';

const MINUTE_MS = 60_000;
/** Between two looks at everything: the plain recomputation is slow on purpose. */
const LOOK_EVERY_MS = 300;
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

export interface Comparison {
  readonly values: number;
  readonly archived: number;
  /** Values that are not the oracle's, and records that the archive has not exactly once. */
  readonly differences: number;
  /** The first of them. */
  readonly told: readonly string[];
}

export class Scene {
  readonly options: SceneOptions;
  readonly orders: Orders;
  /** By position, the fields of each record that is an event. */
  readonly #sent = new Map<string, Fields>();
  #refused = 0;
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
    for (const [i, at] of positions.entries()) this.#sent.set(keyOf(at), all[i] as Order);
    for (const [i, order] of orders.entries()) {
      const { partition, offset } = positions[i] as TopicPartitionOffset;
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
    await this.reached(await this.installation.topicSize());
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
    const size = await this.installation.topicSize();
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
  async compare(deadlineMs = SETTLE_WITHIN_MS): Promise<Comparison> {
    const endsAt = performance.now() + deadlineMs;
    await this.readAll();
    for (;;) {
      const values = await this.#compareValues();
      const archive = await compareArchive(this.installation, this.#sent);
      const differences = values.differences + archive.differences.length;
      if (differences === 0 || performance.now() > endsAt) {
        const told = [...values.told, ...archive.differences.slice(0, 8)];
        return { values: values.compared, archived: archive.compared, differences, told };
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Likewise where records are lost for good: a value may be DEGRADED instead of right, and none may be anything else. */
  async compareDegraded(deadlineMs = SETTLE_WITHIN_MS): Promise<Comparison> {
    const endsAt = performance.now() + deadlineMs;
    for (;;) {
      const { falselyExact, degraded, exact, told } = await this.look();
      const archive = await compareArchive(this.installation, this.#sent);
      const differences = falselyExact + archive.differences.length;
      if (differences === 0 || performance.now() > endsAt)
        return {
          values: falselyExact + degraded + exact,
          archived: archive.compared,
          differences,
          told: [told, ...archive.differences.slice(0, 8)],
        };
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #compareValues(): Promise<{ compared: number; differences: number; told: string[] }> {
    const { project } = this.installation;
    let compared = 0;
    let differences = 0;
    const told: string[] = [];
    for (const view of project.aggregationViews) {
      const wrong = await this.installation.wrong(view);
      compared += this.installation.truth.keys(project, view).length * view.features.length;
      differences += wrong.length;
      if (wrong.length > 0) told.push(`view ${view.name}: ${describeWrong(wrong)}`);
    }
    return { compared, differences, told };
  }

  /** Reads everything again and again until it is told to end, which fails if a value has claimed to be exact and was not. */
  watch(): { end(): Promise<void> } {
    let isOn = true;
    let reads = 0;
    const watching = (async () => {
      while (isOn) {
        // what cannot be read is no wrong value
        const look = await this.look().catch(() => null);
        if (look === null) continue;
        reads++;
        if (look.falselyExact > 0) throw new Error(`while it was watched: ${look.told}`);
      }
    })();
    watching.catch(() => undefined);
    return {
      end: async () => {
        isOn = false;
        await watching;
        if (reads === 0) throw new Error('nothing was read while it was watched');
      },
    };
  }

  /**
   * How the values stand now: those that claim to be exact and are not, those that are DEGRADED, and the others, which are right.
   * To be asked while everything that was sent is in the values, or should be.
   */
  async look(): Promise<Look> {
    const look = { falselyExact: 0, degraded: 0, exact: 0, wrong: 0, told: '' };
    const { project, truth } = this.installation;
    for (const view of project.aggregationViews) {
      const keys = truth.keys(project, view);
      const answer = await this.installation.read(view, keys);
      const wrong = truth.wrong(view, keys, answer);
      const claimed = wrong.filter(({ status }) => status !== 'DEGRADED');
      look.wrong += wrong.length;
      const degraded = keys
        .flatMap((_, row) => answer.columns.map((_column, i) => answer.status(row, i)))
        .filter((status) => status === 'DEGRADED').length;
      look.falselyExact += claimed.length;
      look.degraded += degraded;
      look.exact += keys.length * view.features.length - claimed.length - degraded;
      if (claimed.length > 0) look.told += describeWrong(claimed);
    }
    return look;
  }
}

export interface Look {
  readonly falselyExact: number;
  readonly degraded: number;
  readonly exact: number;
  /** Not what they must be: falsely exact, or DEGRADED without a reason in the events. */
  readonly wrong: number;
  /** The first of the false ones. */
  readonly told: string;
}

const keyOf = ({ partition, offset }: TopicPartitionOffset) => positionOf(partition, offset);
