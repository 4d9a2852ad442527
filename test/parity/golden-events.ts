/** The events behind the golden files, and how values that were read from them are written down. */
import type { ViewLayout, ViewOutput } from '@forebay/algebra';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type { Value } from '@forebay/expressions';

export const GOLDEN_T = Date.UTC(2026, 0, 15, 12);
export const GOLDEN_CUT = GOLDEN_T - 6 * HOUR_MS;

export interface GoldenEvent {
  /** Of the source of golden-views. */
  readonly row: Value[];
  readonly timeMs: number;
  readonly offset: number;
}

/** Deterministic events of one entity, `stepMs` apart. */
export function goldenEvents(fromMs: number, count: number, stepMs: number): GoldenEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    timeMs: fromMs + i * stepMs,
    offset: i,
    row: [
      fromMs + i * stepMs,
      'ann',
      (i * 7) % 11,
      i % 3 === 0 ? 9_007_199_254_740_993n + BigInt(i) : i * 1000,
      i % 4 === 3 ? null : i / 3,
      `item-${(i * 5) % 7}`,
    ],
  }));
}

/** Those of the batch lists. */
export const goldenHistory = () => goldenEvents(GOLDEN_CUT - 9 * DAY_MS, 80, 2 * HOUR_MS + MINUTE_MS);

/** Of each feature: name, operation, value as JSON, status. */
export function goldenAnswers(layout: ViewLayout, output: ViewOutput): unknown[] {
  return layout.features.map((plan) => {
    const value = output.others[plan.index] ?? output.numbers[plan.index];
    return [
      plan.feature.name,
      plan.operation,
      JSON.stringify(value instanceof Map ? [...value] : value, (_, inner) =>
        typeof inner === 'bigint' ? `${inner}n` : inner,
      ),
      output.statuses[plan.index],
    ];
  });
}

/** Whose last digits depend on the order of additions, which may change from version to version. */
const ADDED = /^(sum|mean|variance|stddev|skewness|sum_by|mean_by|decayed_sum|decayed_count|session_sum)$/;
const SURE_DIGITS = 13;

/** Answers as far as every version gives the same. */
export function sureAnswers(answers: unknown): unknown {
  return JSON.parse(JSON.stringify(answers), (_, inner: unknown) =>
    isAnswer(inner) && ADDED.test(inner[1]) ? inner.with(2, rounded(inner[2])) : inner,
  );
}

function isAnswer(inner: unknown): inner is [name: string, operation: string, value: string, status: number] {
  return (
    Array.isArray(inner) && inner.length === 4 && inner.slice(0, 3).every((each) => typeof each === 'string')
  );
}

const rounded = (text: string) =>
  text.replace(/\d+\.\d+/g, (digits) => String(Number(Number(digits).toPrecision(SURE_DIGITS))));
