/** Bytes that earlier versions stored must be read for ever: one file per format and number, written by the version that made it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BatchListWriter,
  batchBoundaries,
  LaneEvaluator,
  newViewOutput,
  StreamList,
  ViewFold,
  type ViewLayout,
} from '@forebay/algebra';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { GOLDEN_LAYOUTS } from './golden-views';

const GOLDEN = join(__dirname, '../../packages/algebra/golden');
const T = Date.UTC(2026, 0, 15, 12);

/** Deterministic events around T, some in the writer's future. */
function events(
  from: number,
  count: number,
  stepMs: number,
): { row: Value[]; timeMs: number; offset: number }[] {
  return Array.from({ length: count }, (_, i) => ({
    timeMs: from + i * stepMs,
    offset: i,
    row: [
      from + i * stepMs,
      'ann',
      (i * 7) % 11,
      i % 3 === 0 ? 9_007_199_254_740_993n + BigInt(i) : i * 1000,
      i % 4 === 3 ? null : i / 3,
      `item-${(i * 5) % 7}`,
    ],
  }));
}

function streamValue(layout: ViewLayout): Record<'stream' | 'open' | 'sealed', Uint8Array> {
  const evaluator = new LaneEvaluator(layout);
  const list = new StreamList(layout);
  let sealed: Uint8Array | null = null;
  for (const { row, timeMs, offset } of events(T - 5 * HOUR_MS, 64, 5 * MINUTE_MS + SECOND_MS)) {
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
  const cutMs = T - 6 * HOUR_MS;
  const writer = new BatchListWriter(layout, {
    boundaries: batchBoundaries(layout, T, cutMs),
    cutMs,
    qMs: T,
    goodUntilMs: cutMs + 72 * HOUR_MS,
  });
  const evaluator = new LaneEvaluator(layout);
  for (const { row, timeMs, offset } of events(cutMs - 9 * DAY_MS, 80, 2 * HOUR_MS + MINUTE_MS)) {
    evaluator.evaluate(row);
    writer.add(evaluator, timeMs, { high: 1 << 18, low: offset });
  }
  return writer.encode() as Uint8Array;
}

function golden(name: string, bytes: Uint8Array): Uint8Array {
  const path = join(GOLDEN, `${name}.hex`);
  if (process.env.FOREBAY_WRITE_GOLDEN === '1' && !existsSync(path))
    writeFileSync(
      path,
      `${Buffer.from(bytes)
        .toString('hex')
        .replace(/(.{64})/g, '$1\n')}\n`,
    );
  return Buffer.from(readFileSync(path, 'utf8').replace(/\s/g, ''), 'hex');
}

function answers(
  layout: ViewLayout,
  parts: Record<'stream' | 'open' | 'sealed' | 'batch', Uint8Array>,
): unknown {
  const output = newViewOutput(layout);
  const context = {
    tMs: T + 90 * MINUTE_MS,
    serverClockMs: T + 90 * MINUTE_MS,
    completeSinceMs: T - 10 * DAY_MS,
    batchMarker: { cutMs: T - 6 * HOUR_MS, qMs: T, coverageBeginMs: Number.NEGATIVE_INFINITY },
    progressMs: T + 90 * MINUTE_MS,
  };
  new ViewFold(layout).fold(parts, { ...context, completeSinceMs: T - 6 * HOUR_MS }, output);
  return layout.features.map((plan) => {
    const value = output.others[plan.index] ?? output.numbers[plan.index];
    return [
      plan.feature.name,
      plan.operation,
      JSON.stringify(value instanceof Map ? [...value] : value, (_, inner) =>
        typeof inner === 'bigint' ? `${inner}n` : inner,
      ),
      output.statuses[plan.index],
    ];
  });
}

describe.each(Object.entries(GOLDEN_LAYOUTS))('stored formats of %s', (prefix, layout) => {
  const written = { ...streamValue(layout), batch: batchValue(layout) };
  it.each(['stream', 'open', 'sealed', 'batch'] as const)(
    'part "%s" is written byte for byte as ever',
    (part) => {
      expect(Buffer.from(written[part]).toString('hex')).toBe(
        Buffer.from(golden(`${prefix}-${part}`, written[part])).toString('hex'),
      );
    },
  );

  it('give the values that the version which wrote them gave', () => {
    const stored = {
      stream: golden(`${prefix}-stream`, written.stream),
      open: golden(`${prefix}-open`, written.open),
      sealed: golden(`${prefix}-sealed`, written.sealed),
      batch: golden(`${prefix}-batch`, written.batch),
    };
    const path = join(GOLDEN, `${prefix}-values.json`);
    const actual = answers(layout, stored);
    if (process.env.FOREBAY_WRITE_GOLDEN === '1' && !existsSync(path))
      writeFileSync(path, `${JSON.stringify(actual, null, 1)}\n`);
    expect(actual).toEqual(JSON.parse(readFileSync(path, 'utf8')));
  });
});
