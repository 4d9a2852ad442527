/** Values of a view on a schedule (docs/CODEC.md, parts `0` and `1`), as the version that first stored them wrote them. */
import {
  BatchListWriter,
  type BatchMarker,
  LaneEvaluator,
  newViewOutput,
  STATUS,
  scheduledBoundaries,
  ViewFold,
} from '@forebay/algebra';
import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { goldenAnswers, goldenEvents, sureAnswers, GOLDEN_T as T } from './golden-events';
import { SCHEDULED_LAYOUT as layout } from './golden-views';
import { goldenBytes, goldenJson } from './support/golden-file';

/** The ticks of parity 0 and 1. */
const TICKS = [T, T + HOUR_MS] as const;
const PARTS = [0, 1] as const;

function scheduledValue(tickMs: number): Uint8Array {
  const writer = new BatchListWriter(layout, {
    boundaries: scheduledBoundaries(layout, tickMs),
    cutMs: tickMs,
    qMs: tickMs + 6 * MINUTE_MS,
    goodUntilMs: tickMs,
  });
  const evaluator = new LaneEvaluator(layout);
  for (const { row, timeMs, offset } of goldenEvents(T - 200 * HOUR_MS, 121, 100 * MINUTE_MS + 1)) {
    evaluator.evaluate(row);
    writer.add(evaluator, timeMs, { high: 1 << 18, low: offset });
  }
  return writer.encode() as Uint8Array;
}

const written = TICKS.map(scheduledValue) as [Uint8Array, Uint8Array];
const stored = PARTS.map((part) => goldenBytes(`codec-1-scheduled-${part}`, written[part])) as [
  Buffer,
  Buffer,
];

/** Values at the first instant that is answered by the tick. */
function read(tickMs: number, markers: readonly [BatchMarker | null, BatchMarker | null]) {
  const output = newViewOutput(layout);
  const tMs = tickMs + 20 * MINUTE_MS;
  expect(new ViewFold(layout).foldScheduled(stored, { tMs, markers }, output)).toBe(tickMs);
  return output;
}

const markerOf = (tickMs: number): BatchMarker => ({
  cutMs: tickMs,
  qMs: tickMs + 6 * MINUTE_MS,
  coverageBeginMs: Number.NEGATIVE_INFINITY,
});
const MARKERS = [markerOf(TICKS[0]), markerOf(TICKS[1])] as const;

it.each(PARTS)('part "%s" is written byte for byte as ever', (part) => {
  expect(Buffer.from(written[part]).toString('hex')).toBe(stored[part].toString('hex'));
});

it('gives the values that the version which wrote them gave', () => {
  const actual = TICKS.map((tickMs) => goldenAnswers(layout, read(tickMs, MARKERS)));
  expect(sureAnswers(actual)).toEqual(sureAnswers(goldenJson('codec-1-scheduled-values', actual)));
});

it('of a tick of which no run has finished, is DEGRADED', () => {
  expect(new Set(read(TICKS[1], [MARKERS[0], markerOf(TICKS[1] - 2 * HOUR_MS)]).statuses)).toEqual(
    new Set([STATUS.DEGRADED]),
  );
});
