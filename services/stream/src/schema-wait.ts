import { ForebayError } from '@forebay/contract';
import type { Logger } from '@forebay/service-kit';
import type { ChunkReader, RawRecord } from './chunk-reader';
import { growingPause } from './pause';
import type { SourceMetrics } from './source-metrics';

/** A schema registry that is away is waited for so long, then the records are given back: the group must not wait for it. */
const WAIT_MS = 5_000;

export interface SchemaWaitOptions {
  readonly name: string;
  readonly reader: Pick<ChunkReader, 'prepare'>;
  readonly metrics: Pick<SourceMetrics, 'schemaLookupFailed'>;
  readonly logger: Logger;
  readonly clock: () => number;
}

/** Waits until the schemas that records are written with are known. */
export class SchemaWait {
  readonly #options: SchemaWaitOptions;
  /** Since the registry last answered. */
  #failures = 0;

  constructor(options: SchemaWaitOptions) {
    this.#options = options;
  }

  /** False: they are not, and the records have to be read again later. */
  async ready(records: readonly RawRecord[], signal: AbortSignal): Promise<boolean> {
    const { name, reader, metrics, logger, clock } = this.#options;
    const untilMs = clock() + WAIT_MS;
    for (;;) {
      const lookup = reader.prepare(records);
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
