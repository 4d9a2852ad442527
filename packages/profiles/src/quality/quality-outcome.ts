/** Whether a rule is kept, by what was counted. */
import { formatDuration, formatInstant } from '@forebay/contract';
import type { QualityRule, Severity } from '@forebay/definitions';
import { checkText } from './rule-sql';

export const OUTCOMES = {
  kept: 'no more rows break it than it tolerates',
  broken: 'more do, or the rows are too old, too few or too many',
  unknown: 'there was no row that it could be checked with',
} as const;
export type Outcome = keyof typeof OUTCOMES;

export interface QualitySubjectName {
  readonly kind: 'source' | 'view';
  /** A source's name, a view's `name@version`. */
  readonly name: string;
}

export interface QualityResult {
  readonly subject: QualitySubjectName;
  readonly rule: string;
  readonly severity: Severity;
  readonly outcome: Outcome;
  readonly rows: number;
  readonly brokenRows: number;
  /** Of rows of a source; null: the values of a view at `untilMs`. */
  readonly fromMs: number | null;
  readonly untilMs: number;
  /** What was found, for people. */
  readonly detail: string;
}

/** What was counted for a rule. */
export interface RuleCounts {
  readonly rows: number;
  readonly broken: number;
  readonly newest: number | null;
}

export function outcomeOf(
  { check, tolerance }: QualityRule,
  { rows, broken, newest }: RuleCounts,
  nowMs: number,
): { outcome: Outcome; detail: string } {
  const decided = (isKept: boolean, detail: string) => ({
    outcome: isKept ? ('kept' as const) : ('broken' as const),
    detail: `${checkText(check)}: ${detail}`,
  });
  switch (check.kind) {
    case 'rows':
    case 'unique': {
      if (rows === 0) return { outcome: 'unknown', detail: `${checkText(check)}: there are no rows` };
      const share = broken / rows;
      const allowed = tolerance === 0 ? '' : `, ${shareText(tolerance)} may`;
      return decided(
        share <= tolerance,
        `${broken} of ${rows} rows break it (${shareText(share)}${allowed})`,
      );
    }
    case 'freshness': {
      if (newest === null) return decided(false, 'there is no row');
      const ageMs = nowMs - newest;
      return decided(
        ageMs <= check.maxAgeMs,
        `the newest is of ${formatInstant(newest)}, ${formatDuration(Math.max(0, Math.floor(ageMs / 1_000) * 1_000))} old`,
      );
    }
    case 'row_count': {
      const isKept = rows >= (check.min ?? 0) && rows <= (check.max ?? Number.POSITIVE_INFINITY);
      return decided(isKept, `there are ${rows}`);
    }
  }
}

function shareText(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
