import { BulkValueWriter } from './bulk-value-writer';
import type { RedisConnection } from './connection';
import { type BatchPart, PARTS, partPrefix } from './keys';
import { RedisScript } from './redis-script';

/** The header of a batch value holds its cut and run clock, which decide what replaces what. */
const MINIMUM_VALUE_BYTES = 40;

export interface BatchWriterOptions {
  readonly viewId: number;
  /** Default: the batch list. */
  readonly part?: BatchPart;
  /** When the values expire, in ms since the epoch: an hour after the last instant at which they may be read. */
  readonly expiresAtMs: number;
}

const WRITE = new RedisScript('write-batch-values');

/** Writes the batch values of one view, in bulk, each to its bucket. Use one writer per chunk; it is spent after `finish`. */
export class BatchWriter extends BulkValueWriter {
  constructor(connection: RedisConnection, { viewId, part, expiresAtMs }: BatchWriterOptions) {
    super(connection, {
      script: WRITE,
      prefixOf: (bucket) => partPrefix(bucket, viewId, part ?? PARTS.batch),
      writeHeader: (argument) => argument.f64(expiresAtMs),
      minimumBytes: MINIMUM_VALUE_BYTES,
    });
  }
}
