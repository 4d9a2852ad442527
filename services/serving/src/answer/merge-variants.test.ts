import { STATUS } from '@forebay/algebra';
import { experimentRegistry } from '../../../../test/integration/serving-experiment';
import type { Experiment, PlannedVariant } from '../plan/experiment';
import { AppliedRegistry } from '../registry/applied-registry';
import type { FeatureVectors, ViewTimes } from './feature-vectors';
import { mergeVariants } from './merge-variants';

const plan = new AppliedRegistry(experimentRegistry()).servicePlan('trial', 'risk');
const experiment = plan.experiment as Experiment;
const [hourly, daily] = experiment.variants as readonly [PlannedVariant, PlannedVariant];

/** `rows`: numbers of the float64 block, then the typed values. */
function answerOf(
  variant: PlannedVariant,
  rows: readonly (readonly [readonly number[], readonly unknown[]])[],
  more: Partial<FeatureVectors> = {},
): FeatureVectors {
  const numbers = new Float64Array(rows.flatMap(([block]) => block));
  return {
    plan: variant.plan,
    asOfMs: 9,
    rows: rows.length,
    block: new Uint8Array(numbers.buffer),
    statuses: new Uint8Array(rows.length * 3).fill(STATUS.PRESENT),
    allPresent: true,
    typed: variant.plan.typed.map((_, i) => rows.map(([, typed]) => typed[i] as never)),
    views: [],
    degraded: [],
    includeLayout: false,
    newestEventsMs: null,
    requestId: '',
    variants: null,
    builder: null,
    generation: 0,
    ...more,
  };
}

const merged = (
  first: FeatureVectors,
  of: readonly number[],
  second: FeatureVectors,
  others: readonly number[],
) =>
  mergeVariants(plan, experiment, of.length + others.length, [
    { variant: hourly, rows: of, vectors: first },
    { variant: daily, rows: others, vectors: second },
  ]);

describe('answers of variants', () => {
  it('have their rows in the places of the request, and a count as an integer where another variant has one', () => {
    const first = answerOf(hourly, [
      [[1.5, 4], ['a']],
      [[2.5, Number.NaN], [null]],
      [[3.5, 2 ** 70], ['c']],
    ]);
    const second = answerOf(daily, [[[9], [2n ** 60n, 'z']]]);
    const answer = merged(first, [0, 2, 3], second, [1]);
    expect([...new Float64Array(answer.block.buffer)]).toEqual([1.5, 9, 2.5, 3.5]);
    expect(answer.typed).toEqual([
      [4, 2n ** 60n, null, 2n ** 63n - 1n],
      ['a', 'z', null, 'c'],
    ]);
    expect(answer.variants).toEqual({ names: ['hourly', 'daily'], ofRows: Uint8Array.of(0, 1, 0, 0) });
    expect(answer.allPresent).toBe(true);
  });

  it('have the statuses and the reasons of their rows', () => {
    const degraded = { view: hourly.plan.views[0]?.readable, reason: 'stale', of: null };
    const statuses = Uint8Array.of(5, 1, 1, 1, 2, 3);
    const first = answerOf(
      hourly,
      [
        [[1, 1], ['a']],
        [[1, 1], ['b']],
      ],
      {
        statuses,
        allPresent: false,
        degraded: [{ row: 0, ...degraded } as never],
      },
    );
    const second = answerOf(daily, [[[1], [1, 'c']]], {
      degraded: [{ row: 0, ...degraded } as never],
      statuses: Uint8Array.of(4, 4, 4),
      allPresent: false,
    });
    const answer = merged(first, [1, 2], second, [0]);
    expect([...answer.statuses]).toEqual([4, 4, 4, 5, 1, 1, 1, 2, 3]);
    expect(answer.degraded.map(({ row }) => row)).toEqual([0, 1]);
    expect(answer.allPresent).toBe(false);
  });

  it('say of a view that several have read what is older, and the newest event of all', () => {
    const view = hourly.plan.views[0];
    const times = (freshnessMs: number | null, newestEventMs: number | null) =>
      [{ view, freshnessMs, cutMs: null, tickMs: null, newestEventMs }] as unknown as ViewTimes[];
    const answer = merged(
      answerOf(hourly, [[[1, 1], ['a']]], { views: times(50, 7) }),
      [0],
      answerOf(daily, [[[1], [1, 'c']]], { views: times(80, 6) }),
      [1],
    );
    expect(answer.views).toMatchObject([{ freshnessMs: 80, newestEventMs: 7 }]);
  });

  it('of one variant alone are what it said, where its columns have the places of the answer', () => {
    const alone = answerOf(daily, [[[9], [5, 'z']]]);
    const answer = mergeVariants(plan, experiment, 1, [{ variant: daily, rows: [0], vectors: alone }]);
    expect(answer.block).toBe(alone.block);
    expect(answer.plan).toBe(plan);
    expect(answer.variants).toEqual({ names: ['daily'], ofRows: null });
  });
});
