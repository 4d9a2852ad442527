import { BulkValueWriter } from './bulk-value-writer';
import type { RedisConnection } from './connection';
import { PARTS, partPrefix } from './keys';
import { RedisScript } from './redis-script';

export interface TableWriterOptions {
  readonly viewId: number;
  /** How long a value lives after the event time of its newest row; null: for ever. */
  readonly keepMs: number | null;
  /**
   * A stored value that a tick up to this one is the first to see is replaced, whatever its row: what was taken out of the table,
   * or changed in place, is so mended by a full run. null: only values of rows that are not later are replaced.
   */
  readonly replacesUpToMs: number | null;
}

const WRITE = new RedisScript('write-table-values');
/** The header, and the times of the newest row, which decide what replaces what. */
const MINIMUM_VALUE_BYTES = 40;

/** Writes the values of one table view, in bulk, each to its bucket. Use one writer per chunk; it is spent after `finish`. */
export class TableWriter extends BulkValueWriter {
  constructor(connection: RedisConnection, { viewId, keepMs, replacesUpToMs }: TableWriterOptions) {
    super(connection, {
      script: WRITE,
      prefixOf: (bucket) => partPrefix(bucket, viewId, PARTS.table),
      writeHeader: (argument) => {
        argument.f64(keepMs ?? Number.POSITIVE_INFINITY);
        argument.f64(replacesUpToMs ?? Number.NEGATIVE_INFINITY);
      },
      minimumBytes: MINIMUM_VALUE_BYTES,
    });
  }
}
