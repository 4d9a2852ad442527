import { type BenchCase, reportLines, targetMet } from './report';

const replay = (value: number): BenchCase => ({
  case: 'replay',
  value,
  unit: 'events/s',
  target: { atLeast: 40_000 },
});

test('the last line is one JSON object with every case', () => {
  const lines = reportLines('replay', [
    replay(41_234.5),
    { case: 'read', ratio: 0.5, unit: 'x of the ceiling', target: null },
  ]);
  expect(JSON.parse(lines.at(-1)!)).toEqual({
    bench: 'replay',
    cases: [
      { case: 'replay', value: 41_234.5, unit: 'events/s', target: '>= 40000', ok: true },
      { case: 'read', ratio: 0.5, unit: 'x of the ceiling', target: null, ok: true },
    ],
  });
});

test('the table shows what was missed', () => {
  expect(reportLines('replay', [replay(39_999)]).slice(0, 2)).toEqual([
    'case    measured  unit      target    ok',
    'replay  39,999    events/s  >= 40000  NO',
  ]);
});

test('a target is met at its bound, and never by NaN', () => {
  const latency = (value: number): BenchCase => ({ case: 'p50', value, unit: 'ms', target: { atMost: 2 } });
  expect([replay(40_000), latency(2)].map(targetMet)).toEqual([true, true]);
  expect([latency(2.01), latency(Number.NaN), replay(Number.NaN)].map(targetMet)).toEqual([
    false,
    false,
    false,
  ]);
});
