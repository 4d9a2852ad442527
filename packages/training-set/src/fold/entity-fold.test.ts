import {
  addToRow,
  edgeAt,
  edgeOf,
  foldColumn,
  LaneEvaluator,
  newVariableState,
  newViewOutput,
  resetAccumulator,
  STATUS,
  streamColumns,
  tumblingEndAt,
  type ViewLayout,
  WindowFeatures,
  writeEmptyRow,
} from '@forebay/algebra';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { eventOf, type Given, layoutOf, lifetime, NOON, sliding, tumbling } from './training.fixture';
import { type TrainingEvent, trainingValues } from './training-values';

/** Seeded: the same cases each time. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The values at t from every event, one by one: no tiles, no order of arrival. */
function plainly(layout: ViewLayout, events: readonly TrainingEvent[], tMs: number): unknown[] {
  const bytes = new DataView(new ArrayBuffer(layout.rowSize));
  const columns = streamColumns(layout, bytes);
  const out = newViewOutput(layout);
  const evaluator = new LaneEvaluator(layout);
  for (const plan of layout.features) {
    const window = layout.windows[plan.window]!;
    const from = window.kind === 'lifetime' ? Number.NEGATIVE_INFINITY : edgeAt(edgeOf(window), tMs);
    const to = window.kind === 'tumbling' ? tumblingEndAt(window, tMs) : tMs;
    const acc = new Float64Array(layout.slotCount);
    resetAccumulator(acc, layout);
    const states = layout.variable.map(newVariableState);
    for (const event of events) {
      if (event.knownAtMs > tMs || event.eventTimeMs < from || event.eventTimeMs >= to) continue;
      evaluator.evaluate(event.row as Value[]);
      writeEmptyRow(bytes, 0, layout, 0, 0);
      addToRow(bytes, 0, layout, evaluator, event.eventTimeMs, event.tie);
      for (const [i, component] of layout.fixed.entries())
        foldColumn(acc, component, columns[i]!, columns[component.countIndex]!, 0, 1);
      for (const [i, { lane }] of layout.variable.entries()) {
        if (!evaluator.taken[lane.index]) continue;
        states[i]!.add(
          evaluator.values[lane.index]!,
          event.eventTimeMs,
          event.tie,
          evaluator.categories[lane.index]!,
        );
      }
    }
    new WindowFeatures([plan]).emit(acc, states, tMs, null, out);
  }
  return valuesOf(out);
}

function valuesOf(out: ReturnType<typeof newViewOutput>): unknown[] {
  return [...out.numbers].map((number, i) => {
    const other = out.others[i] ?? null;
    return other !== null || Number.isNaN(number) ? other : Math.round(number * 1e6) / 1e6;
  });
}

const ALL_KINDS = (window: ReturnType<typeof sliding>) => [
  { operation: 'count' as const, window },
  { operation: 'sum' as const, input: 'i', window },
  { operation: 'max' as const, input: 'i', filter: 'i > 2', window },
  { operation: 'stddev' as const, input: 'i', window },
  { operation: 'last' as const, input: 's', window },
  { operation: 'last_n' as const, input: 'i', window, parameters: { n: 3 } },
  { operation: 'distinct_count' as const, input: 's', window, parameters: { exact: 8 } },
];

const VIEWS: Readonly<Record<string, ViewLayout>> = {
  'of hours, days and months': layoutOf(
    [
      sliding(HOUR_MS, MINUTE_MS),
      sliding(DAY_MS, HOUR_MS),
      sliding(7 * DAY_MS, HOUR_MS),
      sliding(30 * DAY_MS, DAY_MS),
    ].flatMap(ALL_KINDS),
  ),
  'with a lifetime': layoutOf([sliding(HOUR_MS, MINUTE_MS), lifetime].flatMap(ALL_KINDS)),
  'of nothing but a lifetime': layoutOf(ALL_KINDS(lifetime)),
  'with tumbling windows': layoutOf(
    [sliding(HOUR_MS, MINUTE_MS), tumbling(DAY_MS, 6 * HOUR_MS), tumbling(6 * HOUR_MS)].flatMap(ALL_KINDS),
  ),
  'of seconds and days': layoutOf(
    [sliding(10 * SECOND_MS, SECOND_MS), sliding(3 * DAY_MS, DAY_MS)].flatMap(ALL_KINDS),
  ),
  'whose longer window begins later': layoutOf(
    [sliding(10 * DAY_MS, HOUR_MS), sliding(7 * DAY_MS, 7 * DAY_MS)].flatMap(ALL_KINDS),
  ),
};

/** Bursts and gaps, ties, and events that are known late, some of them very late. */
function history(random: (below: number) => number, spanMs: number): TrainingEvent[] {
  const given: Given[] = [];
  let at = NOON - random(DAY_MS);
  for (let n = 0; n < 400; n++) {
    at += [0, 1, random(2 * SECOND_MS), random(20 * MINUTE_MS), random(spanMs / 60)][random(5)]!;
    const late = random(4) === 0 ? random([MINUTE_MS, 2 * HOUR_MS, 40 * DAY_MS][random(3)]!) : 0;
    given.push({
      at,
      known: at + late,
      i: random(7) === 0 ? null : random(9) - 2,
      s: 'abcdefghijkl'[random(14)] ?? null,
    });
  }
  return given.map(eventOf);
}

describe.each(Object.entries(VIEWS))('a view %s', (_name, layout) => {
  it.each([1, 2, 3, 4])('has at any instant what its events say, one by one (seed %d)', (seed) => {
    const random = randomOf(seed);
    const events = history(random, 120 * DAY_MS);
    const last = events.at(-1)!.eventTimeMs;
    const times = Array.from({ length: 30 }, () => {
      const beside = [0, 1, -1, MINUTE_MS, HOUR_MS, DAY_MS, 30 * DAY_MS][random(7)]!;
      const event = events[random(events.length)]!;
      return [
        event.eventTimeMs + beside,
        event.knownAtMs,
        Math.floor(event.eventTimeMs / DAY_MS) * DAY_MS,
        last + 50 * DAY_MS,
      ][random(4)]!;
    });
    const outputs = trainingValues(layout, events, times);
    for (const [i, tMs] of times.entries())
      expect(valuesOf(outputs[i]!)).toEqual(plainly(layout, events, tMs));
  });
});

describe('a value of a training set', () => {
  const count = layoutOf([{ operation: 'count', window: sliding(HOUR_MS, MINUTE_MS) }]);
  const at = (layout: ViewLayout, events: readonly Given[], tMs: number, knownAsOf?: number) =>
    trainingValues(layout, events.map(eventOf), [tMs], knownAsOf)[0]!;

  it('does not contain an event of its own instant, nor one that nobody knew by then', () => {
    const events = [
      { at: NOON - 1 },
      { at: NOON },
      { at: NOON - 2, known: NOON + 1 },
      { at: NOON - 3, known: NOON },
    ];
    expect(at(count, events, NOON).numbers[0]).toBe(2);
    expect(at(count, events, NOON + 1).numbers[0]).toBe(4);
  });

  it('is NOT_FOUND with the empty value where no event lies in any window', () => {
    const out = at(count, [{ at: NOON - 3 * HOUR_MS }], NOON);
    expect([out.numbers[0], out.statuses[0]]).toEqual([0, STATUS.NOT_FOUND]);
  });

  it('as known at another time contains exactly what was known then', () => {
    const events = [
      { at: NOON - 3, known: NOON + 5 },
      { at: NOON - 2, known: NOON - 1 },
    ];
    expect(at(count, events, NOON, NOON + 5).numbers[0]).toBe(2);
    expect(at(count, events, NOON, NOON - 1).numbers[0]).toBe(1);
    expect(at(count, events, NOON, NOON - 2).numbers[0]).toBe(0);
  });

  it('counts copies once where the source removes them, from when the first was known', () => {
    const deduped = layoutOf(
      [{ operation: 'count', window: sliding(HOUR_MS, MINUTE_MS) }],
      {},
      { eventId: 'i', dedupeMs: HOUR_MS },
    );
    const copies = [
      { at: NOON - 9, known: NOON + 7, id: 5 },
      { at: NOON - 9, known: NOON + 3, id: 5 },
    ];
    expect([2, 3, 7].map((ms) => at(deduped, copies, NOON + ms).numbers[0])).toEqual([0, 1, 1]);
    expect([2, 3, 7].map((ms) => at(count, copies, NOON + ms).numbers[0])).toEqual([0, 1, 2]);
  });

  it('of a scheduled view is that of its tick, over what was known when the tick had waited', () => {
    const schedule = { intervalMs: HOUR_MS, waitMs: 5 * MINUTE_MS, delayMs: 10 * MINUTE_MS };
    const scheduled = layoutOf([{ operation: 'count', window: sliding(DAY_MS, HOUR_MS) }], {
      stream: null,
      schedule,
    });
    const events = [
      { at: NOON - 1, known: NOON + 5 * MINUTE_MS },
      { at: NOON - 2, known: NOON + 5 * MINUTE_MS + 1 },
      { at: NOON, known: NOON },
    ];
    expect(at(scheduled, events, NOON + 10 * MINUTE_MS - 1).statuses[0]).toBe(STATUS.NOT_FOUND);
    expect(at(scheduled, events, NOON + 10 * MINUTE_MS).numbers[0]).toBe(1);
    expect(at(scheduled, events, NOON + 70 * MINUTE_MS).numbers[0]).toBe(3);
  });
});
