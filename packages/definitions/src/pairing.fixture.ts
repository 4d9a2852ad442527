/** Impressions, clicks and logins with a joined and a sequence source, for unit tests. Each call makes new declarations. */
import { type AggregationViewOptions, aggregationView } from './aggregation-view-declaration';
import { entity, eventSource } from './declarations';
import { count } from './feature-declarations';
import { joinedSource, sequenceSource } from './pairing-declarations';
import { type ProjectDeclaration, project } from './project-declaration';

/** Options as a JavaScript file could give them, whatever their types. */
export interface PairingChanges {
  impressions?: object;
  clicks?: object;
  joined?: object;
  logins?: object;
  sequence?: object;
  view?: object;
}

export function pairingProject(changes: PairingChanges = {}): ProjectDeclaration {
  const user = entity({ name: 'user', joinKeys: { user: 'string' } });
  const impressions = eventSource({
    name: 'impressions',
    topic: 'impressions',
    fields: { at: 'timestamp', id: 'string', user: 'string', ad: 'int32', price: 'double' },
    eventTime: 'at',
    eventId: 'id',
    allowedLateness: '10m',
    ...changes.impressions,
  });
  const clicks = eventSource({
    name: 'clicks',
    topic: 'clicks',
    fields: { at: 'timestamp', id: 'int64', who: 'string', ad: 'int64', x: 'double' },
    eventTime: 'at',
    eventId: 'id',
    allowedLateness: '30m',
    dedupe: '2h',
    maxClockSkew: '1m',
    ...changes.clicks,
  });
  const clicked = joinedSource({
    name: 'clicked',
    left: impressions,
    right: clicks,
    on: { user: 'who', ad: 'ad' },
    within: '30m',
    fields: { user: 'left.user', price: 'left.price', x: 'right.x', shown_at: 'left.at' },
    ...changes.joined,
  });
  const logins = eventSource({
    name: 'logins',
    topic: 'logins',
    fields: { at: 'timestamp', id: 'string', user: 'string', ok: 'bool' },
    eventTime: 'at',
    eventId: 'id',
    ...changes.logins,
  });
  const guessed = sequenceSource({
    name: 'guessed',
    source: logins,
    by: ['user'],
    first: 'ok == false',
    second: 'ok',
    within: '5m',
    ...changes.sequence,
  });
  const view = aggregationView({
    name: 'clicked_by_user',
    entity: user,
    source: clicked,
    features: { clicked_1h: count({ window: '1h', filter: 'price > 1.0' }) },
    ...(changes.view as Partial<AggregationViewOptions>),
  });
  const guesses = aggregationView({
    name: 'guesses',
    entity: user,
    source: guessed,
    features: { guesses_1h: count({ window: '1h' }) },
  });
  return project({
    name: 'ads',
    entities: [user],
    eventSources: [impressions, clicks, logins],
    joinedSources: [clicked],
    sequenceSources: [guessed],
    aggregationViews: [view, guesses],
  });
}
