import {
  aggregationView,
  compileProject,
  count,
  entity,
  eventSource,
  findView,
  project,
} from '@forebay/definitions';
import { keyValues } from './rebuild-entity';

const card = entity({ name: 'card', joinKeys: { account: 'string', card: 'int64' } });
const payments = eventSource({
  name: 'payments',
  topic: 'payments',
  fields: { time: 'timestamp', account: 'string', card: 'int64' },
  eventTime: 'time',
});
const byCard = aggregationView({
  name: 'by_card',
  entity: card,
  source: payments,
  batch: false,
  features: { payments_1h: count({ window: '1h' }) },
});
const compiled = compileProject(
  project({ name: 'shop', entities: [card], eventSources: [payments], aggregationViews: [byCard] }),
);
const found = findView(compiled, 'by_card', 1) as Parameters<typeof keyValues>[1];
const valuesOf = (given: Record<string, string>) =>
  keyValues(
    compiled,
    found,
    Object.entries(given).map(([name, value]) => ({ name, value })),
  );

test('join keys stand in the order of the entity, with their types', () => {
  expect(valuesOf({ card: '-7', account: '007' })).toEqual(['007', -7]);
  expect(valuesOf({ card: '9007199254740993', account: '' })).toEqual(['', 9007199254740993n]);
});

test.each<[Record<string, string>, string]>([
  [{ account: 'a' }, 'whose join keys are account, card: give each once'],
  [{ account: 'a', crad: '1' }, 'whose join keys are account, card'],
  [{ account: 'a', card: '1.5' }, 'join key "card" is an integer, and "1.5" is none'],
  [{ account: 'a', card: '' }, 'join key "card" is an integer'],
])('%j is refused', (given, message) => {
  expect(() => valuesOf(given)).toThrow(message);
});
