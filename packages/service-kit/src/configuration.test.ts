import { ForebayError } from '@forebay/contract';
import { COMMON_SETTINGS, SERVER_SETTINGS } from './common-settings';
import { printableConfiguration, readConfiguration } from './configuration';
import {
  booleanSetting,
  durationSetting,
  integerSetting,
  numberSetting,
  serversSetting,
  textSetting,
  urlSetting,
} from './setting';

const SETTINGS = {
  batch: integerSetting({ env: 'FOREBAY_STREAM_BATCH', min: 1, max: 100, default: '20', description: 'x' }),
  ratio: numberSetting({ env: 'FOREBAY_STREAM_RATIO', min: 0, max: 1, default: '0.5', description: 'x' }),
  eager: booleanSetting({ env: 'FOREBAY_STREAM_EAGER', default: 'false', description: 'x' }),
  flushMs: durationSetting({
    env: 'FOREBAY_STREAM_FLUSH',
    minMs: 1,
    maxMs: 60_000,
    default: '50ms',
    description: 'x',
  }),
  brokers: serversSetting({ env: 'FOREBAY_KAFKA_BROKERS', default: '127.0.0.1:9092', description: 'x' }),
  redis: urlSetting({ env: 'FOREBAY_REDIS_URL', protocols: ['redis', 'rediss'], description: 'x' }),
  token: textSetting({
    env: 'FOREBAY_STREAM_TOKEN',
    pattern: /^[a-f0-9]+$/,
    optional: true,
    secret: true,
    description: 'x',
  }),
};
const GOOD = { FOREBAY_REDIS_URL: 'redis://h:1' };

function mistakesOf(environment: Record<string, string>, options = {}): string {
  try {
    readConfiguration(SETTINGS, environment, options);
  } catch (error) {
    expect(error).toBeInstanceOf(ForebayError);
    expect((error as ForebayError).reason).toBe('invalid_configuration');
    return (error as ForebayError).message;
  }
  throw new Error('no mistake was found');
}

test('the configuration is total, typed and frozen, with defaults where nothing is set', () => {
  const configuration = readConfiguration(SETTINGS, { ...GOOD, FOREBAY_STREAM_BATCH: '', PATH: '/bin' });
  const typed: { batch: number; eager: boolean; token: string | undefined; brokers: readonly string[] } =
    configuration;
  expect(typed).toEqual({
    batch: 20,
    ratio: 0.5,
    eager: false,
    flushMs: 50,
    brokers: ['127.0.0.1:9092'],
    redis: 'redis://h:1',
    token: undefined,
  });
  expect(Object.isFrozen(configuration)).toBe(true);
  expect(Object.isFrozen(configuration.brokers)).toBe(true);
});

test('values are read from the environment', () => {
  const configuration = readConfiguration(SETTINGS, {
    ...GOOD,
    FOREBAY_STREAM_BATCH: '7',
    FOREBAY_STREAM_RATIO: '1e-2',
    FOREBAY_STREAM_EAGER: 'true',
    FOREBAY_STREAM_FLUSH: '2s',
    FOREBAY_KAFKA_BROKERS: 'a.b:1, [::1]:2',
    FOREBAY_STREAM_TOKEN: 'abc1',
  });
  expect(configuration).toMatchObject({ batch: 7, ratio: 0.01, eager: true, flushMs: 2000, token: 'abc1' });
  expect(configuration.brokers).toEqual(['a.b:1', '[::1]:2']);
});

test.each([
  ['FOREBAY_STREAM_BATCH', '0', 'FOREBAY_STREAM_BATCH: "0" is not an integer from 1 to 100'],
  ['FOREBAY_STREAM_BATCH', '1.5', 'FOREBAY_STREAM_BATCH: "1.5" is not an integer from 1 to 100'],
  ['FOREBAY_STREAM_BATCH', '0x10', 'FOREBAY_STREAM_BATCH: "0x10" is not an integer from 1 to 100'],
  ['FOREBAY_STREAM_RATIO', 'Infinity', 'FOREBAY_STREAM_RATIO: "Infinity" is not a number from 0 to 1'],
  ['FOREBAY_STREAM_EAGER', 'yes', 'FOREBAY_STREAM_EAGER: "yes" is not true or false'],
  ['FOREBAY_STREAM_FLUSH', '50', 'is not a duration such as 500ms, 90s or 15m, from 1 ms to 60000 ms'],
  ['FOREBAY_STREAM_FLUSH', '1h', 'is not a duration such as 500ms, 90s or 15m, from 1 ms to 60000 ms'],
  [
    'FOREBAY_KAFKA_BROKERS',
    'a:1,b',
    'FOREBAY_KAFKA_BROKERS: "a:1,b" is not a list of host:port, separated by commas',
  ],
  ['FOREBAY_KAFKA_BROKERS', 'a:99999', 'is not a list of host:port'],
  ['FOREBAY_REDIS_URL', 'http://h', 'is not a URL that begins with redis:// or rediss://'],
  ['FOREBAY_REDIS_URL', 'http://u:pw@h', 'FOREBAY_REDIS_URL: "http://u:***@h" is not a URL'],
])('%s=%s is refused with the variable, the value and what is allowed', (name, value, message) => {
  expect(mistakesOf({ ...GOOD, [name]: value })).toContain(message);
});

test('a secret is never shown', () => {
  const message = mistakesOf({ ...GOOD, FOREBAY_STREAM_TOKEN: 'hunter2!' });
  expect(message).toContain('FOREBAY_STREAM_TOKEN: the (secret) value is not');
  expect(message).not.toContain('hunter2');
  const configuration = readConfiguration(SETTINGS, {
    FOREBAY_REDIS_URL: 'redis://u:pw@h:1',
    FOREBAY_STREAM_TOKEN: 'abcdef',
  });
  const printed = JSON.stringify(printableConfiguration(SETTINGS, configuration));
  expect(printed).toContain('"FOREBAY_REDIS_URL":"redis://u:***@h:1"');
  expect(printed).toContain('"FOREBAY_STREAM_TOKEN":"(secret)"');
  expect(printed).not.toContain('abcdef');
});

test('all mistakes are told at once', () => {
  const message = mistakesOf({ FOREBAY_STREAM_BATCH: 'x', FOREBAY_STREAM_EAGER: 'y' });
  expect(message).toMatch(/^3 settings are wrong:/);
  expect(message).toContain('FOREBAY_REDIS_URL is not set: set it to a URL that begins with redis://');
});

test('an unknown variable is an error that names the nearest known one', () => {
  expect(mistakesOf({ ...GOOD, FOREBAY_STREAM_BACTH: '1' })).toBe(
    'FOREBAY_STREAM_BACTH is not a setting: did you mean FOREBAY_STREAM_BATCH?',
  );
  expect(mistakesOf({ ...GOOD, FOREBAY_QUEUE_REDIS_ULR: 'x' })).toContain(
    'did you mean FOREBAY_QUEUE_REDIS_URL?',
  );
  expect(mistakesOf({ ...GOOD, FOREBAY_XYZ: 'x' })).toBe('FOREBAY_XYZ is not a setting: unset it');
});

test("variables of other services, common ones and the caller's pass", () => {
  const environment = {
    ...GOOD,
    FOREBAY_SERVING_ANYTHING: '1',
    FOREBAY_CLICKHOUSE_URL: 'not read here',
    FOREBAY_LOG_LEVEL: 'not read here',
    FOREBAY_MINE: '1',
  };
  expect(() => readConfiguration(SETTINGS, environment, { alsoKnown: ['FOREBAY_MINE'] })).not.toThrow();
});

test('conflicts between settings are told', () => {
  const conflicts = (c: { batch: number; eager: boolean }) =>
    c.eager && c.batch > 1 ? ['FOREBAY_STREAM_EAGER: true needs FOREBAY_STREAM_BATCH=1'] : [];
  expect(mistakesOf({ ...GOOD, FOREBAY_STREAM_EAGER: 'true' }, { conflicts })).toContain(
    'needs FOREBAY_STREAM_BATCH=1',
  );
});

test('the defaults of all common settings are allowed values', () => {
  const configuration = readConfiguration({ ...COMMON_SETTINGS, ...SERVER_SETTINGS }, {});
  expect(configuration.clickhouseDatabase).toBe('forebay');
  expect(configuration.shutdownGraceMs).toBe(20_000);
  expect(configuration.logLevel).toBe('info');
  expect(configuration.otlpEndpoint).toBeUndefined();
});
