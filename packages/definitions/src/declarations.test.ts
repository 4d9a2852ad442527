import { aggregationView } from './aggregation-view-declaration';
import { entity, eventSource } from './declarations';
import { distinctCount } from './distribution-declarations';
import { count, lastN, mean, stddev, variance } from './feature-declarations';
import { featureService, project } from './project-declaration';
import { timeSinceLast } from './time-declarations';

const airport = entity({ name: 'airport', joinKeys: { airport: 'string' } });
const flights = eventSource({
  name: 'flights',
  topic: 'flights',
  fields: { time: 'timestamp', origin: 'string', delay: 'int32' },
  eventTime: 'time',
});

describe('the functions of operations', () => {
  it.each([
    [count({ window: '1h' }), 'count', null, {}],
    [count('delay', { window: '1h' }), 'count', 'delay', {}],
    [mean('delay', { window: '1h', filter: 'delay > 0' }), 'mean', 'delay', {}],
    [variance('delay', { window: '1h' }), 'variance', 'delay', {}],
    [stddev('delay', { window: '1h', sample: true }), 'stddev', 'delay', { sample: 1 }],
    [variance('delay', { window: '1h', sample: false }), 'variance', 'delay', { sample: 0 }],
    [lastN('origin', 3, { window: '1h' }), 'last_n', 'origin', { n: 3 }],
    [distinctCount('origin', { window: '1h', exact: 9 }), 'distinct_count', 'origin', { exact: 9 }],
    [timeSinceLast({ window: 'lifetime' }), 'time_since_last', null, {}],
    [timeSinceLast('delay', { window: 'lifetime' }), 'time_since_last', 'delay', {}],
  ])('record what was written: %j', (feature, operation, input, parameters) => {
    expect(feature).toMatchObject({ kind: 'feature', operation, input, parameters });
  });

  it('keep parameters out of the options', () => {
    expect(distinctCount('origin', { window: '1h', exact: 9, filter: 'delay > 0' }).options).toEqual({
      window: '1h',
      filter: 'delay > 0',
    });
  });
});

describe('the types of declarations', () => {
  const features = { n: count({ window: '1h' }), m: mean('delay', { window: '24h' }) };

  it('know the fields of a source', () => {
    const fields = { time: 'timestamp', delay: 'int32' } as const;
    // @ts-expect-error delay is no timestamp
    eventSource({ name: 'x', topic: 'x', fields, eventTime: 'delay' });
    // @ts-expect-error there is no such field
    eventSource({ name: 'x', topic: 'x', fields, eventTime: 'time', archiveOrder: ['origin'] });
    // @ts-expect-error a timestamp is no event id
    eventSource({ name: 'x', topic: 'x', fields, eventTime: 'time', eventId: 'time' });
    // @ts-expect-error not a type of fields
    eventSource({ name: 'x', topic: 'x', fields: { time: 'date' }, eventTime: 'time' });
    // @ts-expect-error not a duration
    eventSource({ name: 'x', topic: 'x', fields, eventTime: 'time', allowedLateness: 'soon' });
    expect(eventSource({ name: 'x', topic: 'x', fields, eventTime: 'time', eventId: 'delay' }).kind).toBe(
      'event source',
    );
  });

  it('know the join keys of a view, and the columns that may hold them', () => {
    const parts = { name: 'v', entity: airport, source: flights, features };
    aggregationView({ ...parts, keys: { airport: 'origin' } });
    aggregationView({ ...parts, keys: { airport: 'code' }, derive: { code: 'lower(origin)' } });
    // @ts-expect-error there is no such column
    aggregationView({ ...parts, keys: { airport: 'destination' } });
    // @ts-expect-error there is no such join key
    aggregationView({ ...parts, keys: { port: 'origin' } });
    // @ts-expect-error a join key of timestamps
    entity({ name: 'x', joinKeys: { at: 'timestamp' } });
  });

  it('know the features of a view', () => {
    const view = aggregationView({
      name: 'v',
      entity: airport,
      source: flights,
      keys: { airport: 'origin' },
      features,
    });
    expect(view.pick('n', 'm').features).toEqual(['n', 'm']);
    // @ts-expect-error there is no such feature
    view.pick('o');
    // @ts-expect-error not a window
    count({ window: 'a day' });
    const service = featureService({ name: 's', features: [view, view.pick('n')] });
    const whole = {
      name: 'p',
      entities: [airport],
      eventSources: [flights],
      aggregationViews: [view],
      featureServices: [service],
    };
    expect(project(whole).options).toBe(whole);
  });
});
