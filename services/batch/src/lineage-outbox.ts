/** OpenLineage events on their way to the receiver: they wait in the queues' Redis, and whichever batch service lives sends them. */
import type { JobOutbox } from '@forebay/jobs';
import {
  LineageDelivery,
  type LineageDeliveryOptions,
  MAX_LINEAGE_WAITING,
  pause,
} from '@forebay/service-kit';

/** A process that dies while it sends is replaced after so long. */
const LEASE_MS = 5_000;
/** How often a process looks whether there is something to send, and asks to go on with it. */
const LOOK_EVERY_MS = 1_000;

/** In order, over all processes; at least once. */
export class LineageOutbox {
  readonly #store: JobOutbox;
  readonly #delivery: LineageDelivery;
  readonly #stop = new AbortController();
  /** Ended when there is something to send, to look at once. */
  #idle = new AbortController();
  #isClosing = false;
  readonly #running: Promise<void>;

  constructor(store: JobOutbox, options: LineageDeliveryOptions) {
    this.#store = store;
    this.#delivery = new LineageDelivery(options);
    this.#running = this.#run();
  }

  /** Resolves when the event is kept, or counted as lost; never rejects. */
  async send(event: object): Promise<void> {
    try {
      if (await this.#store.append(JSON.stringify(event), MAX_LINEAGE_WAITING)) this.#idle.abort();
      else this.#delivery.lost('dropped', `${MAX_LINEAGE_WAITING} events wait already`);
    } catch (thrown) {
      this.#delivery.lost('dropped', (thrown as Error).message);
    }
  }

  /** Lets what waits be sent for so long; what is left then, the next process sends. */
  async close(withinMs: number): Promise<void> {
    this.#isClosing = true;
    this.#idle.abort();
    const timer = setTimeout(() => this.#stop.abort(), withinMs);
    await this.#running;
    clearTimeout(timer);
    await this.#store.leave().catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#idle = new AbortController();
      const text = await this.#store.first(LEASE_MS).catch(() => null);
      if (text) await this.#deliver(text, signal);
      else if (this.#isClosing) return;
      else await pause(LOOK_EVERY_MS, this.#idle.signal);
    }
  }

  /** One try, and the pause that it asks for; all the while this process leads. */
  async #deliver(text: string, signal: AbortSignal): Promise<void> {
    const leading = setInterval(() => {
      this.#store.first(LEASE_MS).catch(() => undefined);
    }, LOOK_EVERY_MS);
    try {
      const pauseMs = await this.#delivery.attempt(text, signal);
      if (pauseMs > 0) await pause(pauseMs, signal);
      else await this.#store.remove(text).catch(() => undefined);
    } finally {
      clearInterval(leading);
    }
  }
}
