import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { ForebayError } from '@forebay/contract';
import type { Logger } from '../logger';
import type { Readiness, ReadinessHandle, ReadinessStatus } from '../readiness';
import { asReadyAnnouncement, type Ports } from '../ready-announcement';
import { cumulative, type MetricSnapshot, mergeMetrics, type ProcessMetrics } from './merge-metrics';
import { asGroupMessage, type ToMember } from './messages';
import { RestartPolicy } from './restart-policy';

/** A process that is too busy to tell its metrics is shown with its last ones. */
const COLLECT_WITHIN_MS = 1_000;

export interface ProcessGroupOptions {
  readonly processes: number;
  readonly logger: Logger;
  /** Gets a component `process N` for each. */
  readonly readiness: Readiness;
  /** Called when a process was started again. */
  readonly onRestart: () => void;
  /** The processes end as soon as they start: the group is of no use. */
  readonly onGiveUp: (error: ForebayError) => void;
}

/** One process of the group, or its successor. */
interface Member {
  readonly process: string;
  readonly readiness: ReadinessHandle;
  worker: Worker | null;
  startedMs: number;
  metrics: MetricSnapshot;
  restart: NodeJS.Timeout | null;
}

/**
 * Several processes of one service behind one port: they run the same program, and connections come to them in turn.
 * One that ends is started again, at once if it had run for a while; ends in a row give up.
 */
export class ProcessGroup {
  readonly #members: Member[] = [];
  readonly #policy = new RestartPolicy();
  readonly #waiting = new Map<number, (member: Member) => void>();
  #gone: MetricSnapshot = [];
  #collections = 0;
  #stopping = false;
  #started = false;
  #startFailed: (error: ForebayError) => void = () => {};

  private constructor(private readonly options: ProcessGroupOptions) {}

  /**
   * Resolves when all have announced that they are ready, to their ports. Throws `unavailable` when one ends before; its
   * own messages say why.
   */
  static async start(options: ProcessGroupOptions): Promise<{ group: ProcessGroup; ports: Ports }> {
    cluster.schedulingPolicy = cluster.SCHED_RR;
    // structured clones: metrics have numbers that JSON has not
    cluster.setupPrimary({ serialization: 'advanced' });
    const group = new ProcessGroup(options);
    try {
      const ports = await group.#startAll();
      return { group, ports };
    } catch (error) {
      await group.stop();
      throw error;
    }
  }

  /** Asks all to stop, and waits until they have; how long they may take is their own matter. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const workers = this.#members.flatMap(({ worker, restart }) => {
      if (restart !== null) clearTimeout(restart);
      return worker === null ? [] : [worker];
    });
    await Promise.all(
      workers.map(
        (worker) =>
          new Promise<void>((resolve) => {
            // one that has just ended says so no more
            if (worker.isDead()) return resolve();
            worker.once('exit', () => resolve());
            send(worker, { forebay: 'stop' });
          }),
      ),
    );
  }

  /** What all have counted, those that are gone included. */
  async metrics(): Promise<readonly ProcessMetrics[]> {
    const asked = this.#members.filter(({ worker }) => worker?.isConnected() === true);
    const number = ++this.#collections;
    const open = new Set(asked);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, COLLECT_WITHIN_MS);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.set(number, (member) => {
        open.delete(member);
        if (open.size === 0) done();
      });
      if (open.size === 0) return done();
      for (const { worker } of asked) if (worker !== null) send(worker, { forebay: 'collect', number });
    });
    this.#waiting.delete(number);
    const here = this.#members.map(({ process, metrics }) => ({ process, metrics }));
    return [...here, { process: 'gone', metrics: this.#gone }];
  }

  async #startAll(): Promise<Ports> {
    const { processes, readiness } = this.options;
    const failed = new Promise<never>((_, reject) => {
      this.#startFailed = reject;
    });
    const ready = Array.from({ length: processes }, (_, i) => {
      const process = String(i + 1);
      const member: Member = {
        process,
        readiness: readiness.component(`process ${process}`),
        worker: null,
        startedMs: 0,
        metrics: [],
        restart: null,
      };
      this.#members.push(member);
      return this.#fork(member);
    });
    const [ports] = await Promise.race([Promise.all(ready), failed]);
    this.#started = true;
    return ports ?? {};
  }

  /** Resolves when it is ready; never, if it ends before. */
  #fork(member: Member): Promise<Ports> {
    const worker = cluster.fork();
    member.worker = worker;
    member.startedMs = performance.now();
    this.options.logger.info(
      { process: member.process, worker: worker.process.pid },
      `process ${member.process} starts`,
    );
    // what it said last may come after it has ended
    const ended = once(worker, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    void Promise.all([ended, once(worker, 'disconnect')]).then(([[code, signal]]) =>
      this.#ended(member, signal ?? `code ${code}`),
    );
    return new Promise((resolve) => {
      worker.on('message', (message) => {
        const announced = asReadyAnnouncement(message);
        if (announced === null) return this.#told(member, message);
        resolve(announced.ports);
        if (this.#stopping) send(worker, { forebay: 'stop' });
      });
    });
  }

  #told(member: Member, message: unknown): void {
    const told = asGroupMessage(message);
    if (told?.forebay === 'readiness') tellReadiness(member.readiness, told.status);
    if (told?.forebay !== 'metrics') return;
    member.metrics = told.metrics;
    this.#waiting.get(told.number)?.(member);
  }

  #ended(member: Member, how: string): void {
    const livedMs = performance.now() - member.startedMs;
    const { process } = member;
    member.worker = null;
    member.readiness.notReady(`it ended (${how})`);
    const gone = cumulative(member.metrics);
    this.#gone = mergeMetrics([
      { process: 'gone', metrics: this.#gone },
      { process: 'gone', metrics: gone },
    ]);
    member.metrics = [];
    if (this.#stopping) return;
    const { logger } = this.options;
    if (!this.#started) {
      const message = `process ${process} ended before it was ready (${how}): its own messages say why`;
      this.#startFailed(new ForebayError('unavailable', message));
      return;
    }
    const decision = this.#policy.ended(livedMs);
    if ('giveUp' in decision) {
      const message = `${decision.giveUp}, the last with ${how}: their own messages say why`;
      this.options.onGiveUp(new ForebayError('unavailable', message));
      return;
    }
    logger.warn(
      { process, how, restartAfterMs: decision.restartAfterMs },
      `process ${process} ended (${how}) and is started again`,
    );
    member.restart = setTimeout(() => {
      member.restart = null;
      this.options.onRestart();
      void this.#fork(member);
    }, decision.restartAfterMs);
  }
}

function tellReadiness(handle: ReadinessHandle, { ready, components }: ReadinessStatus): void {
  if (ready) {
    handle.ready();
    return;
  }
  const missing = components.filter((component) => !component.ready);
  handle.notReady(missing.map(({ name, reason }) => `${name}: ${reason}`).join('; '));
}

/** The channel of a process that is ending may be closed: it needs to be told nothing more. */
function send(worker: Worker, message: ToMember): void {
  if (worker.isConnected()) worker.send(message, () => undefined);
}
