/** Sends OpenLineage events beside the work that they tell of, which never waits for them and never fails of them. */
import { createHash } from 'node:crypto';

const MAX_WAITING = 1_000;
const TRY_TIMEOUT_MS = 5_000;
const MAX_TRIES = 8;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** How it went: taken, refused (4xx: sending it again helps nobody), or dropped (there was no room, or nobody answered). */
export type LineageOutcome = 'sent' | 'refused' | 'dropped';

export interface LineageSenderOptions {
  readonly url: string;
  readonly token?: string | undefined;
  readonly onOutcome: (outcome: LineageOutcome) => void;
  /** Told of each event that is lost, and why; without the token. */
  readonly onWarning: (message: string) => void;
}

/** One after another, in the order in which they came: a receiver sees START before COMPLETE. */
export class LineageSender {
  readonly #waiting: object[] = [];
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;

  constructor(private readonly options: LineageSenderOptions) {}

  /** Never throws, never waits. */
  send(event: object): void {
    if (this.#stop.signal.aborted || this.#waiting.length >= MAX_WAITING) {
      this.#lost('dropped', `${MAX_WAITING} events wait already`);
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
    for (let event = this.#waiting[0]; event !== undefined; event = this.#waiting[0]) {
      await this.#deliver(JSON.stringify(event));
      this.#waiting.shift();
    }
  }

  async #deliver(body: string): Promise<void> {
    let why = 'the program ends';
    for (let tries = 0; tries < MAX_TRIES && !this.#stop.signal.aborted; tries++) {
      const answer = await this.#post(body);
      if (answer === 'sent') {
        this.options.onOutcome('sent');
        return;
      }
      why = answer.why;
      if (answer.isFinal) {
        this.#lost('refused', why);
        return;
      }
      await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries), this.#stop.signal);
    }
    this.#lost('dropped', why);
  }

  async #post(body: string): Promise<'sent' | { readonly why: string; readonly isFinal: boolean }> {
    const { url, token } = this.options;
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization },
        body,
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TRY_TIMEOUT_MS)]),
      });
      await response.arrayBuffer();
      if (response.ok) return 'sent';
      const isFinal = response.status < 500 && response.status !== 429 && response.status !== 408;
      return { why: `HTTP ${response.status}`, isFinal };
    } catch (thrown) {
      return { why: (thrown as Error).message, isFinal: false };
    }
  }

  #lost(outcome: LineageOutcome, why: string): void {
    this.options.onOutcome(outcome);
    this.options.onWarning(`a lineage event was ${outcome}: ${why} (FOREBAY_LINEAGE_URL)`);
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

function pause(ms: number, signal: AbortSignal): Promise<void> {
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
