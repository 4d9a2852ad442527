import { ForebayError } from '@forebay/contract';
import type { Logger } from '@forebay/service-kit';
import type { EventArchive } from './archiver';
import type { EventReader, RawRecord } from './chunk-reader';
import { growingPause } from './pause';
import type { SourceMetrics } from './source-metrics';
import type { TopicControl } from './topic-control';

/** A full archiver, or a schema registry that is away, is waited for so long; then records are given back, as the group must not wait for either. */
const WAIT_MS = 5_000;

export interface ReadinessOptions {
  readonly name: string;
  readonly reader: Pick<EventReader, 'prepare'>;
  readonly archiver: Pick<EventArchive, 'room'>;
  readonly topic: Pick<TopicControl<never>, 'pause' | 'resume'>;
  readonly metrics: Pick<SourceMetrics, 'schemaLookupFailed'>;
  readonly logger: Logger;
  readonly clock: () => number;
}

/** Whether records can be applied: the archiver has room for them, and the schemas that they are written with are known. */
export class Readiness {
  readonly #options: ReadinessOptions;
  /** Partitions of which nothing is fetched until there is room again. */
  readonly #paused = new Set<number>();
  /** Look-ups since the registry last answered. */
  #failures = 0;

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  /** Waits a while for both; false: the records have to be read again later, and the partition is paused. */
  async of(partition: number, records: readonly RawRecord[], signal: AbortSignal): Promise<boolean> {
    const { archiver, topic } = this.#options;
    const isReady =
      (await archiver.room(WAIT_MS, signal)) && (await this.#schemasOf(partition, records, signal));
    if (!isReady) {
      this.#paused.add(partition);
      topic.pause(partition);
    }
    return isReady;
  }

  /** Call it often: what was paused goes on when the archiver has room. */
  async lookAgain(signal: AbortSignal): Promise<void> {
    const { archiver, topic } = this.#options;
    if (this.#paused.size === 0 || !(await archiver.room(0, signal))) return;
    for (const partition of this.#paused) topic.resume(partition);
    this.#paused.clear();
  }

  async #schemasOf(partition: number, records: readonly RawRecord[], signal: AbortSignal): Promise<boolean> {
    const { name, reader, metrics, logger, clock } = this.#options;
    const untilMs = clock() + WAIT_MS;
    for (;;) {
      const lookup = reader.prepare(records, partition);
      if (lookup === null) return true;
      try {
        await lookup;
        this.#failures = 0;
        return !signal.aborted;
      } catch (thrown) {
        const error = ForebayError.from(thrown);
        metrics.schemaLookupFailed();
        logger.error(
          { reason: error.reason },
          `source "${name}": reading stands, as schemas cannot be looked up: ${error.message}`,
        );
      }
      await growingPause(++this.#failures, signal);
      if (signal.aborted || clock() >= untilMs) return false;
    }
  }
}
