/** What was counted in the last minutes, by what had been counted before them. */

/** So far back `recent` goes, and so often what was counted is remembered. */
const SPAN_MS = 600_000;
const STEP_MS = 30_000;

/** Counts since a process began; they only grow. */
export interface Counted {
  readonly totals: Readonly<Record<string, number>>;
  readonly deadLetters: Readonly<Record<string, number>>;
  /** By bucket. */
  readonly delays: ArrayLike<number>;
}

export interface Recent {
  /** A step longer than SPAN_MS at most; shorter at the beginning. */
  readonly spanMs: number;
  readonly totals: Readonly<Record<string, number>>;
  readonly deadLetters: Readonly<Record<string, number>>;
  readonly delays: readonly number[];
}

interface Remembered {
  readonly atMs: number;
  readonly counted: Counted;
}

export class RecentCounts {
  /** Oldest first; the first is from before the span, but at the beginning. */
  readonly #remembered: Remembered[];

  constructor(nowMs: number, counted: Counted) {
    this.#remembered = [{ atMs: nowMs, counted: copyOf(counted) }];
  }

  /** How much the counts have grown. Call it every few seconds. */
  recent(nowMs: number, counted: Counted): Recent {
    const remembered = this.#remembered;
    while (remembered.length > 1 && (remembered[1] as Remembered).atMs <= nowMs - SPAN_MS) remembered.shift();
    const { atMs, counted: before } = remembered[0] as Remembered;
    if (nowMs - (remembered.at(-1) as Remembered).atMs >= STEP_MS)
      remembered.push({ atMs: nowMs, counted: copyOf(counted) });
    return {
      spanMs: nowMs - atMs,
      totals: grown(counted.totals, before.totals),
      deadLetters: grown(counted.deadLetters, before.deadLetters),
      delays: Array.from(counted.delays, (count, bucket) => count - (before.delays[bucket] ?? 0)),
    };
  }
}

function copyOf({ totals, deadLetters, delays }: Counted): Counted {
  return { totals: { ...totals }, deadLetters: { ...deadLetters }, delays: Float64Array.from(delays) };
}

function grown(now: Readonly<Record<string, number>>, before: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(now).map(([name, count]) => [name, count - (before[name] ?? 0)]));
}
