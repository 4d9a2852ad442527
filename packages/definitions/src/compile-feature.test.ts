import { compiledFeature, problemsOf, withFeatures } from './compiling.fixture';
import { distinctCount } from './distribution-declarations';
import type { FeatureDeclaration } from './feature-declaration';
import { count, lastN, max, mean, min, stddev, sum, variance } from './feature-declarations';
import { timeSinceLast } from './time-declarations';

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
