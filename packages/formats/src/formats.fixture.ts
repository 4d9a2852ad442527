/** A source with a field of every type, for tests of formats. */
import { type EventSource, JSON_FORMAT, type RecordFormat } from '@forebay/definitions';

export function sourceWith(
  format: Partial<RecordFormat> = {},
  changes: Partial<EventSource> = {},
): EventSource {
  return {
    id: 1,
    name: 'orders',
    topic: 'orders',
    table: 'orders',
    fields: [
      { name: 'at', type: 'timestamp' },
      { name: 'ok', type: 'bool' },
      { name: 'n', type: 'int32' },
      { name: 'big', type: 'int64' },
      { name: 'x', type: 'double' },
      { name: 's', type: 'string' },
    ],
    format: { ...JSON_FORMAT, ...format },
    eventTime: 'at',
    eventId: null,
    knownAt: null,
    allowedLatenessMs: 0,
    maxClockSkewMs: 300_000,
    dedupeMs: null,
    maxStalenessMs: 60_000,
    partitions: 1,
    archiveOrder: [],
    metadata: { owner: '', description: '', tags: {} },
    ...changes,
  };
}
