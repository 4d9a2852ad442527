/** Sends OpenLineage events beside the work that they tell of, which never waits for them and never fails of them. */
import { createHash } from 'node:crypto';
import { LineageDelivery, type LineageDeliveryOptions } from './lineage-delivery';

/** Events that may wait for their receiver, in memory or elsewhere. */
export const MAX_LINEAGE_WAITING = 1_000;

/** One after another, in the order in which they came: a receiver sees START before COMPLETE. What waits is in memory. */
export class LineageSender {
  readonly #waiting: object[] = [];
  readonly #stop = new AbortController();
  readonly #delivery: LineageDelivery;
  #running: Promise<void> | null = null;

  constructor(options: LineageDeliveryOptions) {
    this.#delivery = new LineageDelivery(options);
  }

  /** Never throws, never waits. */
  send(event: object): void {
    if (this.#stop.signal.aborted || this.#waiting.length >= MAX_LINEAGE_WAITING) {
      this.#delivery.lost('dropped', `${MAX_LINEAGE_WAITING} events wait already`);
      return;
    }
    this.#waiting.push(event);
    this.#running ??= this.#drain().finally(() => {
      this.#running = null;
    });
  }

  /** Lets what waits be sent for so long; what is left then is dropped. */
  async close(withinMs: number): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), withinMs);
    await this.#running;
    clearTimeout(timer);
    this.#stop.abort();
  }

  async #drain(): Promise<void> {
    const { signal } = this.#stop;
    for (let event = this.#waiting[0]; event !== undefined; event = this.#waiting[0]) {
      const body = JSON.stringify(event);
      for (let pauseMs = 1; pauseMs > 0 && !signal.aborted; ) {
        pauseMs = await this.#delivery.attempt(body, signal);
        if (pauseMs > 0) await pause(pauseMs, signal);
        else this.#waiting.shift();
      }
      if (signal.aborted) break;
    }
    for (const _ of this.#waiting.splice(0)) this.#delivery.lost('dropped', 'the program ends');
  }
}

/** The same for the same text, as a UUID of version 5 (RFC 9562) is of its name. */
export function lineageRunId(text: string): string {
  const bytes = createHash('sha1').update(`forebay-run:${text}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Resolves after so long, or when the signal says so. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
