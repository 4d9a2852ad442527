/** What a chunk has found so far. */
import type { FoundDifference, VerifiedCounts } from '@forebay/offline-store';

/** Differences that a chunk keeps; all are counted. */
const MAX_DIFFERENCES = 1_000;

type Counts = { -readonly [K in keyof VerifiedCounts]: number };

export class Findings {
  entities = 0;
  /** Differences whose segment was looked for. */
  located = 0;
  readonly differences: FoundDifference[] = [];
  readonly #counts: ReadonlyMap<string, Counts>;

  constructor(features: readonly string[]) {
    this.#counts = new Map(
      features.map((feature) => [feature, { entities: 0, compared: 0, different: 0, degraded: 0, late: 0 }]),
    );
  }

  of(feature: string): Counts {
    return this.#counts.get(feature) as Counts;
  }

  /** An entity of which nothing is compared. */
  skipped(why: 'degraded' | 'late'): void {
    this.entities++;
    for (const counts of this.#counts.values()) counts[why]++;
  }

  differs(difference: FoundDifference): void {
    if (this.differences.length < MAX_DIFFERENCES) this.differences.push(difference);
  }

  get compared(): number {
    return [...this.#counts.values()].reduce((sum, { compared }) => sum + compared, 0);
  }

  /** By feature. */
  get counts(): ReadonlyMap<string, VerifiedCounts> {
    for (const counts of this.#counts.values()) counts.entities = this.entities;
    return this.#counts;
  }
}
