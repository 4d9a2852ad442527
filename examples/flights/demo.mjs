/**
 * The whole path on real servers: history and live events in, features out, every value compared with a naive
 * recomputation. Run it with `npm run demo`; `npm run demo -- --stay` keeps everything running with live traffic.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compareAll } from './demo-comparison.mjs';
import { Replay } from './demo-replay.mjs';
import { printAirports, printTargets, seconds, step } from './demo-report.mjs';
import { flightsPath, readFlights, shiftTimes } from './flights-file.mjs';

const require = createRequire(import.meta.url);
const { startServices } = require('@forebay/cli');
const { connect } = require('@forebay/client');
const { startLocalStack } = require('@forebay/local-stack');

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../..');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** This instant of the file is now. */
const FILE_NOW = Date.UTC(2001, 5, 30, 18);
const LIVE_AIRPORT = 'ORD';
const READS = 2_000;
const WAIT_MS = 120_000;

/** Runs the `forebay` command and returns what it says with --json. */
async function forebay(environment, ...args) {
  const command = join(ROOT, 'packages/cli/bin/forebay.js');
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [command, ...args, '--json'], {
      env: { ...process.env, ...environment },
      maxBuffer: 1 << 26,
    });
    return JSON.parse(stdout);
  } catch (error) {
    throw new Error(`forebay ${args.join(' ')}: ${error.stderr || error.message}`);
  }
}

/** Polls until `condition` gives something. */
async function until(what, condition) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not come about within ${WAIT_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const airportRequest = (airports) => ({
  project: 'flights',
  featureService: 'airport_board',
  keys: { airport: airports },
});

/** Everything that had arrived before `instantMs` is in the values of every view. */
async function applied(client, instantMs) {
  const answers = await Promise.all([
    client.getOnlineFeatures({ ...airportRequest([LIVE_AIRPORT]), includeViewTimes: true }),
    client.getOnlineFeatures({
      includeViewTimes: true,
      project: 'flights',
      featureService: 'route_board',
      keys: { origin: [LIVE_AIRPORT], destination: ['ATL'] },
    }),
  ]);
  return answers.every(({ asOfMs, views }) =>
    views.every(({ freshnessMs }) => freshnessMs !== null && asOfMs - freshnessMs > instantMs),
  );
}

/** @returns {Promise<number>} median of the time of one read, ms */
async function medianRead(client) {
  const times = [];
  for (let i = 0; i < READS; i++) {
    const from = performance.now();
    await client.getOnlineFeatures(airportRequest([LIVE_AIRPORT]));
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b)[READS / 2];
}

/** Pushes one event through Kafka and waits until the served count has it. */
async function liveEvent(environment, client) {
  const departures = async () =>
    (await client.getOnlineFeatures(airportRequest([LIVE_AIRPORT]))).rows[0].departures_lifetime;
  const before = await departures();
  const replay = await Replay.open(environment);
  try {
    const from = performance.now();
    await replay.send([
      { time: Date.now() - 1, origin: LIVE_AIRPORT, destination: 'ATL', delay: 5, distance: 606 },
    ]);
    const sent = performance.now();
    const after = await until('the live event', async () => {
      const now = await departures();
      return now > before ? now : null;
    });
    return { before, after, acknowledgedMs: sent - from, visibleMs: performance.now() - from };
  } finally {
    await replay.close();
  }
}

async function run(environment, services) {
  const client = connect({ address: `127.0.0.1:${services.ports.serving.grpc}`, deadlineMs: 30_000 });
  try {
    const numbers = {};
    await step('apply definitions', async () => {
      const { plan, version } = await forebay(environment, 'apply', join(HERE, 'features.ts'));
      return `${plan.changes.length} definitions, registry version ${version}`;
    });

    const now = Date.now();
    const shiftMs = Math.floor((now - FILE_NOW) / MINUTE) * MINUTE;
    const loadUntil = Math.floor((now - 48 * HOUR) / HOUR) * HOUR;
    numbers.load = await step(
      'load history',
      async () => {
        const args = ['load', '--source', 'flights', '--file', flightsPath(), '--column', 'time=date'];
        const from = performance.now();
        const { rows } = await forebay(
          environment,
          ...args,
          '--shift',
          String(shiftMs),
          '--complete-until',
          new Date(loadUntil).toISOString(),
        );
        return { rows, rate: rows / ((performance.now() - from) / 1000) };
      },
      ({ rows, rate }) =>
        `${rows.toLocaleString('en')} events, ${Math.round(rate).toLocaleString('en')} events/s`,
    );

    numbers.materialize = await step(
      'materialize',
      async () => {
        const from = performance.now();
        const { views } = await forebay(environment, 'materialize', '--all');
        const values = views.reduce((sum, { values_written }) => sum + Number(values_written), 0);
        return { values, seconds: (performance.now() - from) / 1000 };
      },
      ({ values }) => `${values.toLocaleString('en')} values of airports and routes`,
    );

    const flights = shiftTimes(await readFlights(), shiftMs);
    const replay = await Replay.open(environment);
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

    const result = await step(
      'compare every value',
      () => compareAll(client, flights, positions),
      ({ compared, different, empty, degraded }) =>
        `${compared.toLocaleString('en')} values compared, ${different} differ, ${degraded} degraded, ${Math.round((100 * empty) / compared)} % empty`,
    );
    for (const example of result.examples) console.log(`    ${example}`);

    numbers.live = await step(
      'one live event',
      () => liveEvent(environment, client),
      ({ before, after, visibleMs }) =>
        `departures of ${LIVE_AIRPORT}: ${before} → ${after}, visible ${visibleMs.toFixed(0)} ms after it was sent`,
    );
    numbers.readMs = await step(
      'read one airport',
      () => medianRead(client),
      (ms) => `${READS} reads of ${result.airportFeatures} features, p50 ${ms.toFixed(2)} ms`,
    );

    console.log(`\n${printAirports(result.airports)}`);
    const expected = result.airportCount * result.airportFeatures + result.routeCount * result.routeFeatures;
    const complete = result.compared === expected && result.empty < result.compared / 2;
    console.log(
      `\n${result.airportCount} airports × ${result.airportFeatures} + ${result.routeCount} routes × ${result.routeFeatures} features = ${expected.toLocaleString('en')} values`,
    );
    console.log(`${result.compared.toLocaleString('en')} values compared, ${result.different} differ`);
    console.log(
      `\n${printTargets([
        [
          'history load',
          `${Math.round(numbers.load.rate).toLocaleString('en')} events/s`,
          '≥ 300,000',
          numbers.load.rate >= 300_000,
        ],
        [
          'materialize all',
          `${numbers.materialize.seconds.toFixed(1)} s`,
          '≤ 10',
          numbers.materialize.seconds <= 10,
        ],
        ['read one airport, p50', `${numbers.readMs.toFixed(2)} ms`, '≤ 2', numbers.readMs <= 2],
      ])}`,
    );
    return { ok: complete && result.different === 0 && result.degraded === 0, flights, now, sent, numbers };
  } finally {
    client.close();
  }
}

/** Live traffic until Ctrl-C: the file's flights after "now", as their times come. */
async function stay(environment, services, { flights, now }) {
  const address = `127.0.0.1:${services.ports.serving.grpc}`;
  console.log(`\nEverything keeps running; live traffic is being sent. Ctrl-C ends it. In another terminal:\n
  grpcurl -plaintext -d '{"project":"flights","feature_service":"airport_board","keys":[{"join_key":"airport","strings":["ORD"]}],"include_layout":true}' \\
    ${address} forebay.v1.FeatureService/GetOnlineFeatures
${Object.entries(environment)
  .map(([name, value]) => `  export ${name}=${value}`)
  .join('\n')}
  export FOREBAY_CLI_SERVING_ADDRESS=${address}
  node packages/cli/bin/forebay.js get --service airport_board --key airport=ORD
  node packages/cli/bin/forebay.js status\n`);
  const replay = await Replay.open(environment);
  const stopped = new Promise((resolve) => process.once('SIGINT', resolve));
  await replay.live(flights, now, stopped);
  await replay.close();
}

async function main() {
  const startedAt = Number(process.env.FOREBAY_DEMO_STARTED_AT ?? Date.now());
  let stack = null;
  let services = null;
  try {
    stack = await step(
      'start servers',
      () => startLocalStack({ homeDir: join(ROOT, '.forebay'), env: serverAddresses(), log: () => {} }),
      () => 'Kafka, two Redis, ClickHouse',
    );
    const environment = stack.environment();
    services = await step(
      'start services',
      () =>
        startServices({
          environment,
          log:
            process.env.FOREBAY_DEMO_LOGS === '1' ? (service, line) => console.log(service, line) : () => {},
        }),
      () => 'stream, batch, serving',
    );
    const outcome = await run(environment, services);
    console.log(`total ${seconds(Date.now() - startedAt)}`);
    if (process.argv.includes('--stay') && outcome.ok) await stay(environment, services, outcome);
    process.exitCode = outcome.ok ? 0 : 1;
  } catch (error) {
    console.error(`demo: ${error.message}`);
    process.exitCode = 1;
  } finally {
    await services?.stop();
    await stack?.stop();
  }
}

/** Addresses of servers that are there already. */
function serverAddresses() {
  const names = [
    'FOREBAY_KAFKA_BROKERS',
    'FOREBAY_REDIS_URL',
    'FOREBAY_QUEUE_REDIS_URL',
    'FOREBAY_CLICKHOUSE_URL',
  ];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

main();
