import { ForebayError } from '@forebay/contract';
import type { Logger } from '@forebay/service-kit';
import type { EventArchive } from './archiver';
import type { EventReader, RawRecord } from './chunk-reader';
import type { EventEnrichment } from './enrichment/event-enrichment';
import { growingPause } from './pause';
import type { SourceMetrics } from './source-metrics';
import type { TopicControl } from './topic-control';

/** A full archiver, a schema registry that is away, a view that does not answer are waited for so long; then records are given back, as the group must not wait for any. */
const WAIT_MS = 5_000;
/** A store that has not taken records for so long keeps the others waiting no longer: they are given back, and read again when it has. */
export const STORE_WAIT_MS = 3_000;

export interface ReadinessOptions {
  readonly name: string;
  readonly reader: Pick<EventReader, 'prepare'>;
  readonly archiver: Pick<EventArchive, 'room'>;
  readonly enrichment: Pick<EventEnrichment, 'viewsAnswer'> | null;
  readonly topic: Pick<TopicControl<never>, 'pause' | 'resume'>;
  readonly metrics: Pick<SourceMetrics, 'schemaLookupFailed'>;
  readonly logger: Logger;
  readonly clock: () => number;
}

/**
 * Whether records can be applied: the store keeps up, the archiver has room for them, the schemas that they are written with are
 * known, and what they are looked up in answers. What can't be applied is given back: the partition is paused, so nothing more of it is fetched, and the group is not kept
 * waiting, which hears of us meanwhile.
 */
export class Readiness {
  readonly #options: ReadinessOptions;
  /** Work for the store that took too long, and has not ended. */
  #overdue = 0;
  /** Partitions of which nothing is fetched until there is room again. */
  readonly #paused = new Set<number>();
  /** Look-ups since the registry last answered. */
  #failures = 0;

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  /**
   * Waits a while for the archiver, the schemas and the views that are looked up; false: the records have to be read again later, and the partition is paused.
   * @param isPatient whether the records may wait for the store, however long that takes
   */
  async of(
    partition: number,
    records: readonly RawRecord[],
    signal: AbortSignal,
    isPatient = false,
  ): Promise<boolean> {
    const { archiver, enrichment } = this.#options;
    const isReady =
      (isPatient || this.#overdue === 0) &&
      (await archiver.room(WAIT_MS, signal)) &&
      (await this.#schemasOf(partition, records, signal)) &&
      (enrichment === null || (await enrichment.viewsAnswer(WAIT_MS, signal)));
    if (!isReady) this.#pause(partition);
    return isReady;
  }

  /** Waits a while for work on records of a partition; false: it goes on, later than they can be waited for, and the partition is paused. */
  async inTime(partition: number, work: Promise<void>): Promise<boolean> {
    const { name, logger } = this.#options;
    // a bare timer: this is done for every fetch, and an aborted signal makes an error with its stack
    let timer: NodeJS.Timeout | undefined;
    const given = new Promise<false>((resolve) => {
      timer = setTimeout(resolve, STORE_WAIT_MS, false);
    });
    const isDone = await Promise.race([work.then(() => true), given]).finally(() => clearTimeout(timer));
    if (isDone) return true;
    this.#pause(partition);
    if (this.#overdue++ === 0)
      logger.warn(`source "${name}": reading stands, as redis does not take what was read`);
    const ended = () => {
      if (--this.#overdue === 0) logger.info(`source "${name}": redis keeps up again, reading goes on`);
    };
    work.then(ended, ended);
    return false;
  }

  /** Call it often: what was paused goes on when the store keeps up, and the archiver has room. */
  async lookAgain(signal: AbortSignal): Promise<void> {
    const { archiver, topic } = this.#options;
    if (this.#paused.size === 0 || this.#overdue > 0 || !(await archiver.room(0, signal))) return;
    for (const partition of this.#paused) topic.resume(partition);
    this.#paused.clear();
  }

  #pause(partition: number): void {
    this.#paused.add(partition);
    this.#options.topic.pause(partition);
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
