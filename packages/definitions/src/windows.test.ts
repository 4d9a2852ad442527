import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { compiledFeature, problemsOf, withFeatures } from './compiling.fixture';
import { count } from './feature-declarations';
import { rate, sessionEvents } from './time-declarations';

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

describe('tumbling windows', () => {
  const place = 'view "airport_delays", feature "x"';
  it.each<[object, string]>([
    [{ tumbling: '500ms' }, ': window 500ms is shorter than 1s'],
    [{ tumbling: '1500ms' }, ': window 1500ms is not in whole seconds'],
    [{ tumbling: '4000d' }, ': window 4000d is longer than 3660d'],
    [{ tumbling: 'x' }, ', tumbling: "x" is not a duration such as 500ms, 90s, 15m, 1h or 30d'],
    [{ tumbling: '1h', origin: 'x' }, ', origin: "x" is not a duration such as 500ms, 90s, 15m, 1h or 30d'],
    [{ tumbling: '1h', origin: '500ms' }, ': origin 500ms is not in whole seconds'],
    [
      { tumbling: '24h', origin: '30h' },
      ': origin 30h is not shorter than its window 24h: write "6h", which means the same',
    ],
    [
      { tumbling: '30d', origin: '1s' },
      ': window 30d from 1s has its edges on multiples of 1s, and more than 4096 of them in the window: take a rounder origin',
    ],
  ])('%j are refused', (window, problem) => {
    expect(problemsOf(withFeatures({ x: count({ window: window as never }) }))).toEqual([place + problem]);
  });

  it('move their edges on multiples of the length and the origin, which are hops of the view', () => {
    const declaration = withFeatures({
      a: count({ window: { tumbling: '24h', origin: '30m' } }),
      b: count({ window: { length: '2h', hop: '20m' } }),
    });
    expect(problemsOf(declaration)).toEqual([
      'view "airport_delays": hop 30m (feature "a") is not a multiple of hop 20m (feature "b"): ' +
        "of a view's hops each must divide the next larger one",
    ]);
    const aligned = withFeatures({
      a: count({ window: { tumbling: '24h', origin: '6h' } }),
      b: count({ window: { length: '2h', hop: '20m' } }),
    });
    expect(problemsOf(aligned)).toEqual([]);
  });

  it('reach back twice their length', () => {
    const view = (retention: '47h' | '48h') =>
      withFeatures({ x: count({ window: { tumbling: '24h' } }) }, { batch: false, stream: { retention } });
    expect(problemsOf(view('48h'))).toEqual([]);
    expect(problemsOf(view('47h'))).toEqual([
      'view "airport_delays", stream.retention: 47h is too short: it must be at least 2d (the longest window + its hop, of tumbling windows twice their length)',
    ]);
  });
});

describe('session windows', () => {
  const place = 'view "airport_delays", feature "x"';
  it.each<[object, string]>([
    [{ gap: '59s' }, ': session gap 59s is shorter than 1m: take a longer one'],
    [
      { gap: '25h' },
      ": session gap 25h is longer than the session's maximum length 1d: take a longer maxLength",
    ],
    [
      { gap: '30m', maxLength: '90m', hop: '1h' },
      ': window 90m is not a multiple of its hop 1h: change one of them',
    ],
    [
      { gap: '30m', maxLength: '13h30m' },
      ', session.maxLength: "13h30m" is not a duration such as 500ms, 90s, 15m, 1h or 30d',
    ],
    [
      { gap: '30m', maxLength: '810m' },
      ': window 810m is not a multiple of its default hop 1h: give the hop, as { session: { gap, maxLength, hop: … } }',
    ],
    [{ gap: 'x' }, ', session.gap: "x" is not a duration such as 500ms, 90s, 15m, 1h or 30d'],
  ])('%j are refused', (session, problem) => {
    const feature = sessionEvents({ window: { session: session as { gap: '30m' } } });
    expect(problemsOf(withFeatures({ x: feature }))).toEqual([place + problem]);
  });

  it('are for operations on sessions, and for no others', () => {
    const window = { session: { gap: '30m' } } as never;
    expect(problemsOf(withFeatures({ x: count({ window }) }))).toEqual([
      `${place}: count has no value over a session window: give a sliding or lifetime or tumbling window`,
    ]);
    expect(problemsOf(withFeatures({ x: sessionEvents({ window: '1h' as never }) }))).toEqual([
      `${place}: session_events has no value over a sliding window: give { session: { gap: "30m" } }`,
    ]);
  });
});

test('a rate needs a window with a length', () => {
  expect(problemsOf(withFeatures({ x: rate({ window: 'lifetime' as '1h' }) }))).toEqual([
    'view "airport_delays", feature "x": rate has no value over a lifetime window: give a sliding or tumbling window',
  ]);
});
