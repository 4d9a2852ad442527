import type { AddOutcome } from '@forebay/algebra';

/** What became of the events that a view was given. */
export interface ApplyCounts {
  added: number;
  tooLate: number;
  /** Records that came again, and copies by their event id, those that differ among them. */
  duplicate: number;
  differing: number;
  /** Older than the ids that are held, by which their copies would be known. */
  beyondDedupe: number;
  filtered: number;
  nullKeys: number;
  /** Values that were taken into memory with fences of more partitions than entities of a keyed topic have. */
  spread: number;
}

export const newApplyCounts = (): ApplyCounts => ({
  added: 0,
  tooLate: 0,
  duplicate: 0,
  differing: 0,
  beyondDedupe: 0,
  filtered: 0,
  nullKeys: 0,
  spread: 0,
});

/** What events are applied by. */
export interface ApplyTerms {
  /** The writer's clock. */
  readonly wMs: number;
  /** Ids of events from here on are held; −∞: all. */
  readonly heldFromMs: number;
  /** The flush that will write them. */
  readonly flush: number;
  readonly counts: ApplyCounts;
}

/** How each outcome is counted. */
export const COUNT = {
  too_late: (counts) => counts.tooLate++,
  duplicate: (counts) => counts.duplicate++,
  differs: (counts) => {
    counts.duplicate++;
    counts.differing++;
  },
  beyond_dedupe: (counts) => counts.beyondDedupe++,
} as const satisfies Record<Exclude<AddOutcome, 'added'>, (counts: ApplyCounts) => void>;
