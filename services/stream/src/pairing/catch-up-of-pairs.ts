/** Catch-ups of views of a joined or sequence source: its inputs are read again, from their archives and topics, by a maker of pairs of its own. */
import { ForebayError } from '@forebay/contract';
import type { InputPartitions } from '@forebay/definitions';
import { archivedUpTo, arrivedFrom, firstOffsetsArrived } from '@forebay/offline-store';
import { oldestProgress } from '@forebay/online-store';
import { heldFrom } from '../catch-up-plan';
import type { CatchUpRuntime } from '../catch-up-reader';
import { CatchUpChunkReader } from '../catch-up-records';
import type { CatchUpReading, CaughtUpSource } from '../catch-up-source';
import { NOTHING_ERASED } from '../erased-events';
import { archiveEnd } from '../start-point';
import type { StartPoint } from '../start-points';
import { erasedOfInput } from './erased-of-input';
import type { InputTopics } from './input-topics';
import { ARCHIVED_PAIR_STEP, BEHIND_PROGRESS_MS } from './pair-limits';
import { PairReader } from './pair-reader';

/** Of archives, which need none: offsets carry the epoch of their topic. */
const EPOCH = 0;
export interface PairCatchUpTerms {
  readonly runtime: CatchUpRuntime;
  readonly inputs: InputPartitions;
  readonly topics: InputTopics;
  /** Of all inputs together. */
  readonly partitions: number;
}

export function catchUpOfPairs(terms: PairCatchUpTerms): CaughtUpSource {
  const { runtime, topics } = terms;
  return {
    topics,
    group: `${runtime.group}.pairs.${runtime.source.id}`,
    open: (assigned) => openReading(terms, assigned),
    joinsBefore: (offsets) => joinsBefore(terms, offsets),
  };
}

function openReading(
  { runtime, inputs, topics, partitions }: PairCatchUpTerms,
  assigned: () => readonly number[],
): CatchUpReading {
  const { source, schemas, maxPairBytes } = runtime;
  const reader = new PairReader({
    source,
    inputs,
    readerOf: (input) => new CatchUpChunkReader(input, schemas),
    erasedOf: (input) => erasedOfInput(runtime, input),
    // of a backlog, the times of arrival tell what is not needed any more
    heldFromMs: () => Number.NEGATIVE_INFINITY,
    readsAll: () => assigned().length === partitions,
    maxBytes: maxPairBytes,
  });
  return {
    reader,
    // a dead letter that comes again makes pairs by its id
    replays: { admit: async (_origins, read) => read },
    erased: { ...NOTHING_ERASED, refresh: () => reader.refreshErased() },
    enrichment: null,
    archiveStep: ARCHIVED_PAIR_STEP,
    async begin(starts, kept) {
      if (kept.size > 0)
        throw new ForebayError('conflict', 'what is held lacks partners of the partitions that come');
      const bounds = await topics.watermarks();
      const begins = await readAgainFrom(runtime, topics, starts, bounds);
      reader.begin(
        begins.map(
          ({ partition, offset }) => [partition, offset, bounds.get(partition)?.high ?? offset] as const,
        ),
      );
      return begins;
    },
  };
}

/**
 * What the values lack is completed by a record behind these points. So reading begins where its partners are: as much earlier than the
 * earliest arrival there as pairs may be late, and as far as records are held at all.
 */
async function readAgainFrom(
  { source, offline, clock }: CatchUpRuntime,
  topics: InputTopics,
  starts: readonly StartPoint[],
  bounds: Awaited<ReturnType<InputTopics['watermarks']>>,
): Promise<readonly StartPoint[]> {
  let earliestMs = clock();
  for (const { partition: number, offset } of starts) {
    // what is not there yet arrives from now on
    if (offset >= (bounds.get(number)?.high ?? 0)) continue;
    const { source: input, partition } = topics.archiveOf(number);
    const arrivedMs = await arrivedFrom(offline, input, { partition, offset });
    earliestMs = Math.min(earliestMs, arrivedMs ?? Number.NEGATIVE_INFINITY);
  }
  const heldFromMs = earliestMs - (source.dedupeMs ?? 0) - source.maxClockSkewMs;
  const first = new Map<number, number>();
  const held = new Map<number, number>();
  for (const archive of topics.archives) {
    const fromMs = heldFromMs - archive.earlierMs - archive.source.maxClockSkewMs;
    const arrived = await firstOffsetsArrived(offline, archive.source, fromMs);
    const archived = new Map(
      (await archivedUpTo(offline, archive.source, EPOCH)).map((entry) => [entry.partition, entry]),
    );
    for (const { partition: number } of starts) {
      const { source: input, partition } = topics.archiveOf(number);
      if (input !== archive.source) continue;
      const low = bounds.get(number)?.low ?? 0;
      const entry = archived.get(partition);
      // what is not archived may have arrived at any time since
      first.set(number, arrived.get(partition) ?? archiveEnd(entry, low) ?? low);
      held.set(number, heldFrom({ partition, low, archived: entry ?? null }));
    }
  }
  return starts.map(({ partition, offset: at }): StartPoint => {
    const from = Math.min(at, first.get(partition) as number);
    const offset = Math.min(at, Math.max(from, held.get(partition) as number));
    return { partition, offset, archivedTo: offset };
  });
}

/**
 * A view joins where all that had arrived some seconds before the source's progress is in its values: then the common reading, which
 * begins again by that, finds the partners of all that the view lacks.
 */
async function joinsBefore(
  { runtime: { redis, source, eventLog }, topics }: PairCatchUpTerms,
  offsetOf: (partition: number) => number,
): Promise<number | null> {
  const progress = await oldestProgress(redis, source.id);
  const instantsMs = [...(progress?.instantsMs ?? [])].filter(Number.isFinite);
  // of a partition nothing is known: the common reading has not come to its end yet
  if (instantsMs.length === 0 || instantsMs.includes(0)) return null;
  const newestMs = Math.max(...instantsMs);
  const first = await topics.ask((topic) => eventLog.admin.offsetsAt(topic, newestMs - BEHIND_PROGRESS_MS));
  for (const [partition, offset] of first) if (offsetOf(partition) < offset) return null;
  return newestMs + BEHIND_PROGRESS_MS;
}
