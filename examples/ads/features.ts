/** Impressions and clicks: click-through rates by ad and by user, from events that arrive in two topics. */
import {
  aggregationView,
  count,
  entity,
  eventSource,
  featureService,
  joinedSource,
  mean,
  onDemandView,
  project,
  sequenceSource,
  sum,
} from '@forebay/definitions';

const owner = 'ads';
const ad = entity({ name: 'ad', joinKeys: { ad: 'int64' }, owner });
const user = entity({ name: 'user', joinKeys: { user: 'string' }, owner });

const impressions = eventSource({
  name: 'impressions',
  topic: 'impressions',
  fields: { at: 'timestamp', id: 'string', user: 'string', ad: 'int64', price: 'double' },
  eventTime: 'at',
  eventId: 'id',
  allowedLateness: '10m',
  owner,
});

const clicks = eventSource({
  name: 'clicks',
  topic: 'clicks',
  fields: { at: 'timestamp', id: 'string', user: 'string', ad: 'int64' },
  eventTime: 'at',
  eventId: 'id',
  allowedLateness: '10m',
  owner,
});

/** A click within half an hour of an impression of the same ad to the same user. Both topics are keyed by the user. */
const clicked = joinedSource({
  name: 'clicked',
  left: impressions,
  right: clicks,
  on: { user: 'user', ad: 'ad' },
  within: '30m',
  fields: { user: 'left.user', ad: 'left.ad', price: 'left.price', shown_at: 'left.at' },
  owner,
});

/** A user who clicks twice within a minute. */
const clickedAgain = sequenceSource({
  name: 'clicked_again',
  source: clicks,
  by: ['user'],
  first: 'true',
  second: 'true',
  within: '1m',
  owner,
});

const shown = aggregationView({
  name: 'shown',
  entity: ad,
  source: impressions,
  features: {
    shown_1h: count({ window: '1h' }),
    shown_7d: count({ window: '7d' }),
  },
  owner,
});

const answered = aggregationView({
  name: 'answered',
  entity: ad,
  source: clicked,
  derive: { waited_s: 'double(event_time - shown_at) / 1000.0' },
  features: {
    clicked_1h: count({ window: '1h' }),
    clicked_7d: count({ window: '7d' }),
    earned_7d: sum('price', { window: '7d' }),
    waited_7d: mean('waited_s', { window: '7d' }),
  },
  owner,
});

const hasty = aggregationView({
  name: 'hasty',
  entity: user,
  source: clickedAgain,
  features: { again_1h: count({ window: '1h' }) },
  owner,
});

const rates = onDemandView({
  name: 'rates',
  inputs: [shown, answered.pick('clicked_1h', 'clicked_7d')],
  features: {
    rate_1h: 'ratio(clicked_1h, shown_1h)',
    rate_7d: 'ratio(clicked_7d, shown_7d)',
  },
  owner,
});

export default project({
  name: 'ads',
  entities: [ad, user],
  eventSources: [impressions, clicks],
  joinedSources: [clicked],
  sequenceSources: [clickedAgain],
  aggregationViews: [shown, answered, hasty],
  onDemandViews: [rates],
  featureServices: [featureService({ name: 'ranking', features: [rates, answered, hasty], owner })],
});
