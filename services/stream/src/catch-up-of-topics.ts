/** Catch-ups of views of a source with topics of its own. */
import { asRead } from '@forebay/definitions';
import { archivedOrigins, archivedUpTo } from '@forebay/offline-store';
import type { CatchUpRuntime } from './catch-up-reader';
import { CatchUpChunkReader } from './catch-up-records';
import type { CatchUpReading, CaughtUpSource } from './catch-up-source';
import { archivedEnrichment } from './enrichment/event-enrichment';
import { ErasedEvents } from './erased-events';
import { OriginFences } from './rekeying/origin-fences';
import { RekeyedReader } from './rekeying/rekeyed-reader';
import { ReplayGate } from './replays';
import type { SourceTopics } from './source-topics';
import { archiveEnd } from './start-point';
import type { StartPoint } from './start-points';

/** Fences carry no epoch of their own: see `docs/CODEC.md`. */
const FENCE_EPOCH = 0;

export function catchUpOfTopics(runtime: CatchUpRuntime, topics: SourceTopics): CaughtUpSource {
  return { topics, group: `${runtime.group}.${topics.names[0]}`, open: () => openReading(runtime, topics) };
}

function openReading(runtime: CatchUpRuntime, topics: SourceTopics): CatchUpReading {
  const { source, offline, clock, schemas } = runtime;
  const chunks = new CatchUpChunkReader(asRead(source), schemas);
  const common = {
    erased: new ErasedEvents({ store: offline, source, ways: runtime.entityKeys?.get(source.id) ?? [] }),
    replays: new ReplayGate({ store: offline, source, clock, onDecided: () => {} }),
    enrichment: archivedEnrichment(runtime),
    // a partition's events are its own: one query for all of them
    archiveStep: Number.POSITIVE_INFINITY,
  };
  if (source.rekey === undefined) return { ...common, reader: chunks, begin: async (starts) => starts };
  const fences = new OriginFences();
  return {
    ...common,
    reader: new RekeyedReader(chunks, fences),
    begin: (starts) => behindArchive(runtime, topics, starts, fences),
  };
}

/** Which copies of records were read is told by the archive: reading goes on from where it ends, if it is behind. */
async function behindArchive(
  { source, offline }: CatchUpRuntime,
  topics: SourceTopics,
  starts: readonly StartPoint[],
  fences: OriginFences,
): Promise<readonly StartPoint[]> {
  const archived = new Map(
    (await archivedUpTo(offline, source, FENCE_EPOCH)).map((entry) => [entry.partition, entry]),
  );
  const bounds = await topics.watermarks();
  const begins: StartPoint[] = [];
  for (const start of starts) {
    const { partition } = start;
    const low = bounds.get(partition)?.low ?? 0;
    const offset = Math.min(start.offset, archiveEnd(archived.get(partition), low) ?? low);
    fences.begin(partition, await archivedOrigins(offline, source, { partition, offset }));
    begins.push({ ...start, offset });
  }
  return begins;
}
