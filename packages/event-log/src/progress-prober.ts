import type { EventLogLogger } from './event-log-logger';
import { ProgressTracker } from './progress-tracker';

/** The end of each partition that there is, and a clock: all that had arrived before it lies before these ends; null: none is known. */
export interface ProbedEnds {
  readonly clockMs: number | null;
  readonly ends: ReadonlyMap<number, number>;
}

export interface ProgressProberOptions {
  /** @param clockMs read before the call */
  readonly probe: (clockMs: number) => Promise<ProbedEnds>;
  /** For the log. */
  readonly topic: string;
  readonly intervalMs: number;
  /** The wall clock; default: this machine's. */
  readonly now?: () => number;
  readonly logger: EventLogLogger;
}

/** Probes the end of a topic at intervals. While the broker does not answer, progress stands still. */
export class ProgressProber {
  private readonly tracker = new ProgressTracker();
  private readonly timer: NodeJS.Timeout;
  private current: Promise<void> | null = null;
  private failing = false;
  private known: readonly number[] = [];

  constructor(private readonly options: ProgressProberOptions) {
    this.timer = setInterval(() => void this.probe(), options.intervalMs);
    this.timer.unref();
  }

  /** Probes now; while a probe is under way it is that one. Never throws. */
  probe(): Promise<void> {
    this.current ??= this.ask().finally(() => {
      this.current = null;
    });
    return this.current;
  }

  /** Those that there were when the end was last known; all that progress says comes from then or before. */
  get partitions(): readonly number[] {
    return this.known;
  }

  /** See ProgressTracker. */
  observe(partition: number, appliedNextOffset: number): number | null {
    return this.tracker.observe(partition, appliedNextOffset);
  }

  forget(partition: number): void {
    this.tracker.forget(partition);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.current;
  }

  private async ask(): Promise<void> {
    const { probe, topic, logger } = this.options;
    try {
      const { clockMs, ends } = await probe((this.options.now ?? Date.now)());
      this.known = [...ends.keys()];
      if (clockMs !== null) this.tracker.probed(clockMs, ends);
      if (this.failing) logger.info({ topic }, `the end of topic "${topic}" is known again`);
      this.failing = false;
    } catch (error) {
      if (!this.failing)
        logger.warn({ topic, err: error }, `the end of topic "${topic}" is not known: progress stands still`);
      this.failing = true;
    }
  }
}
