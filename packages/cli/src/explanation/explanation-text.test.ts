import type { ExplainedFeature, ExplainedSegment, FeatureExplanation } from '@forebay/client';
import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { Output } from '../output';
import { explanationText } from './explanation-text';

const NOON = Date.UTC(2026, 4, 10, 12);
const out = { write: () => undefined };
const output = new Output({ json: false, colors: false, out, err: out });

const segment = (minutesAgo: number, counted: number, merged: number): ExplainedSegment => ({
  from: minutesAgo > 60 ? 'batch' : 'stream',
  parts: [minutesAgo > 60 ? 'b' : 's'],
  startMs: NOON - minutesAgo * MINUTE_MS,
  endMs: NOON - (minutesAgo - 1) * MINUTE_MS,
  events: counted,
  counted,
  states: { count: counted, sum: { sum: 10 * counted, high: 10 * counted, low: 0 } },
  alone: 10 * counted,
  merged,
});

const explanation: FeatureExplanation = {
  view: 'orders',
  version: 2,
  feature: 'spent_7d',
  type: 'int64',
  status: 'DEGRADED',
  value: 150,
  degraded: { reason: 'stale', text: 'the stream is behind', remedy: 'look at its lag' },
  entity: 'customer=7',
  definition: [
    { name: 'operation', text: 'sum' },
    { name: 'window', text: '7d by 1h' },
  ],
  clocks: {
    freshnessMs: 90_000,
    progressMs: NOON - 90_000,
    completeSinceMs: Number.NEGATIVE_INFINITY,
    cutMs: NOON - HOUR_MS,
    runClockMs: NOON - MINUTE_MS,
    coverageBeginMs: Number.NEGATIVE_INFINITY,
    goodUntilMs: NOON + HOUR_MS,
    newestEventMs: NOON - MINUTE_MS,
    tickMs: null,
    epoch: 0,
    partitions: [
      { partition: 0, progressMs: NOON - 90_000, nextOffset: 17 },
      { partition: 1, progressMs: null, nextOffset: null },
    ],
  },
  segments: {
    atMs: NOON,
    edgeMs: NOON - 7 * 24 * HOUR_MS,
    endMs: NOON,
    hopMs: HOUR_MS,
    cutMs: NOON - HOUR_MS,
    cutOf: 'batch value',
    coveredFromMs: Number.NEGATIVE_INFINITY,
    segments: [
      segment(2, 1, 10),
      segment(3, 2, 30),
      segment(4, 3, 60),
      segment(120, 4, 100),
      segment(240, 5, 150),
    ],
    segmentCount: 5,
    segmentsWithoutEvents: 2,
    stream: {
      writeToken: '00ff',
      wMs: NOON - 1_500,
      rows: 9,
      fences: [{ source: 'orders', partition: 1, epoch: 0, offset: 41 }],
    },
    batch: { cutMs: NOON - HOUR_MS, runClockMs: NOON - MINUTE_MS, goodUntilMs: NOON + HOUR_MS, rows: 12 },
  },
  table: null,
  expression: null,
};

const explained: ExplainedFeature = {
  asOfMs: NOON,
  serverClockMs: NOON,
  registryVersion: 3,
  explanation,
  keys: [
    { key: 'f:{0}7.s.7', what: 'stream list', found: true, sizeBytes: 2_048, unreadable: null },
    { key: 'f:{0}7.b.7', what: 'batch value', found: true, sizeBytes: 7, unreadable: 'codec 9' },
    { key: 'm:{0}7.b', what: 'marker', found: false, sizeBytes: 0, unreadable: null },
  ],
  truncated: ['something'],
};

test('a page has value, reason, window, segments that add up, offsets, clocks, definition and keys', () => {
  const page = explanationText(explained, output, 4);
  for (const line of [
    'orders@2:spent_7d  customer=7',
    'value      150 (int64), DEGRADED',
    'because    stale: the stream is behind',
    'do         look at its lag',
    'window     [2026-05-03 12:00:00, 2026-05-10 12:00:00), its left edge moves by 1h',
    "cut        2026-05-10 11:00:00, the batch value's: batch segments before it, stream segments from it on",
    "together   15 events in 5 segments (3 of the stream, 2 of the batch value); 2 more hold none of the feature's events: 150",
    'stream     9 rows, last written 1.5s ago (token 00ff)',
    'fences     orders/1 up to offset 41',
    'fresh      all that had arrived 1m 30s ago is in it',
    'partitions 0: checkpoint 17, 1m 30s ago; 1: no checkpoint, no progress',
    '  operation  sum',
    'f:{0}7.b.7 cannot be read: codec 9',
    'as of 2026-05-10 12:00:00; all times are UTC; registry version 3',
    'left out: something',
  ]) {
    expect(page.split('\n')).toContain(line);
  }
});

test('the newest and the oldest segments are shown, and what lies between them is summed up', () => {
  const rows = explanationText(explained, output, 4)
    .split('\n')
    .flatMap((line) =>
      /^│ (stream|batch|…)/.test(line) ? [line.split('│').map((cell) => cell.trim())] : [],
    );
  expect(
    rows.map(([, from, interval, events, state, , merged]) => [from, interval, events, state, merged]),
  ).toEqual([
    ['stream', '2026-05-10 11:58:00 +1m', '1 ▇▇', 'sum 10', '10'],
    ['…', '1 segments', '2', '', '30'],
    ['stream', '2026-05-10 11:56:00 +1m', '3 ▇▇▇▇▇▇▇', 'sum 30', '60'],
    ['batch', '2026-05-10 10:00:00 +1m', '4 ▇▇▇▇▇▇▇▇▇▇', 'sum 40', '100'],
    ['batch', '2026-05-10 08:00:00 +1m', '5 ▇▇▇▇▇▇▇▇▇▇▇▇', 'sum 50', '150'],
  ]);
});

test('inputs of an expression are explained below it, indented', () => {
  const inputs = [
    { column: 'spent', from: 'feature', value: 150, reference: 'orders@2:spent_7d', explanation },
    { column: 'limit', from: 'request', value: 20, reference: '', explanation: null },
  ] as const;
  const risk: FeatureExplanation = {
    ...explanation,
    view: 'risk',
    feature: 'ratio',
    entity: '',
    clocks: null,
    segments: null,
    degraded: null,
    status: 'PRESENT',
    value: 7.5,
    expression: { expression: 'spent / limit', withValues: '150 / 20', inputs },
  };
  const lines = explanationText({ ...explained, explanation: risk }, output, 4).split('\n');
  expect(lines).toContain('  with values  150 / 20');
  expect(lines).toContain('input spent = orders@2:spent_7d: 150');
  expect(lines).toContain('  value      150 (int64), DEGRADED');
  expect(lines).toContain('input limit of the request: 20');
});
