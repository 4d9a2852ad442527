/** The Python client's own tests, one by one, with its wheel installed and real servers to read from. */
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import { connectRedis } from '@forebay/online-store';
import { newAccessToken } from '@forebay/service-kit';
import { makeCertificate } from '../support/certificates';
import { InstalledPackage, type PythonResults, pythonTestNames } from '../support/python-tests';
import { Service } from '../support/service';
import { useOwnRedis } from '../support/stack';
import { accessFileText, SecretFiles } from './secured-serving';
import { type Event, type RunningService, Seeder, startService } from './serving-fixture';
import { flightsRegistry } from './serving-project';
import { shopRegistry } from './serving-shop';
import { purchase, T } from './serving-shop-fixture';
import { tokenEntry } from './use-secured-serving';

const ROOT = resolve(__dirname, '..', '..');
const DIRECTORY = resolve(ROOT, 'packages', 'python-client');
/** FOREBAY_TEST_PYTHON_REQUIREMENTS=requirements-oldest.txt, with a Python 3.9, tests the oldest versions. */
const REQUIREMENTS = process.env.FOREBAY_TEST_PYTHON_REQUIREMENTS ?? 'requirements-dev.txt';
const WITHIN_MS = 900_000;
const PLANE = 2n ** 53n + 1n;

let installed: InstalledPackage;
let results: PythonResults;
let flightsServer: Service;
let securedServer: Service;
let shopServer: RunningService;
const files = new SecretFiles();
/** May read one service. */
const token = newAccessToken();

// Before the servers' Redis stops: hooks run in the order in which they stand.
afterAll(async () => {
  await flightsServer?.terminate();
  await securedServer?.terminate();
  await shopServer?.stop();
  installed?.remove();
  files.remove();
});

const flightsRedis = useOwnRedis();
const shopRedis = useOwnRedis();

/** A server as a process of its own, with the clock of this machine. */
async function serveFlights(): Promise<void> {
  const connection = await connectRedis({ url: flightsRedis.url, role: 'admin', setting: 'REDIS_URL' });
  const seeder = new Seeder(connection, flightsRegistry());
  await seeder.apply();
  const now = Date.now();
  const flight = (rest: Event): Event => ({
    airport: 'ORD',
    destination: 'LAX',
    delay: 1,
    meters: 5,
    ...rest,
  });
  const departures = [
    flight({ at: now - 30 * MINUTE_MS, destination: 'SFO', meters: 2n ** 60n + 1n }),
    flight({ at: now - SECOND_MS, delay: 2 }),
  ];
  await seeder.stream('departures', 'ORD', departures, now);
  await seeder.stream('routes', 'ATL.LAX', [flight({ at: now - 1, airport: 'ATL', plane: PLANE })], now);
  await seeder.stream('planes', String(PLANE), [flight({ at: now - 1, plane: PLANE })], now);
  await seeder.stream('gates', '-7.true', [flight({ at: now - 1, gate: -7, domestic: true })], now);
  // as far as an hour from now, since no stream service moves it while the tests run
  for (const view of ['departures', 'routes', 'planes', 'gates'])
    await seeder.streamRuns(view, now + HOUR_MS);
  await connection.close();
  flightsServer = await Service.start('serving', { FOREBAY_REDIS_URL: flightsRedis.url });
}

/** A server of the same values, that asks for certificates and tokens. */
async function serveSecurely(): Promise<void> {
  const client = makeCertificate({
    commonName: 'model-server',
    issuer: files.authority,
    dns: ['model-server'],
  });
  files.put({
    'access.yaml': accessFileText({ tokens: [tokenEntry('model', token, ['read:flights/delays'])] }),
    'client.pem': client.cert,
    'client-key.pem': client.key,
  });
  securedServer = await Service.start('serving', {
    ...files.transport('mtls'),
    FOREBAY_REDIS_URL: flightsRedis.url,
    FOREBAY_SERVING_AUTHENTICATION: '',
    FOREBAY_SERVING_ACCESS_FILE: files.path('access.yaml'),
  });
}

/** A server in this process, whose clock stands. */
async function serveShop(): Promise<void> {
  const connection = await connectRedis({ url: shopRedis.url, role: 'admin', setting: 'REDIS_URL' });
  const seeder = new Seeder(connection, shopRegistry());
  await seeder.apply();
  const bought = [purchase(T - 10 * MINUTE_MS - 1), purchase(T - 1)];
  await seeder.stream('everything', '7', bought, T);
  await seeder.stream('shops', 'Z%C3%BCrich', bought, T);
  await seeder.streamRuns('everything', T);
  await seeder.streamRuns('shops', T);
  await connection.close();
  shopServer = await startService({ redisUrl: shopRedis.url, clock: () => T });
}

beforeAll(async () => {
  [installed] = await Promise.all([
    InstalledPackage.install({ directory: DIRECTORY, name: 'python-client', requirements: REQUIREMENTS }),
    serveFlights().then(serveSecurely),
    serveShop(),
  ]);
  results = await installed.test({
    FOREBAY_TEST_FLIGHTS_ADDRESS: `127.0.0.1:${flightsServer.ports.grpc}`,
    FOREBAY_TEST_SHOP_ADDRESS: shopServer.address,
    FOREBAY_TEST_SECURED_ADDRESS: `127.0.0.1:${securedServer.ports.grpc}`,
    FOREBAY_TEST_SECURED_FILES: dirname(files.path('ca.pem')),
    FOREBAY_TEST_SECURED_TOKEN: token,
  });
}, WITHIN_MS);

test.each(pythonTestNames(DIRECTORY))('%s', (name) => results.check(name));

test('the wheel is for every Python, and of the version of all packages', () => {
  const { version } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(basename(installed.wheel)).toBe(`forebay-${version}-py3-none-any.whl`);
});

test('no Python test is missing above', () => {
  expect(results.names).toEqual(pythonTestNames(DIRECTORY));
});

test(
  'the code passes ruff, in style and in format',
  async () => {
    expect(await installed.complaints('ruff', 'check', '--output-format=concise', '.')).toBe('');
    expect(await installed.complaints('ruff', 'format', '--check', '.')).toBe('');
    const example = ['--config', 'pyproject.toml', resolve(ROOT, 'examples', 'model-server')];
    // it prints, and reads its own model's file
    const ignored = ['--extend-ignore', 'T201,S301,S403'];
    expect(
      await installed.complaints('ruff', 'check', '--output-format=concise', ...ignored, ...example),
    ).toBe('');
    expect(await installed.complaints('ruff', 'format', '--check', ...example)).toBe('');
  },
  WITHIN_MS,
);

test(
  'the types pass mypy --strict',
  async () => {
    expect(await installed.complaints('mypy')).toBe('');
  },
  WITHIN_MS,
);
