/** Brings OpenLineage events to their receiver, one try at a time. Of a loss it says the first; each is counted. */

/** How long a receiver is waited for: away it is for as long as it takes, an event that it fails at is given up. */
export interface LineagePatience {
  readonly tryTimeoutMs: number;
  /** Tries of one event that the receiver answers with a failure of its own (500 and the like). */
  readonly maxTries: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const LINEAGE_PATIENCE: LineagePatience = {
  tryTimeoutMs: 5_000,
  maxTries: 8,
  firstPauseMs: 100,
  longestPauseMs: 10_000,
};

/** Said of a receiver that is away only when it has been for so many tries: a restart is nothing to speak of. */
const QUIET_TRIES = 4;
/** What gateways answer while there is nothing behind them, and what asks for patience: nothing about the event. */
const AWAY: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** How it went: taken, refused (4xx: sending it again helps nobody), or dropped (there was no room, or the receiver failed at it). */
export type LineageOutcome = 'sent' | 'refused' | 'dropped';

export interface LineageDeliveryOptions {
  readonly url: string;
  readonly token?: string | undefined;
  readonly onOutcome: (outcome: LineageOutcome) => void;
  /** Told of the first event that is lost, and why, until one is taken again; without the token. */
  readonly onWarning: (message: string) => void;
  readonly patience?: LineagePatience;
}

/** One event on its way. */
export class LineageDelivery {
  readonly #patience: LineagePatience;
  readonly #options: LineageDeliveryOptions;
  #failures = 0;
  #tries = 0;
  #isLossTold = false;
  #isAwayTold = false;

  constructor(options: LineageDeliveryOptions) {
    this.#options = options;
    this.#patience = options.patience ?? LINEAGE_PATIENCE;
  }

  /** Tries once. 0: the event is done with, one way or another; else so many ms should pass before the next try. */
  async attempt(body: string, signal: AbortSignal): Promise<number> {
    const answer = await this.#post(body, signal);
    if (answer === 'sent') {
      this.#begin();
      this.#isLossTold = false;
      this.#isAwayTold = false;
      this.#options.onOutcome('sent');
      return 0;
    }
    if (signal.aborted) return this.#patience.firstPauseMs;
    const { why, kind } = answer;
    if (kind === 'failed') this.#failures++;
    const isGivenUp = this.#failures >= this.#patience.maxTries;
    if (kind === 'refused' || isGivenUp) {
      this.#begin();
      this.lost(kind === 'refused' ? 'refused' : 'dropped', why);
      return 0;
    }
    const { firstPauseMs, longestPauseMs } = this.#patience;
    if (kind === 'away' && this.#tries >= QUIET_TRIES) this.#tellAway(why);
    return Math.min(longestPauseMs, firstPauseMs * 2 ** this.#tries++);
  }

  /** Counts an event that nobody will have, and says so if it is the first. */
  lost(outcome: 'refused' | 'dropped', why: string): void {
    this.#options.onOutcome(outcome);
    if (this.#isLossTold) return;
    this.#isLossTold = true;
    this.#options.onWarning(
      `a lineage event was ${outcome}: ${why} (FOREBAY_LINEAGE_URL); others are only counted, until one is taken`,
    );
  }

  #begin(): void {
    this.#failures = 0;
    this.#tries = 0;
  }

  #tellAway(why: string): void {
    if (this.#isAwayTold) return;
    this.#isAwayTold = true;
    this.#options.onWarning(
      `the receiver of lineage is away: ${why} (FOREBAY_LINEAGE_URL); events wait for it`,
    );
  }

  async #post(
    body: string,
    signal: AbortSignal,
  ): Promise<'sent' | { readonly why: string; readonly kind: 'refused' | 'failed' | 'away' }> {
    const { url, token } = this.#options;
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authorization },
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#patience.tryTimeoutMs)]),
      });
      await response.arrayBuffer();
      if (response.ok) return 'sent';
      const kind = AWAY.has(response.status) ? 'away' : response.status < 500 ? 'refused' : 'failed';
      return { why: `HTTP ${response.status}`, kind };
    } catch (thrown) {
      return { why: reasonOf(thrown as Error), kind: 'away' };
    }
  }
}

/** `fetch failed` says nothing: its cause does. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
