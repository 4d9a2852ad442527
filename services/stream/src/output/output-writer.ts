/**
 * Has the changed entities of a view written to its output topic, after their values are stored. Rounds follow each other, so an
 * entity's records are in the order of their instants, and one that changes often is written once in a round.
 */
import { ForebayError } from '@forebay/contract';
import type { OutputPosition } from '@forebay/online-store';
import type { Logger } from '@forebay/service-kit';
import { faultPoint } from '../fault-points';
import { growingPause, pause } from '../pause';
import { ChangedEntities } from './changed-entities';
import type { EntityAnswers } from './entity-answers';
import type { EntityRecords } from './entity-records';
import type { OutputMetrics } from './output-metrics';
import { OwedEntities } from './owed-entities';

/** The position alone is moved so often, when nothing has changed. */
const IDLE_POSITION_MS = 1_000;
/** Where an interval is waited for, somebody in a hurry is noticed within so long. */
const LOOK_EVERY_MS = 50;
/** How often it is asked whether values are exact again that were written as DEGRADED. */
const ASK_AGAIN_MS = 500;

export interface OutputWriterOptions {
  /** For messages: what is written where. */
  readonly label: string;
  readonly everyMs: number | null;
  readonly records: Pick<EntityRecords, 'write'>;
  readonly answers: Pick<EntityAnswers, 'tell'>;
  /** Creates the topic if it is gone. */
  readonly ensureTopic: () => Promise<void>;
  readonly position: Pick<OutputPosition, 'advance'>;
  /** Of the source. */
  readonly partitions: () => number;
  readonly metrics: Pick<OutputMetrics, 'delay' | 'failed'>;
  readonly logger: Logger;
  readonly clock: () => number;
}

export class OutputWriter {
  readonly changed = new ChangedEntities();
  readonly #options: OutputWriterOptions;
  readonly #stopping = new AbortController();
  readonly #owed = new OwedEntities();
  #owedTimer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  /** Nothing waits any longer than it must: reading goes on after this, or ends. */
  #hurries = false;
  #failures = 0;
  /** When the last round was written. */
  #roundMs = Number.NEGATIVE_INFINITY;
  /** Since when something waits. */
  #waitingSinceMs = Number.POSITIVE_INFINITY;
  #positionMs = Number.NEGATIVE_INFINITY;

  constructor(options: OutputWriterOptions) {
    this.#options = options;
  }

  /** How many are not in the topic as they should be. */
  get waiting(): number {
    return this.changed.size + this.#owed.size;
  }

  /** What was noted is stored; see `ChangedEntities`. */
  stored(to: ReadonlyMap<number, number> | null): void {
    this.changed.stored(to);
    const nowMs = this.#options.clock();
    if (this.changed.areWaiting) this.#waitingSinceMs = Math.min(this.#waitingSinceMs, nowMs);
    if (this.changed.areWaiting || nowMs - this.#positionMs >= IDLE_POSITION_MS) this.#run();
  }

  /** Whether nothing waits, or nothing does after at most `waitMs`. */
  async settle(waitMs: number): Promise<boolean> {
    this.#hurries = true;
    const waiting = new AbortController();
    const given = pause(waitMs, waiting.signal);
    const isOver = () => waiting.signal.aborted || this.#stopping.signal.aborted;
    const settled = (async () => {
      while ((this.changed.areWaiting || this.#running !== null) && !isOver()) await this.#run();
    })();
    await Promise.race([given, settled]).finally(() => waiting.abort());
    this.#hurries = false;
    return !this.changed.areWaiting && this.#running === null;
  }

  /** Ends the waiting; what is not written is by whoever reads on, from the position. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#owedTimer !== null) clearTimeout(this.#owedTimer);
    await this.#running;
  }

  #run(): Promise<void> {
    this.#running ??= this.#rounds().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #rounds(): Promise<void> {
    const { signal } = this.#stopping;
    do {
      await this.#untilDue();
      if (signal.aborted) return;
      await this.#round();
    } while (this.changed.areWaiting && !signal.aborted);
    if (this.#owed.size > 0 && !signal.aborted)
      this.#owedTimer ??= setTimeout(() => void this.#askAgain(), ASK_AGAIN_MS);
  }

  async #round(): Promise<void> {
    const { records, position, partitions, metrics, clock } = this.#options;
    const batch = this.changed.take();
    const sinceMs = this.#waitingSinceMs;
    this.#waitingSinceMs = Number.POSITIVE_INFINITY;
    try {
      await records.write([...batch.keys], (key, degraded) => this.#owed.written(key, degraded));
      this.#roundMs = clock();
      if (this.#owed.holdsPosition) this.changed.putBack({ keys: new Set(), to: batch.to });
      else await position.advance(batch.to, partitions());
      faultPoint('output-position-stored');
      this.#positionMs = clock();
      this.#failures = 0;
      if (batch.keys.size > 0) metrics.delay((clock() - sinceMs) / 1_000);
    } catch (thrown) {
      this.changed.putBack(batch);
      this.#waitingSinceMs = Math.min(sinceMs, this.#waitingSinceMs);
      await this.#recover(ForebayError.from(thrown));
    }
  }

  async #recover(error: ForebayError): Promise<void> {
    const { label, metrics, logger, ensureTopic } = this.#options;
    const { signal } = this.#stopping;
    metrics.failed(error.reason);
    logger.warn(
      { reason: error.reason, waiting: this.waiting },
      `${label}: changed entities cannot be written; trying again: ${error.message}`,
    );
    await growingPause(++this.#failures, signal);
    // what keeps it from being made is said when it is written to again
    if (error.reason === 'not_found' && !signal.aborted) await ensureTopic().catch(() => undefined);
  }

  /** Those of which what made values DEGRADED has passed are written again. */
  async #askAgain(): Promise<void> {
    this.#owedTimer = null;
    const { first } = this.#owed;
    if (first === null || this.#stopping.signal.aborted) return;
    try {
      await this.#options.answers.tell([first], ({ values }) => {
        this.changed.putBack({ keys: this.#owed.release(values.reason), to: new Map() });
      });
    } catch {
      // the store is away: values are no better
    }
    await this.#run();
  }

  /** An entity is written once in the interval, where one is declared. */
  async #untilDue(): Promise<void> {
    const { everyMs, clock } = this.#options;
    if (everyMs === null) return;
    while (!this.#hurries && !this.#stopping.signal.aborted) {
      // a clock that was set back makes nobody wait for longer
      const leftMs = Math.min(everyMs, this.#roundMs + everyMs - clock());
      if (leftMs <= 0) return;
      await pause(Math.min(leftMs, LOOK_EVERY_MS), this.#stopping.signal);
    }
  }
}
