/** A case without anything of note, of which named examples tell what is different in them. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import { DERIVED, FIELDS, METADATA, type World } from '@forebay/testkit';
import type { ParityCase } from '../support/parity-case';

const NOW_MS = Date.UTC(2026, 4, 10, 12);

const source: EventSource = {
  id: 1,
  name: 'events',
  topic: 'events',
  table: 'events',
  fields: FIELDS,
  eventTime: 'time',
  eventId: null,
  knownAt: null,
  allowedLatenessMs: HOUR_MS,
  maxClockSkewMs: 5 * MINUTE_MS,
  dedupeMs: null,
  maxStalenessMs: MINUTE_MS,
  partitions: 2,
  archiveOrder: [],
  metadata: METADATA,
};

const view: AggregationView = {
  id: 7,
  name: 'v',
  version: 1,
  entity: 'who',
  source: source.name,
  keyFields: ['who'],
  filter: null,
  derived: DERIVED,
  features: [],
  batch: { horizonMs: 4 * HOUR_MS, cutHopMs: HOUR_MS, intervalMs: null },
  stream: { retentionMs: 5 * HOUR_MS },
  schedule: null,
  metadata: METADATA,
  fingerprint: '',
};

const world: World = {
  nowMs: NOW_MS,
  runs: [],
  written: 0,
  finished: 0,
  coverageBeginMs: Number.NEGATIVE_INFINITY,
  completeSinceMs: Number.NEGATIVE_INFINITY,
  loadedUntilMs: null,
  storedToMs: NOW_MS,
  progressMs: NOW_MS,
  writerAheadMs: 0,
};

export const PLAIN_CASE: ParityCase = {
  source,
  view,
  world,
  key: 'e0',
  readsMs: [NOW_MS],
  history: [],
  writerSeed: 0,
  rows: { timestampsMs: [NOW_MS + DAY_MS], knownAsOfMs: null },
};

/** Parts of a case that differ from the plain one. */
export type CaseParts = Partial<Omit<ParityCase, 'source' | 'view' | 'world'>> & {
  readonly source?: Partial<EventSource>;
  readonly view?: Partial<AggregationView>;
  readonly world?: Partial<World>;
};

export function exampleCase(parts: CaseParts): ParityCase {
  return {
    ...PLAIN_CASE,
    ...parts,
    source: { ...source, ...parts.source },
    view: { ...view, ...parts.view },
    world: { ...world, ...parts.world },
  };
}
