/** What the members of the stream service that read a source have told, together. */
import type { Message } from '@forebay/contract';
import { type DelayQuantiles, delayQuantiles } from './delay-quantiles';

export interface MemberPartitionStatus {
  readonly topic: string;
  readonly partition: number;
  /** What it is called in checkpoints and in the archive. */
  readonly number: number;
  /** Records that are not in the values yet. */
  readonly lag: number;
}

export interface MemberStatus {
  /** Host and process. */
  readonly member: string;
  readonly startedAtMs: number;
  readonly partitions: readonly MemberPartitionStatus[];
  readonly archiveWaitingBytes: number;
  readonly pairBytes: number;
}

/** What has happened lately; of members that ended meanwhile, nothing. */
export interface RecentStatus {
  /** The longest time that any member's counts cover. */
  readonly spanMs: number;
  readonly events: number;
  readonly late: number;
  readonly tooLate: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly rewinds: number;
  readonly deadLetters: Readonly<Record<string, number>>;
  /** From the arrival of an event at the broker to its flush; null: there were no events. */
  readonly applyDelay: DelayQuantiles | null;
}

/** The state of a view in the memories of members. */
export interface MemoryStatus {
  readonly entities: number;
  readonly bytes: number;
}

export interface MembersStatus {
  readonly members: readonly MemberStatus[];
  readonly recent: RecentStatus;
  /** Of a source that is re-keyed: records that wait to be copied. */
  readonly uncopied: number;
  /** By view id. */
  readonly memory: ReadonlyMap<number, MemoryStatus>;
  /** Of views that are made anew, by view id: how far that has come, 0 to 1. */
  readonly madeAnew: ReadonlyMap<number, number>;
}

export function membersStatus(told: ReadonlyMap<string, Message<'MemberStatus'>>): MembersStatus {
  const all = [...told.values()];
  const memory = new Map<number, MemoryStatus>();
  const madeAnew = new Map<number, number>();
  for (const { view_id: id, ...view } of all.flatMap(({ views }) => views)) {
    // one that has begun later has seen less of it
    if (view.is_made_anew) madeAnew.set(id, Math.max(madeAnew.get(id) ?? 0, view.made_anew_ratio));
    else {
      const { entities, bytes } = memory.get(id) ?? { entities: 0, bytes: 0 };
      memory.set(id, { entities: entities + view.entities, bytes: bytes + view.state_bytes });
    }
  }
  return {
    members: [...told].map(([member, status]) => ({
      member,
      startedAtMs: status.started_at_ms,
      partitions: status.partitions,
      archiveWaitingBytes: status.archive_waiting_bytes,
      pairBytes: status.pair_bytes,
    })),
    recent: recentOf(all.flatMap(({ recent }) => (recent === null ? [] : [recent]))),
    uncopied: Math.max(0, ...all.map(({ uncopied }) => uncopied)),
    memory,
    madeAnew,
  };
}

type Told = Message<'RecentCounts'>;
/** Those that are plain counts. */
type CountName = {
  [Name in keyof Told]: Told[Name] extends number ? Name : never;
}[keyof Told];

function recentOf(all: readonly Told[]): RecentStatus {
  const sum = (name: CountName) => all.reduce((total, recent) => total + recent[name], 0);
  const deadLetters: Record<string, number> = {};
  for (const [reason, count] of all.flatMap((recent) => Object.entries(recent.dead_letters)))
    if (count > 0) deadLetters[reason] = (deadLetters[reason] ?? 0) + count;
  return {
    spanMs: Math.max(0, ...all.map((recent) => recent.span_ms)),
    events: sum('events'),
    late: sum('late'),
    tooLate: sum('too_late'),
    duplicates: sum('duplicates'),
    conflicts: sum('conflicts'),
    rewinds: sum('rewinds'),
    deadLetters,
    applyDelay: appliedIn(all),
  };
}

/** Members of another version may have other buckets: those of the first are taken. */
function appliedIn(all: readonly Told[]): DelayQuantiles | null {
  const bounds = all[0]?.apply_delay_bounds ?? [];
  const alike = all.filter((recent) => recent.apply_delay_bounds.join() === bounds.join());
  const counts = Array.from({ length: bounds.length + 1 }, (_, bucket) =>
    alike.reduce((sum, recent) => sum + (recent.apply_delay_counts[bucket] ?? 0), 0),
  );
  return delayQuantiles(bounds, counts);
}
