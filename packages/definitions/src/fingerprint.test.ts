import type { AggregationViewOptions } from './aggregation-view-declaration';
import { compileProject } from './compile-project';
import type { EventSourceOptions } from './declarations';
import { count, mean, sum } from './feature-declarations';
import { canonicalJson } from './fingerprint';
import { declareFlights, flightsProject } from './flights.fixture';

function fingerprint(
  view: Partial<AggregationViewOptions> = {},
  source: Partial<EventSourceOptions> = {},
): string {
  return compileProject(flightsProject({ view, source })).aggregationViews[0]?.fingerprint as string;
}

const { delays } = declareFlights();
const features = delays.options.features;

describe('the fingerprint of a view', () => {
  it('stays the same from version to version of Forebay', () => {
    expect(fingerprint()).toBe('72bd02e7e1b1f8e58a66a82eea6a932e');
  });

  it.each<[string, Partial<AggregationViewOptions>, Partial<EventSourceOptions>]>([
    [
      'its metadata',
      { owner: 'someone', description: 'x', tags: { a: 'b' } },
      { owner: 'x', tags: { c: 'd' } },
    ],
    ['its schedule', { batch: { horizon: '72h', every: '2h' } }, {}],
    [
      'how long its values are good',
      { batch: { horizon: '48h', every: '1h' }, stream: { retention: '80h' } },
      {},
    ],
    ['white space in expressions', { filter: ' delay!=null ', derive: { is_late: '(delay > 15)' } }, {}],
    ['the order of features', { features: Object.fromEntries(Object.entries(features).reverse()) }, {}],
    [
      'a field that it does not use',
      {},
      { fields: { ...declareFlights().flights.options.fields, gate: 'string' } },
    ],
    ['the topic and when it is stale', {}, { topic: 'other', maxStaleness: '2m', partitions: 8 }],
    [
      'a window written in other units',
      { features: { ...features, late_24h: count({ window: '1440m', filter: 'is_late' }) } },
      {},
    ],
    [
      'the description of a feature',
      { features: { ...features, delay_mean_24h: mean('delay', { window: '24h', description: 'y' }) } },
      {},
    ],
  ])('does not depend on %s', (_, view, source) => {
    expect(fingerprint(view, source)).toBe(fingerprint());
  });

  it.each<[string, Partial<AggregationViewOptions>, Partial<EventSourceOptions>]>([
    ['the filter', { filter: 'delay != null && delay < 1000' }, {}],
    ['a derived column', { derive: { is_late: 'delay > 16' } }, {}],
    ['a window', { features: { ...features, flights_1h: count({ window: '2h' }) } }, {}],
    ['a hop', { features: { ...features, flights_1h: count({ window: { length: '1h', hop: '5m' } }) } }, {}],
    [
      'an operation',
      { features: { ...features, delay_30d: mean('delay', { window: { length: '30d', hop: '1d' } }) } },
      {},
    ],
    [
      'an input',
      { features: { ...features, delay_30d: sum('distance', { window: { length: '30d', hop: '1d' } }) } },
      {},
    ],
    ["a feature's filter", { features: { ...features, late_24h: count({ window: '24h' }) } }, {}],
    ['a feature more', { features: { ...features, n: count({ window: '1h' }) } }, {}],
    [
      'the cut hop',
      { batch: { horizon: '72h', every: '1h', cutHop: '2h' }, stream: { retention: '74h' } },
      {},
    ],
    ['the batch plan', { batch: false, stream: {} }, {}],
    ['the key field', { keys: { airport: 'destination' } }, {}],
    ['the allowed lateness', {}, { allowedLateness: '2h' }],
    ['the event id', {}, { eventId: 'tail' }],
    [
      'the type of a used field',
      {},
      { fields: { ...declareFlights().flights.options.fields, delay: 'int64' } },
    ],
  ])('depends on %s', (_, view, source) => {
    expect(fingerprint(view, source)).not.toBe(fingerprint());
  });

  it('has 32 hex digits, of two different halves', () => {
    expect(fingerprint()).toMatch(/^[0-9a-f]{32}$/);
    expect(fingerprint().slice(0, 16)).not.toBe(fingerprint().slice(16));
  });
});

describe('canonicalJson', () => {
  it('orders members by name, at every depth', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[{"c":null,"d":1}]}');
  });
});
