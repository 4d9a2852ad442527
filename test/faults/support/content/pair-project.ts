/** The definitions of impressions, of clicks, of what clicks followed impressions, and of clicks that went well after one that did not. */
import {
  aggregationView,
  count,
  distinctCount,
  entity,
  eventSource,
  featureService,
  joinedSource,
  lastN,
  max,
  mean,
  type ProjectDeclaration,
  project,
  sequenceSource,
  sum,
  timeSinceLast,
} from '@forebay/definitions';
import { uniqueName } from '../../../support/stack';
import { outputOf, type SourceTraits } from './content';

/** A pair's two events are apart by less, a sequence's by no more. */
export const WITHIN_MS = 30_000;
const WITHIN = '30s';

const milliseconds = (ms: number) => `${ms}ms` as const;

function inputs(traits: SourceTraits) {
  const common = {
    eventTime: 'time',
    eventId: 'id',
    allowedLateness: milliseconds(traits.latenessMs),
    maxClockSkew: milliseconds(traits.skewMs),
    maxStaleness: milliseconds(traits.maxStalenessMs),
    partitions: traits.partitions,
  } as const;
  const impressions = eventSource({
    name: 'impressions',
    topic: uniqueName('impressions'),
    fields: { time: 'timestamp', id: 'string', user: 'string', ad: 'int32', price: 'int64' },
    ...common,
  });
  const clicks = eventSource({
    name: 'clicks',
    topic: uniqueName('clicks'),
    fields: { time: 'timestamp', id: 'int64', user: 'string', ad: 'int64', ok: 'bool' },
    ...common,
  });
  return { impressions, clicks };
}

export function pairProject(traits: SourceTraits): ProjectDeclaration {
  const user = entity({ name: 'user', joinKeys: { user: 'string' } });
  const ad = entity({ name: 'ad', joinKeys: { ad: 'int64' } });
  const { impressions, clicks } = inputs(traits);
  const clicked = joinedSource({
    name: 'clicked',
    left: impressions,
    right: clicks,
    on: { user: 'user', ad: 'ad' },
    within: WITHIN,
    fields: {
      user: 'left.user',
      ad: 'right.ad',
      price: 'left.price',
      shown: 'left.id',
      click: 'right.id',
      ok: 'right.ok',
    },
  });
  const again = sequenceSource({
    name: 'again',
    source: clicks,
    by: ['user'],
    first: 'ok == false',
    second: 'ok',
    within: WITHIN,
  });
  const clickedByUser = aggregationView({
    name: 'clicked_by_user',
    entity: user,
    source: clicked,
    batch: false,
    features: {
      clicked_1m: count({ window: '1m' }),
      clicked_2h: count({ window: '2h' }),
      earned_20m: sum('price', { window: '20m', filter: 'ok' }),
      earned_2h: sum('price', { window: '2h' }),
      clicks_2h: distinctCount('click', { window: '2h', exact: 1_024 }),
      last_shown_20m: lastN('shown', 3, { window: '20m' }),
      quiet: timeSinceLast({ window: '2h' }),
    },
  });
  // its entities are in no single partition
  const clickedByAd = aggregationView({
    name: 'clicked_by_ad',
    entity: ad,
    source: clicked,
    batch: false,
    ...outputOf(traits, 'clicked_by_ad'),
    filter: 'price >= 0',
    features: {
      ad_clicked_2h: count({ window: '2h' }),
      ad_price_20m: mean('price', { window: '20m' }),
      ad_most_2h: max('price', { window: '2h' }),
    },
  });
  const agains = aggregationView({
    name: 'again_by_user',
    entity: user,
    source: again,
    batch: false,
    ...outputOf(traits, 'again_by_user', 'protobuf'),
    features: {
      again_1m: count({ window: '1m' }),
      again_2h: count({ window: '2h' }),
      again_ads_20m: lastN('ad', 3, { window: '20m' }),
    },
  });
  const clicksByUser = aggregationView({
    name: 'clicks_by_user',
    entity: user,
    source: clicks,
    batch: false,
    features: { sent_2h: count({ window: '2h', filter: 'ok' }), last_2h: lastN('id', 2, { window: '2h' }) },
  });
  return project({
    name: 'faults',
    entities: [user, ad],
    eventSources: [impressions, clicks],
    joinedSources: [clicked],
    sequenceSources: [again],
    aggregationViews: [clickedByUser, clickedByAd, agains, clicksByUser],
    featureServices: [featureService({ name: 'all', features: [clickedByUser, agains] })],
  });
}
