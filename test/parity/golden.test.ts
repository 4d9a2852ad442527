/** Bytes that earlier versions stored must be read for ever: one file per format and number, written by the version that made it. */
import {
  BatchListWriter,
  batchBoundaries,
  LaneEvaluator,
  newViewOutput,
  type StoredParts,
  StreamList,
  ViewFold,
  type ViewLayout,
} from '@forebay/algebra';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import {
  GOLDEN_CUT as CUT,
  goldenAnswers,
  goldenEvents,
  goldenHistory,
  sureAnswers,
  GOLDEN_T as T,
} from './golden-events';
import { CLICKHOUSE_LAYOUTS, GOLDEN_LAYOUTS } from './golden-views';
import { goldenBytes, goldenJson, storedBytes } from './support/golden-file';

function streamValue(layout: ViewLayout): Record<'stream' | 'open' | 'sealed', Uint8Array> {
  const evaluator = new LaneEvaluator(layout);
  const list = new StreamList(layout);
  let sealed: Uint8Array | null = null;
  for (const { row, timeMs, offset } of goldenEvents(T - 5 * HOUR_MS, 64, 5 * MINUTE_MS + SECOND_MS)) {
    evaluator.evaluate(row);
    list.add(evaluator, timeMs, { high: 8192 << 18, low: offset }, Math.min(timeMs + 1, T));
    list.advanceFence(0, 0, 3, offset);
    if (offset === 40) {
      list.compact(T);
      sealed = list.takeWrite(new Uint8Array([1, 1, 1, 1, 1, 1, 1, 1])).sealed;
    }
  }
  const write = list.takeWrite(new Uint8Array([2, 2, 2, 2, 2, 2, 2, 2]));
  return {
    stream: write.value.slice(0, write.valueSize),
    open: write.open as Uint8Array,
    sealed: sealed as Uint8Array,
  };
}

function batchValue(layout: ViewLayout): Uint8Array {
  const writer = new BatchListWriter(layout, {
    boundaries: batchBoundaries(layout, T, CUT),
    cutMs: CUT,
    qMs: T,
    goodUntilMs: CUT + 72 * HOUR_MS,
  });
  const evaluator = new LaneEvaluator(layout);
  for (const { row, timeMs, offset } of goldenHistory()) {
    evaluator.evaluate(row);
    writer.add(evaluator, timeMs, { high: 1 << 18, low: offset });
  }
  return writer.encode() as Uint8Array;
}

function answers(layout: ViewLayout, parts: StoredParts): unknown {
  const output = newViewOutput(layout);
  const tMs = T + 90 * MINUTE_MS;
  const context = {
    tMs,
    serverClockMs: tMs,
    completeSinceMs: CUT,
    batchMarker: { cutMs: CUT, qMs: T, coverageBeginMs: Number.NEGATIVE_INFINITY },
    progressMs: tMs,
  };
  new ViewFold(layout).fold(parts, context, output);
  return goldenAnswers(layout, output);
}

describe.each(Object.entries(GOLDEN_LAYOUTS))('stored formats of %s', (prefix, layout) => {
  const written = { ...streamValue(layout), batch: batchValue(layout) };
  it.each(['stream', 'open', 'sealed', 'batch'] as const)(
    'part "%s" is written byte for byte as ever',
    (part) => {
      expect(Buffer.from(written[part]).toString('hex')).toBe(
        goldenBytes(`${prefix}-${part}`, written[part]).toString('hex'),
      );
    },
  );

  it('give the values that the version which wrote them gave', () => {
    const stored = {
      stream: goldenBytes(`${prefix}-stream`, written.stream),
      open: goldenBytes(`${prefix}-open`, written.open),
      sealed: goldenBytes(`${prefix}-sealed`, written.sealed),
      batch: goldenBytes(`${prefix}-batch`, written.batch),
    };
    const actual = answers(layout, stored);
    expect(sureAnswers(actual)).toEqual(sureAnswers(goldenJson(`${prefix}-values`, actual)));
  });
});

describe.each(Object.entries(CLICKHOUSE_LAYOUTS))(
  'a batch list that ClickHouse wrote for %s',
  (prefix, layout) => {
    it('gives the values that the version which wrote it gave', () => {
      const batch = storedBytes(`${prefix}-clickhouse-batch`);
      const actual = answers(layout, { stream: null, open: null, sealed: null, batch });
      expect(sureAnswers(actual)).toEqual(sureAnswers(goldenJson(`${prefix}-clickhouse-values`, actual)));
    });
  },
);
