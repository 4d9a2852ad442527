import { ForebayError } from '@forebay/contract';
import type { Logger } from '@forebay/service-kit';
import type { EventArchive } from './archiver';
import type { EventReader, RawRecord } from './chunk-reader';
import { growingPause } from './pause';
import type { SourceMetrics } from './source-metrics';

/** A full archiver, or a schema registry that is away, is waited for so long; then records are given back, as the group must not wait for either. */
const WAIT_MS = 5_000;

export interface ReadinessOptions {
  readonly name: string;
  readonly reader: Pick<EventReader, 'prepare'>;
  readonly archiver: Pick<EventArchive, 'room'>;
  readonly metrics: Pick<SourceMetrics, 'schemaLookupFailed'>;
  readonly logger: Logger;
  readonly clock: () => number;
}

/** Whether records can be applied: the archiver has room for them, and the schemas that they are written with are known. */
export class Readiness {
  readonly #options: ReadinessOptions;
  /** Look-ups since the registry last answered. */
  #failures = 0;

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  /** Waits a while for both; false: the records have to be read again later. */
  async of(partition: number, records: readonly RawRecord[], signal: AbortSignal): Promise<boolean> {
    return (
      (await this.#options.archiver.room(WAIT_MS, signal)) && this.#schemasOf(partition, records, signal)
    );
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
