/** What the store says of a view as a whole, with what is known of each partition. */
import { tickAt } from '@forebay/algebra';
import type { MessageInput } from '@forebay/contract';
import type { StoredView } from './stored-view';

/** What is not known is left out. */
export function explainedClocks(
  { readable, clocks, progress, checkpoint }: StoredView,
  tMs: number,
  newestEventMs: number | null,
): MessageInput<'ExplainedClocks'> {
  const { schedule, view } = readable;
  const { progressMs, completeSinceMs } = clocks;
  const cuts = [clocks.batchMarker, ...clocks.markers].filter((marker) => marker !== null);
  const marker = cuts.sort((a, b) => b.cutMs - a.cutMs)[0];
  const horizonMs = 'batch' in view ? (view.batch?.horizonMs ?? null) : null;
  return {
    ...known({
      freshness_ms: progressMs === null ? null : Math.max(0, Math.trunc(tMs - progressMs)),
      progress_ms: progressMs,
      complete_since_ms: completeSinceMs,
      cut_ms: marker?.cutMs ?? null,
      run_clock_ms: marker?.qMs ?? null,
      coverage_begin_ms: marker?.coverageBeginMs ?? null,
      good_until_ms: marker === undefined || horizonMs === null ? null : marker.cutMs + horizonMs,
      newest_event_ms: newestEventMs,
      tick_ms: schedule === null ? null : tickAt(schedule, tMs),
    }),
    epoch: progress?.epoch ?? checkpoint?.epoch ?? 0,
    partitions: partitionsOf(progress?.instantsMs ?? [], checkpoint?.offsets ?? []),
  };
}

function partitionsOf(
  instantsMs: ArrayLike<number>,
  offsets: ArrayLike<number>,
): MessageInput<'PartitionClocks'>[] {
  const partitions = Math.max(instantsMs.length, offsets.length);
  return Array.from({ length: partitions }, (_, partition) => ({
    partition,
    ...known({
      // 0 and −1 stand for nothing known (docs/CODEC.md)
      progress_ms: instantsMs[partition] || null,
      next_offset: (offsets[partition] ?? -1) < 0 ? null : (offsets[partition] as number),
    }),
  }));
}

function known<T extends Readonly<Record<string, number | null>>>(all: T): Partial<Record<keyof T, number>> {
  const entries = Object.entries(all).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as Partial<Record<keyof T, number>>;
}
