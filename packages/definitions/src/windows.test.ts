import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { compiledFeature, problemsOf, withFeatures } from './compiling.fixture';
import { count } from './feature-declarations';

describe('windows', () => {
  it.each([
    ['30s', 1_000],
    ['1m', 1_000],
    ['2m', MINUTE_MS],
    ['1h', MINUTE_MS],
    ['90m', 5 * MINUTE_MS],
    ['12h', 5 * MINUTE_MS],
    ['13h', HOUR_MS],
    ['12d', HOUR_MS],
    ['13d', DAY_MS],
    ['90d', DAY_MS],
  ] as const)('of %s have a default hop of %d ms', (window, hopMs) => {
    expect(compiledFeature(count({ window })).window).toMatchObject({ hopMs });
  });

  it.each([
    ['90s', 'window 90s is not a multiple of its default hop 1m: give the hop, as { length: "90s", hop: … }'],
    [{ length: '90m', hop: '1h' }, 'window 90m is not a multiple of its hop 1h: change one of them'],
    ['500ms', 'window 500ms is shorter than 1s'],
    ['0s', 'window 0s is shorter than 1s'],
    [{ length: '1h', hop: '500ms' }, 'hop 500ms is shorter than 1s'],
    [{ length: '3s', hop: '1500ms' }, 'hop 1500ms is not in whole seconds'],
    ['4000d', 'window 4000d is longer than 3660d: use "lifetime" for everything before'],
    [{ length: '90d', hop: '1m' }, 'window 90d has 129600 hops of 1m, more than 4096: take a larger hop'],
  ] as const)('%j are refused', (window, problem) => {
    expect(problemsOf(withFeatures({ x: count({ window: window as '1h' }) }))).toEqual([
      `view "airport_delays", feature "x": ${problem}`,
    ]);
  });

  it.each([
    ['x', 'window', '"x" is not a duration such as 500ms, 90s, 15m, 1h or 30d'],
    [{ length: '1h', hop: '1' }, 'hop', '"1" is not a duration such as 500ms, 90s, 15m, 1h or 30d'],
  ])('%j are refused as no durations', (window, part, problem) => {
    expect(problemsOf(withFeatures({ x: count({ window: window as '1h' }) }))).toEqual([
      `view "airport_delays", feature "x", ${part}: ${problem}`,
    ]);
  });

  it('of one view have hops of which each divides the next', () => {
    const declaration = withFeatures({
      a: count({ window: { length: '2h', hop: '40m' } }),
      b: count({ window: { length: '10m', hop: '5m' } }),
    });
    expect(problemsOf(declaration)).toEqual([
      'view "airport_delays": hop 1h (the cut hop) is not a multiple of hop 40m (feature "a"): ' +
        "of a view's hops each must divide the next larger one",
    ]);
  });

  it('need not divide the cut hop where batch and stream do not meet', () => {
    expect(
      problemsOf(
        withFeatures({ a: count({ window: { length: '2h', hop: '40m' } }) }, { batch: false, stream: {} }),
      ),
    ).toEqual([]);
  });
});
