/**
 * What the demo and the model server begin with: servers, services, definitions, history in ClickHouse and in Redis, and the
 * flights of the last two days through Kafka.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Replay } from './demo-replay.mjs';
import { step } from './demo-report.mjs';
import { flightsPath, readFlights, shiftTimes } from './flights-file.mjs';

const require = createRequire(import.meta.url);
const { startServices } = require('@forebay/cli');
const { startLocalStack } = require('@forebay/local-stack');

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** This instant of the file is now. */
const FILE_NOW = Date.UTC(2001, 5, 30, 18);
const WAIT_MS = 120_000;

/** Runs the `forebay` command in an environment and returns what it says with --json. */
export async function forebay(env, ...args) {
  const command = join(ROOT, 'packages/cli/bin/forebay.js');
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [command, ...args, '--json'], {
      env,
      maxBuffer: 1 << 26,
    });
    return JSON.parse(stdout);
  } catch (error) {
    throw new Error(`forebay ${args.join(' ')}: ${error.stderr || error.message}`);
  }
}

/** Polls until `condition` gives something. */
export async function until(what, condition) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not come about within ${WAIT_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Addresses of servers that are there already. */
function serverAddresses(env) {
  const names = [
    'FOREBAY_KAFKA_BROKERS',
    'FOREBAY_REDIS_URL',
    'FOREBAY_QUEUE_REDIS_URL',
    'FOREBAY_CLICKHOUSE_URL',
  ];
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

/**
 * Runs `body` with servers and services, and stops them after it. `environment` has the addresses of the servers, `env` that
 * of the process beside them; the services get `settings`, too.
 * @param {{ env: NodeJS.ProcessEnv, settings?: Record<string, string> }} given
 * @param {(installation: { environment: Record<string, string>, env: NodeJS.ProcessEnv, services: any }) => Promise<void>} body
 */
export async function withInstallation({ env: processEnv, settings = {} }, body) {
  let stack = null;
  let services = null;
  try {
    stack = await step(
      'start servers',
      () =>
        startLocalStack({ homeDir: join(ROOT, '.forebay'), env: serverAddresses(processEnv), log: () => {} }),
      () => 'Kafka, two Redis, ClickHouse',
    );
    const environment = stack.environment();
    const log =
      processEnv.FOREBAY_DEMO_LOGS === '1' ? (service, line) => console.log(service, line) : () => {};
    services = await step(
      'start services',
      () => startServices({ environment: { ...environment, ...settings }, log }),
      () => 'stream, batch, serving',
    );
    await body({ environment, env: { ...processEnv, ...environment }, services });
  } finally {
    await services?.stop();
    await stack?.stop();
  }
}

/**
 * Applies the definitions, loads and materializes the history, and sends the flights since then through Kafka, until all of
 * them are in the values. `now` is when it began; `loadUntil` is the end of what was loaded.
 */
export async function setUpFlights({ env, client, definitions }) {
  await step('apply definitions', async () => {
    const { plan, version } = await forebay(env, 'apply', definitions);
    return `${plan.changes.length} definitions, registry version ${version}`;
  });
  const now = Date.now();
  const shiftMs = Math.floor((now - FILE_NOW) / MINUTE) * MINUTE;
  const loadUntil = Math.floor((now - 48 * HOUR) / HOUR) * HOUR;
  const load = await step(
    'load history',
    () => loadHistory(env, shiftMs, loadUntil),
    ({ rows, rate }) =>
      `${rows.toLocaleString('en')} events, ${Math.round(rate).toLocaleString('en')} events/s`,
  );
  const materialize = await step(
    'materialize',
    async () => {
      const from = performance.now();
      const { views } = await forebay(env, 'materialize', '--all');
      const values = views.reduce((sum, { values_written }) => sum + Number(values_written), 0);
      return { values, seconds: (performance.now() - from) / 1000 };
    },
    ({ values }) => `${values.toLocaleString('en')} values of airports and routes`,
  );
  const flights = shiftTimes(await readFlights(), shiftMs);
  const replay = await Replay.open(env);
  const { positions, sent } = await step(
    'replay events',
    () => replay.run(flights, loadUntil, now),
    ({ sent, rate }) =>
      `${sent.toLocaleString('en')} events of the last two days through Kafka, ${Math.round(rate).toLocaleString('en')} events/s`,
  );
  await replay.close();
  const producedAt = Date.now();
  await step(
    'apply them',
    () => until('the end of the stream', () => applied(client, producedAt)),
    () => 'all of them are in the values',
  );
  return { flights, now, loadUntil, positions, sent, load, materialize };
}

async function loadHistory(env, shiftMs, loadUntil) {
  const from = performance.now();
  const { rows } = await forebay(
    env,
    ...['load', '--source', 'flights', '--file', flightsPath(), '--column', 'time=date'],
    ...['--shift', String(shiftMs), '--complete-until', new Date(loadUntil).toISOString()],
  );
  return { rows, rate: rows / ((performance.now() - from) / 1000) };
}

/** Everything that had arrived before `instantMs` is in the values of both views. */
async function applied(client, instantMs) {
  const { asOfMs, views } = await client.getOnlineFeatures({
    project: 'flights',
    features: ['airport_delays', 'route_delays'].map((view) => ({ view, feature: 'departures_1h' })),
    keys: { airport: ['ORD'], origin: ['ORD'], destination: ['ATL'] },
    includeViewTimes: true,
  });
  return views.every(({ freshnessMs }) => freshnessMs !== null && asOfMs - freshnessMs > instantMs);
}
