/** How the reading of a source has the fields of its events filled, and archived before they are used. */
import type { EventSource } from '@forebay/definitions';
import type { EventArchive } from '../archiver';
import type { EventChunk } from '../event-chunk';
import { faultPoint } from '../fault-points';
import type { SourceMetrics } from '../source-metrics';
import type { RuntimeOptions } from '../source-runtime-options';
import { Enricher, type EnricherOptions } from './enricher';
import type { LookUps } from './look-ups';
import { awaitedViews, LookedUpViews } from './looked-up-views';

/** Flushes of an enriched source each make a part of its archive: no more than a handful in a second. */
export const ENRICHED_FLUSH_MS = 200;
/** A flush waits so long for the archive; then reading begins again from the checkpoint. */
const ARCHIVE_WAIT_MS = 10_000;

/** Of a source with fields that are looked up: they are archived before values that were made with them are stored. */
export interface EventEnrichment {
  /**
   * Called before partitions are read (again), after their checkpoints: what was archived before those were written is seen. The
   * rows of what is read then have this claim.
   */
  begin(): Promise<number>;
  /** Waits a while for the views that are looked up to answer; false: look again later. Those that do not come at all are not waited for. */
  viewsAnswer(waitMs: number, signal: AbortSignal): Promise<boolean>;
  /** Fills the fields of a chunk's events. */
  enrich(chunk: EventChunk): Promise<void>;
  /** Resolves when all that was filled in is archived. */
  archive(): Promise<void>;
}

interface EnrichedReading extends Pick<EnricherOptions, 'redis' | 'offline' | 'clock'> {
  readonly source: EventSource;
  readonly lookUps?: LookUps;
}

/**
 * For a reading beside the common one, which archives what it looks up before it uses it: fields come from the archive alone.
 * null: the source is not enriched.
 */
export function archivedEnrichment({
  source,
  lookUps,
  redis,
  offline,
  clock,
}: EnrichedReading): EventEnrichment | null {
  if (lookUps === undefined || source.enrichments === undefined) return null;
  const enricher = new Enricher({
    source,
    project: lookUps.project,
    redis,
    offline,
    clock,
    onlyArchived: true,
  });
  return {
    begin: () => enricher.begin(),
    viewsAnswer: async () => true,
    enrich: (chunk) => enricher.enrich(chunk),
    archive: async () => {},
  };
}

/** null: the source is not enriched. */
export function eventEnrichment(
  { source, lookUps, redis, offline, clock, logger }: EnrichedReading & Pick<RuntimeOptions, 'logger'>,
  archiver: Pick<EventArchive, 'settle'>,
  metrics: Pick<SourceMetrics, 'lookedUp'>,
): EventEnrichment | null {
  if (lookUps === undefined || source.enrichments === undefined) return null;
  const enricher = new Enricher({
    source,
    project: lookUps.project,
    redis,
    offline,
    clock,
    onLookedUp: (field, counts, archived) => metrics.lookedUp(field, counts, archived),
  });
  const views = new LookedUpViews({
    name: source.name,
    views: awaitedViews(lookUps.project, source, redis, clock),
    clock,
    logger,
  });
  return {
    begin: () => {
      views.begin();
      return enricher.begin();
    },
    viewsAnswer: (waitMs, signal) => views.settled(waitMs, signal),
    enrich: (chunk) => enricher.enrich(chunk),
    archive: async () => {
      await archiver.settle(ARCHIVE_WAIT_MS);
      enricher.settle();
      faultPoint('fields-archived');
    },
  };
}
