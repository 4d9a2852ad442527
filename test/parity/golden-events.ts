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
