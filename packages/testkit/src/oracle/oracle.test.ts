import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type { AggregationFeature, OperationName, Window } from '@forebay/definitions';
import { generateSource } from '../generators/generated-rows';
import { generateView } from '../generators/generated-view';
import { Random } from '../random';
import { oracleFeatures } from './oracle';
import type { OracleEvent } from './oracle-inputs';
import type { OracleResult, OracleValue } from './oracle-value';

const T = Date.UTC(2026, 4, 10, 12);
const SLIDING: Window = { kind: 'sliding', lengthMs: HOUR_MS, hopMs: MINUTE_MS };
const SESSION: Window = { kind: 'session', gapMs: 10 * MINUTE_MS, lengthMs: HOUR_MS, hopMs: MINUTE_MS };
const source = { ...generateSource(new Random(1)), eventId: null, dedupeMs: null };
const base = generateView(new Random(1), source, 'stream');

/** Minutes before T, i, x, s. */
type Told = readonly [minutes: number, i: number | null, x: number | null, s: string | null];

function event([minutes, i, x, s]: Told, at: number): OracleEvent {
  const eventTimeMs = T - minutes * MINUTE_MS;
  return { row: [eventTimeMs, 'ann', i, i, x, s, true, eventTimeMs, 1, 'x'], eventTimeMs, tie: BigInt(at) };
}

function ask(
  operation: OperationName,
  given: Partial<AggregationFeature>,
  told: readonly Told[],
): OracleResult {
  const feature: AggregationFeature = {
    name: 'f',
    operation,
    input: null,
    by: null,
    filter: null,
    window: SLIDING,
    parameters: {},
    type: 'int64',
    description: '',
    ...given,
  };
  const view = { ...base, filter: null, features: [feature] };
  return oracleFeatures(view, source, told.map(event), T).results[0] as OracleResult;
}

const TOLD: readonly Told[] = [
  [60, 1, 1, 'a'],
  [30, 2, 2, 'b'],
  [25, null, 4, 'a'],
  [5, 4, null, null],
  [0, 100, 100, 'c'],
];

const CASES: readonly [OperationName, Partial<AggregationFeature>, OracleValue][] = [
  ['count', {}, 4],
  ['count', { input: 's' }, 3],
  ['sum', { input: 'i' }, 7],
  ['mean', { input: 'x', type: 'double' }, 7 / 3],
  ['min', { input: 'x' }, 1],
  ['max', { input: 'x' }, 4],
  ['variance', { input: 'x', parameters: { sample: 0 }, type: 'double' }, 14 / 9],
  ['stddev', { input: 'x', parameters: { sample: 1 }, type: 'double' }, Math.sqrt(14 / 6)],
  ['skewness', { input: 'x', type: 'double' }, 20 / 27 / (14 / 9) ** 1.5],
  ['first', { input: 's' }, 'a'],
  ['last', { input: 's' }, 'a'],
  ['first_n', { input: 'x', parameters: { n: 2 } }, [1, 2]],
  ['last_n', { input: 's', parameters: { n: 2 } }, ['a', 'b']],
  ['distinct_count', { input: 's', parameters: { exact: 8 } }, 2],
  ['quantile', { input: 'x', parameters: { q: 1 } }, 4],
  ['quantiles', { input: 'x', parameters: { q0: 1, q1: 0 } }, [4, 1.0078125]],
  ['top_k', { input: 's', parameters: { k: 1, max_keys: 8 } }, ['a']],
  ['histogram', { input: 'x', parameters: { b0: 1, b1: 2, b2: 9 } }, [0, 1, 2, 0]],
  [
    'count_by',
    { input: 's', parameters: { max_keys: 2 } },
    new Map([
      ['a', 2],
      ['b', 1],
    ]),
  ],
  [
    'sum_by',
    { input: 'x', by: 's', parameters: { max_keys: 2 }, type: 'map<string,double>' },
    new Map([
      ['a', 5],
      ['b', 2],
    ]),
  ],
  [
    'mean_by',
    { input: 'x', by: 's', parameters: { max_keys: 2 }, type: 'map<string,double>' },
    new Map([
      ['a', 2.5],
      ['b', 2],
    ]),
  ],
  [
    'decayed_sum',
    { input: 'x', parameters: { half_life_ms: 5 * MINUTE_MS }, type: 'double' },
    2 ** -12 + 2 ** -5 + 2 ** -3,
  ],
  [
    'decayed_count',
    { parameters: { half_life_ms: 5 * MINUTE_MS }, type: 'double' },
    2 ** -12 + 2 ** -6 + 2 ** -5 + 0.5,
  ],
  ['rate', { type: 'double' }, 4 / 3600],
  ['time_since_last', { type: 'double' }, 300],
  ['session_events', { window: SESSION }, 1],
  ['session_sum', { window: SESSION, input: 'i' }, 4],
  ['session_duration', { window: SESSION }, 0],
  ['session_count', { window: SESSION }, 3],
];

describe('the oracle', () => {
  it.each(CASES)('answers %s %j', (operation, given, expected) => {
    const { value, bounds, degraded } = ask(operation, given, TOLD);
    if (typeof expected === 'number' && bounds !== 0) expect(value).toBeCloseTo(expected, 12);
    else expect(value).toEqual(expected);
    expect(degraded).toBeNull();
  });

  it.each([
    ['sum', { input: 'x', type: 'double' }, 0],
    ['mean', { input: 'x' }, null],
    ['histogram', { input: 'x', parameters: { b0: 1 } }, [0, 0]],
    ['count_by', { input: 's', parameters: { max_keys: 1 } }, new Map()],
    ['session_duration', { window: SESSION }, null],
    ['session_sum', { window: SESSION, input: 'i' }, 0],
  ] as const)('answers %s over no events with its empty value', (operation, given, expected) => {
    expect(ask(operation, given, [])).toEqual({
      value: expected,
      bounds: 0,
      degraded: null,
      unbounded: false,
    });
  });

  it('tells which values are DEGRADED though everything is known', () => {
    expect(ask('count_by', { input: 's', parameters: { max_keys: 1 } }, TOLD)).toMatchObject({
      value: null,
      degraded: 'overflow',
    });
    const huge = [
      [1, 2 ** 53 - 1, 0, 'a'],
      [2, 1, 0, 'b'],
    ] as const;
    expect(ask('sum', { input: 'big' }, huge)).toMatchObject({ value: 2 ** 53, degraded: 'inexact' });
    expect(ask('sum', { input: 'big' }, huge.slice(0, 1))).toMatchObject({ degraded: null });
  });

  it('takes the last tumbling window that has ended', () => {
    const window: Window = { kind: 'tumbling', lengthMs: HOUR_MS, originMs: 15 * MINUTE_MS };
    expect(
      ask('count', { window }, [
        [45, 1, 1, 'a'],
        [44, 1, 1, 'a'],
        [105, 1, 1, 'a'],
        [106, 1, 1, 'a'],
      ]).value,
    ).toBe(1);
  });

  it('ends a session when the gap has passed since its last event', () => {
    expect(ask('session_events', { window: SESSION }, [[10, 1, 1, 'a']]).value).toBe(0);
    expect(
      ask('session_events', { window: SESSION }, [
        [9, 1, 1, 'a'],
        [18, 1, 1, 'a'],
        [28, 1, 1, 'a'],
      ]).value,
    ).toBe(2);
  });
});
