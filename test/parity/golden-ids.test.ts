/** The ids of a stream list (docs/CODEC.md, part `i`), as the version that first stored them wrote them. */
import { compileView, contentCheck, LaneEvaluator, StreamList } from '@forebay/algebra';
import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { aggregationView, compileProject, count, entity, eventSource, project } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { goldenText, hexLines } from './support/golden-file';

const T = Date.UTC(2026, 0, 15, 12);

const shop = entity({ name: 'shop', joinKeys: { shop: 'string' } });
const orders = eventSource({
  name: 'orders',
  topic: 'orders',
  fields: { time: 'timestamp', shop: 'string', id: 'string', big: 'int64', x: 'double', paid: 'bool' },
  eventTime: 'time',
  eventId: 'id',
});
const byShop = aggregationView({
  name: 'by_shop',
  entity: shop,
  source: orders,
  batch: false,
  features: { orders_1h: count({ window: '1h' }) },
});
const compiled = compileProject(
  project({ name: 'shops', entities: [shop], eventSources: [orders], aggregationViews: [byShop] }),
);
const source = { ...compiled.eventSources[0]!, dedupeMs: 2 * HOUR_MS };
const layout = compileView(compiled.aggregationViews[0]!, source);

/** The first one lies before the epoch. */
const events = Array.from({ length: 20 }, (_, i) => ({
  timeMs: i === 0 ? -1 : T - i * MINUTE_MS,
  tie: { high: 0x80000000 + i, low: 7 * i },
  row: [
    T,
    'a',
    `order ${i}`,
    i % 2 === 0 ? i : (1n << 60n) + 1n,
    i / 3,
    i % 3 === 0 ? null : i % 3 === 1,
  ] as Value[],
}));

/** Part `i` of all events, and after a compaction that dropped those before T − 9 min. */
function written(): readonly Uint8Array[] {
  const evaluator = new LaneEvaluator(layout);
  const list = new StreamList(layout);
  for (const { timeMs, tie, row } of events) {
    evaluator.evaluate(row);
    const heldFromMs = Number.NEGATIVE_INFINITY;
    list.add(evaluator, timeMs, tie, Math.min(timeMs + 1, T), heldFromMs, contentCheck(row, row.length));
  }
  return [1, 2].map((token) => {
    const { ids } = list.takeWrite(new Uint8Array(8).fill(token));
    list.compact(T + 1, T - 9 * MINUTE_MS);
    return ids!.bytes.slice(0, ids!.size);
  });
}

test('codec 1 of part "ids" is written byte for byte as ever', () => {
  const hex = written().map(hexLines).join('\n');
  expect(hex).toBe(goldenText('codec-1-ids.hex', () => hex));
});
