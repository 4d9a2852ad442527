import { DAY_MS, HOUR_MS } from '@forebay/contract';
import { compileProject } from './compile-project';
import { paymentsProject } from './payments.fixture';

describe('a project with views of every kind', () => {
  const compiled = compileProject(paymentsProject());
  const [recent, daily] = compiled.aggregationViews;
  const [profile] = compiled.tableViews;
  const [risk] = compiled.onDemandViews;

  it('has the types of all features', () => {
    const types = (features: readonly { name: string; type: string }[] = []) =>
      Object.fromEntries(features.map(({ name, type }) => [name, type]));
    expect(types(recent?.features)).toEqual({
      amount_1h: 'double',
      amount_mean_7d: 'double',
      amount_stddev_7d: 'double',
      countries: 'list<string>',
      momentum: 'double',
      session: 'int64',
      yesterday: 'int64',
    });
    expect(types(daily?.features)).toEqual({
      amounts: 'list<double>',
      by_country: 'map<string,int64>',
      payments: 'int64',
    });
    expect(types(profile?.features)).toEqual({ credit_limit: 'double', tier: 'string', taste: 'vector<3>' });
    expect(types(risk?.features)).toEqual({ z: 'double', of_limit: 'double', suspicious: 'bool' });
  });

  it('has its windows and parameters', () => {
    const feature = (name: string) => recent?.features.find((each) => each.name === name);
    expect(feature('momentum')).toMatchObject({
      window: { kind: 'lifetime' },
      parameters: { half_life_ms: 6 * HOUR_MS },
    });
    expect(feature('session')?.window).toEqual({
      kind: 'session',
      gapMs: HOUR_MS / 2,
      lengthMs: DAY_MS,
      hopMs: HOUR_MS,
    });
    expect(feature('yesterday')?.window).toEqual({
      kind: 'tumbling',
      lengthMs: DAY_MS,
      originMs: 6 * HOUR_MS,
    });
    expect(daily?.features[0]?.parameters).toEqual({ q0: 0.5, q1: 0.9 });
    expect(daily?.features[1]?.parameters).toEqual({ max_keys: 300 });
  });

  it('makes scheduled values after the allowed lateness, an hour later', () => {
    expect(daily).toMatchObject({
      batch: null,
      stream: null,
      schedule: { intervalMs: DAY_MS, waitMs: HOUR_MS, delayMs: 2 * HOUR_MS },
    });
    expect(profile).toMatchObject({
      keyFields: ['customer'],
      maxAgeMs: 365 * DAY_MS,
      schedule: { intervalMs: HOUR_MS, waitMs: 0, delayMs: HOUR_MS },
    });
  });

  it('gives an on-demand view the inputs that it reads, and a function its SQL', () => {
    expect(risk?.inputs.map(({ column, feature }) => [column, feature.view])).toEqual([
      ['amount_mean_7d', 'recent'],
      ['amount_stddev_7d', 'recent'],
      ['credit_limit', 'profile'],
    ]);
    expect(risk?.request).toEqual([{ name: 'amount', type: 'double' }]);
    expect(compiled.functions[0]).toMatchObject({ name: 'part_of', sql: '{0} / {1}' });
  });

  it('has a service with features of all of them', () => {
    expect(compiled.featureServices[0]?.features.map(({ view }) => view)).toEqual([
      'recent',
      ...Array(3).fill('daily'),
      ...Array(3).fill('profile'),
      ...Array(3).fill('risk'),
    ]);
  });

  it('has fingerprints that stay the same from version to version of Forebay', () => {
    const fingerprints = [recent, daily, profile, risk].map((view) => view?.fingerprint);
    expect(fingerprints).toEqual([
      'f9a767409c8fff55f3023540a7af81f9',
      'aead7083459d3d150b8c69ae1f36108f',
      'ec3a126a843fbdfbcff4e370170370cd',
      'c569f305c09bfb4ef2b78b9e5b13de13',
    ]);
  });
});
