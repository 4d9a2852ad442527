import {
  aggregationView,
  applyPlan,
  compileProject,
  count,
  decodeRegistry,
  encodeRegistry,
  entity,
  eventSource,
  featureService,
  last,
  max,
  onDemandView,
  project,
  type RegistrySnapshot,
  sum,
  type VariantOptions,
} from '@forebay/definitions';

const user = entity({ name: 'user', joinKeys: { user: 'int64' } });
const pair = entity({ name: 'pair', joinKeys: { user: 'int64', shop: 'string' } });

const clicks = eventSource({
  name: 'clicks',
  topic: 'clicks',
  fields: { at: 'timestamp', user: 'int64', shop: 'string', amount: 'double', units: 'int64' },
  eventTime: 'at',
});

/** `units` is a count, which a float64 holds. */
const hourly = aggregationView({
  name: 'spending',
  entity: user,
  source: clicks,
  batch: false,
  features: {
    paid: sum('amount', { window: '1h' }),
    units: count({ window: '1h' }),
    shop: last('shop', { window: '1h' }),
  },
});

/** `units` is any int64, which none holds. */
const daily = aggregationView({
  name: 'spending',
  version: 2,
  entity: user,
  source: clicks,
  batch: false,
  features: {
    paid: sum('amount', { window: '24h' }),
    units: max('units', { window: '24h' }),
    shop: last('shop', { window: '24h' }),
  },
});

const visits = aggregationView({
  name: 'visits',
  entity: pair,
  source: clicks,
  batch: false,
  features: { visits: count({ window: '24h' }) },
});

const over = onDemandView({
  name: 'over',
  inputs: [hourly.pick('paid')],
  request: { limit: 'double', note: 'string' },
  features: { excess: 'paid - limit', noted: "note + '!'" },
});

const under = onDemandView({
  name: 'over',
  version: 2,
  inputs: [daily.pick('paid')],
  request: { limit: 'double', note: 'string' },
  features: { excess: 'paid - 2.0 * limit', noted: "note + '?'" },
});

/** A project of experiments, as a registry gives it. `shares` are those of the first and the second variant of `risk`. */
export function experimentRegistry(shares: readonly [number, number] = [90, 10]): RegistrySnapshot {
  const variant = (name: string, share: number, features: VariantOptions['features']): VariantOptions => ({
    name,
    share,
    features,
  });
  const compiled = compileProject(
    project({
      name: 'trial',
      entities: [user, pair],
      eventSources: [clicks],
      aggregationViews: [hourly, daily, visits],
      onDemandViews: [over, under],
      featureServices: [
        featureService({
          name: 'risk',
          variants: [variant('hourly', shares[0], [hourly]), variant('daily', shares[1], [daily])],
        }),
        featureService({
          name: 'pairs',
          variants: [
            variant('control', 50, [hourly, visits, over]),
            variant('other', 49, [daily, visits, under]),
            variant('canary', 1, [hourly, visits, over]),
          ],
        }),
        featureService({ name: 'plain', features: [hourly] }),
      ],
    }),
  );
  const snapshot = applyPlan(null, compiled, { nowMs: 0, appliedBy: 'test' });
  return decodeRegistry(encodeRegistry(snapshot));
}
