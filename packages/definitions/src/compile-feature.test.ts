import { compiledFeature, problemsOf, withFeatures } from './compiling.fixture';
import {
  countBy,
  distinctCount,
  histogram,
  meanBy,
  quantile,
  quantiles,
  sumBy,
  topK,
} from './distribution-declarations';
import type { FeatureDeclaration } from './feature-declaration';
import {
  count,
  firstN,
  lastN,
  max,
  mean,
  min,
  skewness,
  stddev,
  sum,
  variance,
} from './feature-declarations';
import {
  decayedCount,
  decayedSum,
  rate,
  sessionCount,
  sessionDuration,
  sessionEvents,
  sessionSum,
  timeSinceLast,
} from './time-declarations';

describe('features', () => {
  it.each<[FeatureDeclaration, string]>([
    [count({ window: '1h' }), 'int64'],
    [count('price', { window: '1h' }), 'int64'],
    [sum('delay', { window: '1h' }), 'int64'],
    [sum('price', { window: '1h' }), 'double'],
    [mean('delay', { window: '1h' }), 'double'],
    [min('delay', { window: '1h' }), 'int32'],
    [max('delay + 1', { window: '1h' }), 'int64'],
    [max('time', { window: '1h' }), 'timestamp'],
    [lastN('tail', 3, { window: '1h' }), 'list<string>'],
    [lastN('is_late', 3, { window: '1h' }), 'list<bool>'],
    [timeSinceLast('tail', { window: '1h' }), 'double'],
    [skewness('delay', { window: '1h' }), 'double'],
    [firstN('time', 3, { window: '1h' }), 'list<timestamp>'],
    [quantile('delay', 0.5, { window: '1h' }), 'double'],
    [quantiles('price', [0.1, 0.9], { window: '1h' }), 'list<double>'],
    [topK('delay', 3, { window: '1h' }), 'list<int32>'],
    [histogram('price', [0, 10], { window: '1h' }), 'list<int64>'],
    [countBy('tail', { window: '1h' }), 'map<string,int64>'],
    [countBy('is_late', { window: '1h' }), 'map<int64,int64>'],
    [sumBy('delay', 'tail', { window: '1h' }), 'map<string,int64>'],
    [sumBy('price', 'delay', { window: '1h' }), 'map<int64,double>'],
    [meanBy('delay', 'tail', { window: '1h' }), 'map<string,double>'],
    [decayedSum('price', { halfLife: '1h' }), 'double'],
    [decayedCount({ halfLife: '1h', window: '7d' }), 'double'],
    [rate({ window: '1h' }), 'double'],
    [sessionEvents({ window: { session: { gap: '30m' } } }), 'int64'],
    [sessionSum('delay', { window: { session: { gap: '30m' } } }), 'int64'],
    [sessionDuration({ window: { session: { gap: '30m' } } }), 'double'],
    [sessionCount({ window: { session: { gap: '30m' } } }), 'int64'],
  ])('%j are %s', (feature, type) => {
    expect(compiledFeature(feature).type).toBe(type);
  });

  it('have their parameters filled in', () => {
    expect(compiledFeature(distinctCount('tail', { window: '1h' })).parameters).toEqual({ exact: 256 });
    expect(compiledFeature(distinctCount('tail', { window: '1h', exact: 8 })).parameters).toEqual({
      exact: 8,
    });
    expect(compiledFeature(variance('price', { window: '1h' })).parameters).toEqual({ sample: 0 });
    expect(compiledFeature(stddev('price', { window: '1h', sample: true })).parameters).toEqual({
      sample: 1,
    });
  });

  const spread = 'int32, int64, double';
  it.each<[FeatureDeclaration, string]>([
    [
      sum('tail', { window: '1h' }),
      `: input "tail" is string, and sum takes ${spread}: give an expression of one of these types, or another operation`,
    ],
    [
      mean('is_late', { window: '1h' }),
      `: input "is_late" is bool, and mean takes ${spread}: use count with a filter, or an expression such as "x ? 1 : 0"`,
    ],
    [
      distinctCount('price', { window: '1h' }),
      ': input "price" is double, and distinct_count takes bool, int32, int64, string, timestamp: round it to an integer first',
    ],
    [
      distinctCount('tail', { window: '1h', exact: 2_000 }),
      ': exact 2000 is not a whole number from 0 to 1024',
    ],
    [lastN('tail', 101, { window: '1h' }), ': n 101 is not a whole number from 1 to 100'],
    [lastN('tail', 1.5, { window: '1h' }), ': n 1.5 is not a whole number from 1 to 100'],
    [quantile('price', 1.5, { window: '1h' }), ': q 1.5 is not a number from 0 to 1'],
    [
      quantile('price', undefined as never, { window: '1h' }),
      ': quantile needs its parameter "q", from 0 to 1',
    ],
    [quantiles('price', [], { window: '1h' }), ': quantiles needs at least one quantile'],
    [quantiles('price', [0.5, 2], { window: '1h' }), ': quantile 2 is 2, not a number from 0 to 1'],
    [
      quantiles('price', Array(17).fill(0.5), { window: '1h' }),
      ': 17 are more than the limit of 16 for quantiles',
    ],
    [
      histogram('price', [1, 1], { window: '1h' }),
      ': bound 2 is 1 after 1: give them in ascending order, each once',
    ],
    [histogram('price', [Infinity], { window: '1h' }), ': "parameters.b0" is Infinity: expected number'],
    [topK('tail', 0, { window: '1h' }), ': k 0 is not a whole number from 1 to 100'],
    [countBy('tail', { window: '1h', maxKeys: 0 }), ': maxKeys 0 is not a whole number from 1 to 65536'],
    [
      topK('price', 3, { window: '1h' }),
      ': input "price" is double, and top_k takes bool, int32, int64, string, timestamp: round it to an integer first',
    ],
    [
      sumBy('delay', 'price', { window: '1h' }),
      ', category: "price" is double, and categories are bool, int32, int64, string, timestamp: round it to an integer first',
    ],
    [
      { ...sumBy('delay', 'tail', { window: '1h' }), by: null },
      ': sum_by needs a category: a field, a derived column or an expression',
    ],
    [
      { ...sum('delay', { window: '1h' }), by: 'tail' },
      ': sum takes no category "tail": leave it out, or use sum_by or mean_by',
    ],
    [decayedSum('price', {} as never), ': decayed_sum needs its parameter "halfLife", from 1s to 3660d'],
    [decayedSum('price', { halfLife: '1ms' }), ': halfLife 1ms is not a duration from 1s to 3660d'],
    [
      decayedCount({ halfLife: 'soon' as '1h' }),
      ', halfLife: "soon" is not a duration such as 500ms, 90s, 15m, 1h or 30d',
    ],
    [
      count({ window: '1h', filter: 'delay' }),
      ', filter: "delay" is int, not bool: compare it, as in "delay != null"',
    ],
    [
      { ...lastN('tail', 1, { window: '1h' }), parameters: {} },
      ': last_n needs its parameter "n", from 1 to 100',
    ],
    [
      { ...count({ window: '1h' }), parameters: { n: 1 } },
      ': count has no parameter "n": its parameters are none',
    ],
    [
      { ...count({ window: '1h' }), operation: 'median' as 'count' },
      ': unknown operation "median": the operations are "count"',
    ],
    [
      { ...sum('delay', { window: '1h' }), input: null },
      ': sum needs an input: a field, a derived column or an expression',
    ],
    [
      sum('delay', undefined as never),
      ': "window" is missing: expected a duration, "lifetime", { length, hop }, { tumbling, origin } or { session: { gap, maxLength, hop } }',
    ],
    [distinctCount('tail', undefined as never), ': "window" is missing'],
    [count({ window: 5 } as never), ': "window" is 5: expected a duration, "lifetime", { length, hop }'],
    [
      count({ window: '1h', wher: 'x' } as never),
      ': unknown option "wher": check its spelling, or leave it out',
    ],
    [
      lastN('tail', { window: '1h' } as never, undefined as never),
      ': "parameters.n" is an object: expected number',
    ],
  ])('%j are refused', (feature, problem) => {
    expect(
      problemsOf(withFeatures({ x: feature }))[0]?.startsWith(
        `view "airport_delays", feature "x"${problem}`,
      ) ?? false,
    ).toBe(true);
  });

  it('name what an expression gets wrong', () => {
    const [problem] = problemsOf(withFeatures({ x: sum('dely * 2', { window: '1h' }) }));
    expect(problem).toMatch(/^view "airport_delays", feature "x", input: .*dely/);
  });

  it('are named like everything else', () => {
    expect(problemsOf(withFeatures({ lateFlights: count({ window: '1h' }) }))).toEqual([
      'view "airport_delays", feature "lateFlights": "lateFlights" is not a name: use a lowercase letter, then up to 62 lowercase letters, digits or _',
    ]);
  });
});
