/** What was counted in the last minutes, by what had been counted before them. */

/** So far back `recent` goes, and so often what was counted is remembered. */
const SPAN_MS = 600_000;
const STEP_MS = 30_000;

interface Counted<Name extends string> {
  readonly atMs: number;
  readonly totals: Readonly<Record<Name, number>>;
  readonly delays: Float64Array;
}

export interface Recent<Name extends string> {
  /** From SPAN_MS on a step more; less at the beginning. */
  readonly spanMs: number;
  readonly totals: Readonly<Record<Name, number>>;
  /** By bucket. */
  readonly delays: readonly number[];
}

export class RecentCounts<Name extends string> {
  /** Oldest first; the first is from before the span, but at the beginning. */
  readonly #remembered: Counted<Name>[];

  constructor(nowMs: number, totals: Readonly<Record<Name, number>>, delays: Float64Array) {
    this.#remembered = [{ atMs: nowMs, totals: { ...totals }, delays: delays.slice() }];
  }

  /** How much these have grown. Call it every few seconds. */
  recent(nowMs: number, totals: Readonly<Record<Name, number>>, delays: Float64Array): Recent<Name> {
    const remembered = this.#remembered;
    while (remembered.length > 1 && (remembered[1] as Counted<Name>).atMs <= nowMs - SPAN_MS)
      remembered.shift();
    const [before] = remembered as [Counted<Name>];
    const newest = remembered.at(-1) as Counted<Name>;
    if (nowMs - newest.atMs >= STEP_MS)
      remembered.push({ atMs: nowMs, totals: { ...totals }, delays: delays.slice() });
    const names = Object.keys(totals) as Name[];
    return {
      spanMs: nowMs - before.atMs,
      totals: Object.fromEntries(names.map((name) => [name, totals[name] - before.totals[name]])) as Record<
        Name,
        number
      >,
      delays: [...delays].map((count, bucket) => count - (before.delays[bucket] ?? 0)),
    };
  }
}
