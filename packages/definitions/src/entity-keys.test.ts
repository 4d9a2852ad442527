import { aggregationView } from './aggregation-view-declaration';
import { compileProject } from './compile-project';
import { entity, eventSource } from './declarations';
import { entityKeysOf, isPartOf } from './entity-keys';
import { count } from './feature-declarations';
import type { EventSource } from './model';
import { pairingProject } from './pairing.fixture';
import { project } from './project-declaration';

const account = entity({ name: 'account', joinKeys: { account: 'string' } });
const card = entity({ name: 'card', joinKeys: { card: 'int64', account: 'string' } });
const payments = eventSource({
  name: 'payments',
  topic: 'payments',
  fields: { time: 'timestamp', payer: 'string', number: 'int64' },
  eventTime: 'time',
});
const byCard = aggregationView({
  name: 'by_card',
  entity: card,
  source: payments,
  keys: { card: 'number', account: 'payer' },
  batch: false,
  features: { payments_1h: count({ window: '1h' }) },
});
const shop = compileProject(
  project({
    name: 'shop',
    entities: [account, card],
    eventSources: [payments],
    aggregationViews: [byCard],
  }),
);

test('an event of a part names the whole, too', () => {
  expect(entityKeysOf(shop, shop.eventSources[0] as EventSource)).toEqual([
    { entity: 'card', keyFields: ['number', 'payer'], view: null },
    { entity: 'account', keyFields: ['payer'], view: null },
  ]);
  expect([isPartOf(shop, 'card', 'account'), isPartOf(shop, 'account', 'card')]).toEqual([true, false]);
  expect(isPartOf(shop, 'account', 'account')).toBe(false);
});

test('events that pairs are made of name the entity by the fields of their own side, or by those that must be equal', () => {
  const ads = compileProject(pairingProject());
  const keysOf = (name: string) =>
    entityKeysOf(ads, ads.eventSources.find((source) => source.name === name) as EventSource).map(
      ({ entity: named, keyFields }) => [named, ...keyFields],
    );
  expect(keysOf('impressions')).toEqual([['user', 'user']]);
  expect(keysOf('clicks')).toEqual([['user', 'who']]);
  expect(keysOf('logins')).toEqual([['user', 'user']]);
});
