import { MIN_PAIR_DEDUPE_MS } from './limits';
import type { EventSource, Field } from './model';
import type { Pairing } from './paired-model';
import { JOINED_EVENT_ID, JOINED_EVENT_TIME } from './pairing-declarations';
import { JSON_FORMAT } from './record-format';

/**
 * A joined or sequence source as an event source, whose events are the pairs: what views are compiled against.
 *
 * An event of it may come as late as one of its parts, and ids of pairs are held for at least that long: re-reading finds pairs again,
 * and each counts once.
 */
export function pairedSource(pairing: Pairing): EventSource {
  const { definition } = pairing;
  const inputs = pairing.kind === 'join' ? [pairing.left, pairing.right] : [pairing.source];
  const longest = (of: (source: EventSource) => number) => Math.max(...inputs.map(of));
  const allowedLatenessMs = longest((source) => source.allowedLatenessMs);
  const dedupeMs = Math.max(
    MIN_PAIR_DEDUPE_MS,
    allowedLatenessMs,
    longest((source) => source.dedupeMs ?? 0),
  );
  return {
    id: definition.id,
    name: definition.name,
    topic: '',
    table: '',
    ...columnsOf(pairing),
    format: JSON_FORMAT,
    knownAt: null,
    allowedLatenessMs,
    maxClockSkewMs: longest((source) => source.maxClockSkewMs),
    dedupeMs,
    maxStalenessMs: longest((source) => source.maxStalenessMs),
    partitions: longest((source) => source.partitions),
    archiveOrder: [],
    metadata: definition.metadata,
    pairing,
  };
}

function columnsOf(pairing: Pairing): Pick<EventSource, 'fields' | 'eventTime' | 'eventId'> {
  if (pairing.kind === 'sequence') {
    const { fields, eventTime, eventId } = pairing.source;
    return { fields, eventTime, eventId };
  }
  const fields: Field[] = [
    ...pairing.definition.fields.map(({ name, type }) => ({ name, type })),
    { name: JOINED_EVENT_TIME, type: 'timestamp' },
    { name: JOINED_EVENT_ID, type: 'string' },
  ];
  return { fields, eventTime: JOINED_EVENT_TIME, eventId: JOINED_EVENT_ID };
}
