import { execFileSync } from 'node:child_process';
import { compileProject } from '@forebay/definitions';
import flights from './features';

/** Evaluates an expression in a process of its own, as these modules are not CommonJS; the result travels as JSON. */
function evaluate<T>(statements: string, expression: string): T {
  const script = `
    import { readFlights } from './flights-file.mjs';
    import * as naive from './naive.mjs';
    import { agrees } from './naive-aggregations.mjs';
    ${statements}
    console.log(JSON.stringify(${expression}));`;
  const args = ['--no-warnings', '--input-type=module', '--eval', script];
  const output = execFileSync(process.execPath, args, { cwd: __dirname, encoding: 'utf8' });
  return JSON.parse(output) as T;
}

/** Reading the whole file takes seconds on a busy machine. */
jest.setTimeout(120_000);

const HOUR = 3_600_000;
const NOON = Date.UTC(2001, 4, 1, 12);

/** What the tests of times and ties need of a flight. */
const SMALL_FILE = `
  const file = (times) => ({
    count: times.length,
    time: Float64Array.from(times),
    delay: Int32Array.from(times, (_, row) => row),
    distance: Int32Array.from(times, () => 100),
    origin: times.map(() => 'ORD'),
    destination: times.map(() => 'ATL'),
  });
  const delays = (times, positions) => naive.orderedFlights(file(times), positions).map((flight) => flight.delay);`;

describe('the naive recomputation', () => {
  test('gives the known answers of three airports on 1 May 2001, 12:00', () => {
    const statements = `
      const airports = naive.byEntity(naive.orderedFlights(await readFlights()), naive.AIRPORTS);
      const answers = ['ORD', 'ATL', 'DFW'].map((airport) => {
        const departures = airports.get(airport);
        const values = naive.naiveFeatures(naive.AIRPORTS, departures, ${NOON});
        const names = ['departures_30d', 'delay_sum_30d', 'delay_max_30d', 'delay_min_30d'];
        const unwidened = naive.between(departures, ${NOON - 30 * 24 * HOUR}, ${NOON}).map((flight) => flight.delay);
        const total = unwidened.reduce((sum, delay) => sum + delay, 0);
        return [...names.map((name) => values[name].value), unwidened.length, total];
      });`;
    expect(evaluate(statements, '{ airports: airports.size, answers }')).toEqual({
      airports: 229,
      answers: [
        [28_063, 388_714, 816, -45, 27_723, 389_612],
        [21_157, 129_184, 643, -46, 20_942, 126_334],
        [26_491, 85_902, 400, -47, 26_223, 85_161],
      ],
    });
  });

  test('begins a window at the hop at or before its length, and ends it before the instant', () => {
    const edge = NOON - HOUR;
    const statements = `${SMALL_FILE}
      const times = [${edge - 1}, ${edge}, ${NOON + 29_999}, ${NOON + 30_000}];
      const values = naive.naiveFeatures(naive.AIRPORTS, naive.orderedFlights(file(times)), ${NOON + 30_000});`;
    expect(evaluate(statements, '[values.departures_1h.value, values.departures_lifetime.value]')).toEqual([
      2, 3,
    ]);
  });

  test('orders flights of one time by load and row, then by partition and offset, and leaves unknown ones out', () => {
    const statements = `${SMALL_FILE}
      const positions = {
        how: Uint8Array.of(naive.RECORD, naive.RECORD, naive.LOADED, naive.NOT_KNOWN, naive.LOADED, naive.RECORD),
        major: Float64Array.of(1, 0, 2, 0, 1, 0),
        minor: Float64Array.of(0, 7, 0, 0, 9, 6),
      };`;
    expect(evaluate<number[]>(statements, 'delays([5, 5, 5, 5, 5, 5], positions)')).toEqual([4, 2, 5, 1, 0]);
    expect(evaluate<number[]>(statements, 'delays([4, 5, 5, 5, 5, 3], positions)')).toEqual([5, 0, 4, 2, 1]);
  });

  test('has the values of an empty window, and of an entity without flights', () => {
    const statements = `const values = naive.naiveFeatures(naive.AIRPORTS, [], ${NOON});`;
    const names = [
      'departures_1h',
      'delay_sum_24h',
      'delay_mean_1h',
      'destinations_30d',
      'last_destinations_90d',
    ];
    expect(evaluate(statements, `${JSON.stringify(names)}.map((name) => values[name].value)`)).toEqual([
      0,
      0,
      null,
      0,
      [],
    ]);
  });

  test('takes a value that is off by more than the order of additions explains for a difference', () => {
    const cases = [
      'agrees(3, { value: 3, tolerance: 0 })',
      'agrees(3 + 1e-9, { value: 3, tolerance: 1e-8 })',
      "agrees(['a', 'b'], { value: ['a', 'b'], tolerance: 0 })",
      'agrees(null, { value: null, tolerance: 0 })',
      'agrees(3.1, { value: 3, tolerance: 1e-8 })',
      'agrees(null, { value: 0, tolerance: 1e-8 })',
      'agrees(0, { value: null, tolerance: 0 })',
      "agrees('3', { value: 3, tolerance: 0 })",
      "agrees(['a'], { value: ['a', 'b'], tolerance: 0 })",
      'agrees(NaN, { value: 3, tolerance: 1 })',
    ];
    const expected = [true, true, true, true, false, false, false, false, false, false];
    expect(evaluate('', `[${cases.join(', ')}]`)).toEqual(expected);
  });
});

describe('the definitions', () => {
  const views = flights.options.aggregationViews ?? [];

  test('are recomputed one by one', () => {
    const declared = views.map(({ options }) => Object.keys(options.features));
    const names = 'Object.values(view.features).flatMap((features) => Object.keys(features))';
    expect(evaluate('', `[naive.AIRPORTS, naive.ROUTES].map((view) => ${names})`)).toEqual(declared);
  });

  test('are valid', () => {
    const { aggregationViews, featureServices } = compileProject(flights);
    expect(featureServices.map(({ name, features }) => [name, features.length])).toEqual([
      ['airport_board', aggregationViews[0]!.features.length],
      ['route_board', aggregationViews[1]!.features.length],
    ]);
    for (const { batch, stream } of aggregationViews) {
      expect(batch).toEqual({ horizonMs: 72 * HOUR, cutHopMs: HOUR, intervalMs: null });
      expect(stream).toEqual({ retentionMs: 73 * HOUR });
    }
  });

  test('have at least 25 features of airports and of routes, over every window', () => {
    for (const { options } of views) {
      const features = Object.values(options.features);
      expect(features.length).toBeGreaterThanOrEqual(25);
      const windows = new Set(features.map((feature) => feature.options.window));
      expect([...windows].sort()).toEqual(['1h', '24h', '30d', '7d', '90d', 'lifetime']);
    }
  });
});
