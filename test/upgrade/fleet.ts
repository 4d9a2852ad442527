/** An installation of two servers, two members of the stream service and a batch worker, which are replaced one after the other under load. */
import type { LocalStack } from '@forebay/local-stack';
import type { Random } from '@forebay/testkit';
import { status } from '@grpc/grpc-js';
import { begun, finishRuns, queueRuns, startWorker, withHistory } from '../faults/support/batch-work';
import { Scene, type SceneOptions } from '../faults/support/scene';
import type { Installation } from '../support/installation';
import type { Service, ServiceVersion } from '../support/service';
import { featuresRequest, hasAnswered, load, ownClient, ROUND_ROBIN } from '../support/serving-load';
import { waitFor } from '../support/wait-for';

const READERS = 8;
const REQUEST = featuresRequest({
  project: 'faults',
  feature_service: 'all',
  keys: [{ join_key: 'user', strings: ['user-1', 'user-2', 'nobody'] }],
});
/** Of the topics, until a member that was replaced is believed to do its part. */
const RECORDS_BETWEEN = 500;
const ANSWERS_WITHIN_MS = 30_000;
/** Long enough for every client to see it, also on a busy machine. */
const DRAIN_DELAY = '3s';

const addressOf = ({ ports }: Service) => `127.0.0.1:${ports.grpc}`;

/** What clients saw while processes were replaced. */
export interface Seen {
  readonly calls: number;
  /** By status. */
  readonly failures: ReadonlyMap<string, number>;
  /** Where values were watched: for how long, at most, some value was DEGRADED that events alone do not make so, since the beginning. */
  readonly degradedMs?: number;
}

export class Fleet {
  private constructor(
    readonly scene: Scene,
    private servers: readonly [Service, Service],
    private members: readonly [Service, Service],
    private worker: Service,
  ) {}

  /** All of one version; history is loaded, batch values are made and compared by who uses it. */
  static async open(
    stack: LocalStack,
    random: Random,
    version: ServiceVersion,
    scene: Partial<SceneOptions>,
    apply: (installation: Installation) => Promise<void>,
  ): Promise<Fleet> {
    const opened = await Scene.open(stack, random, { content: 'history', partitions: 4, ...scene }, (it) => {
      it.version = draining(version);
      return apply(it);
    });
    try {
      await withHistory(opened);
      const { installation } = opened;
      const [first] = installation.services.filter(({ name }) => name === 'serving') as [Service];
      const [member] = installation.services.filter(({ name }) => name === 'stream') as [Service];
      const fleet = new Fleet(
        opened,
        [first, await installation.start('serving')],
        [member, await opened.start()],
        await startWorker(opened),
      );
      await finishRuns(opened, await queueRuns(opened, 'materialize'));
      return fleet;
    } catch (error) {
      await opened.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.scene.close();
  }

  /** While `act` is under way events come, and clients call both servers in turn. */
  async whileEventsCome(act: () => Promise<void>): Promise<Seen> {
    const seen = await this.#called(() => this.scene.underLoad(act));
    await this.scene.readAll();
    return seen;
  }

  /** While `act` is under way no events come, clients call both servers in turn, and no value may claim to be exact that is not. */
  async whileWatched(act: () => Promise<void>): Promise<Seen> {
    const watch = this.scene.watch();
    const seen = await this.#called(act);
    await watch.end();
    return { ...seen, degradedMs: this.scene.longestDegradedMs };
  }

  async #called(act: () => Promise<void>): Promise<Seen> {
    const client = ownClient(`ipv4:${this.servers.map(addressOf).join(',')}`, ROUND_ROBIN);
    const calls = load([client], READERS, REQUEST);
    try {
      await act();
    } finally {
      await calls.stop();
      client.close();
    }
    const failures = new Map<string, number>();
    for (const code of calls.failures.get(0) ?? []) {
      const name = status[code] as string;
      failures.set(name, (failures.get(name) ?? 0) + 1);
    }
    return { calls: calls.answered, failures };
  }

  /** Each is drained, and its successor has its address. */
  async replaceServers(version: ServiceVersion): Promise<void> {
    for (const i of [0, 1] as const) {
      const ended = this.servers[i];
      await ended.terminate();
      const successor = await this.#start(version, () =>
        this.scene.installation.start('serving', { FOREBAY_SERVING_PORT: String(ended.ports.grpc) }),
      );
      this.servers = i === 0 ? [successor, this.servers[1]] : [this.servers[0], successor];
      await waitFor(() => hasAnswered(successor), {
        deadlineMs: ANSWERS_WITHIN_MS,
        message: `the server of ${version.name} answers`,
      });
    }
  }

  /** Between the two, and after them, records are read. */
  async replaceMembers(version: ServiceVersion): Promise<void> {
    for (const i of [0, 1] as const) {
      await this.members[i].terminate();
      const successor = await this.#start(version, () => this.scene.start());
      this.members = i === 0 ? [successor, this.members[1]] : [this.members[0], successor];
      await this.#readOn();
    }
  }

  /** After those before them were killed. */
  async startMembers(version: ServiceVersion): Promise<void> {
    const start = () => this.#start(version, () => this.scene.start());
    this.members = [await start(), await start()];
  }

  /** While a run of each view is under way, which the successor ends. */
  async replaceWorker(version: ServiceVersion): Promise<void> {
    const { scene } = this;
    const runs = await queueRuns(scene, 'materialize');
    await begun(scene, runs, 1);
    await this.worker.terminate();
    this.worker = await this.#start(version, () => startWorker(scene));
    await finishRuns(scene, runs);
  }

  async #start(version: ServiceVersion, start: () => Promise<Service>): Promise<Service> {
    this.scene.installation.version = draining(version);
    return start();
  }

  async #readOn(): Promise<void> {
    const before = await this.scene.checkpointed();
    await this.scene.reached(before + RECORDS_BETWEEN);
  }
}

const draining = (version: ServiceVersion): ServiceVersion => ({
  ...version,
  environment: { FOREBAY_SERVING_DRAIN_DELAY: DRAIN_DELAY, ...version.environment },
});
