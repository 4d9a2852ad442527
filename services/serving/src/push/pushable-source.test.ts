import type { ForebayError } from '@forebay/contract';
import {
  aggregationView,
  compileProject,
  count,
  entity,
  eventSource,
  type Project,
  project,
} from '@forebay/definitions';
import { PushableSource } from './pushable-source';

const NOW = 1_800_000_000_000;

function shop({ format = 'json' as 'json' | 'avro' } = {}): Project {
  const card = entity({ name: 'card', joinKeys: { shop: 'int64', card: 'string' } });
  const orders = eventSource({
    name: 'orders',
    topic: 'orders',
    fields: { time: 'timestamp', shop: 'int64', card: 'string', price: 'double' },
    eventTime: 'time',
    format,
  });
  const view = aggregationView({
    name: 'by_card',
    entity: card,
    source: orders,
    batch: false,
    features: { orders: count({ window: '1h' }) },
  });
  return compileProject(
    project({
      name: 'shop',
      entities: [card],
      eventSources: [orders],
      aggregationViews: [view],
      featureServices: [],
    }),
  );
}

const sourceOf = (of: Project) => new PushableSource(of, of.eventSources[0]!);
const event = (more: object = {}) => JSON.stringify({ time: NOW, shop: 7, card: 'a.b', price: 1, ...more });

test('records are keyed by the first join key of the first view, and are the texts that were given', () => {
  const text = ` ${event({ shop: '9007199254740993', unknown: 1 })}`;
  const [checked] = sourceOf(shop()).check([text], NOW);
  expect(checked?.record).toEqual({ topic: 'orders', key: '9007199254740993', value: text });
  const [keyless] = sourceOf(shop()).check([event({ shop: null })], NOW);
  expect(keyless?.record.key).toBeNull();
});

test('each event that is none is named, by its place', () => {
  const mistake = (events: readonly string[]) => {
    try {
      sourceOf(shop()).check(events, NOW);
    } catch (error) {
      return error as ForebayError;
    }
    throw new Error('it was taken');
  };
  const error = mistake([event(), '{', event({ price: '1' }), event({ time: NOW + 3_600_000 }), '[]', '']);
  expect(error.reason).toBe('invalid_request');
  expect(error.violations.map(({ field }) => field)).toEqual([
    'events[1]',
    'events[2]',
    'events[3]',
    'events[4]',
    'events[5]',
  ]);
  expect(mistake(['{']).message).toMatch(
    /^an event is none of source "orders", and nothing was written: events\[0\]: /,
  );
});

test('a source whose topic holds no JSON is refused with what to do', () => {
  expect(() => sourceOf(shop({ format: 'avro' }))).toThrow(
    'source "orders": its topic holds avro, and only JSON objects can be pushed: produce to topic "orders"',
  );
});

test('the buckets of an event are those of its entities: one of one, and none for a null key', () => {
  const source = sourceOf(shop());
  const [checked] = source.check([event()], NOW);
  const row = checked!.row;
  expect(source.bucketsOf(row, 1)).toEqual([0]);
  const buckets = source.bucketsOf(row, 1_024);
  expect(buckets).toHaveLength(1);
  expect(buckets![0]).toBeLessThan(1_024);
  const [keyless] = source.check([event({ card: null })], NOW);
  expect(source.bucketsOf(keyless!.row, 1_024)).toEqual([]);
});
