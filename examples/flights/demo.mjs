/**
 * The whole path on real servers: history and live events in, features out, every value compared with a naive
 * recomputation. Run it with `npm run demo`; `npm run demo -- --stay` keeps everything running with live traffic.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareAll } from './demo-comparison.mjs';
import { Replay } from './demo-replay.mjs';
import { printAirports, printTargets, seconds, step } from './demo-report.mjs';
import { setUpFlights, until, withInstallation } from './demo-set-up.mjs';

const { connect } = createRequire(import.meta.url)('@forebay/client');

const HERE = dirname(fileURLToPath(import.meta.url));
const LIVE_AIRPORT = 'ORD';
const READS = 2_000;

const airportRequest = (airports) => ({
  project: 'flights',
  featureService: 'airport_board',
  keys: { airport: airports },
});

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
async function liveEvent(env, client) {
  const departures = async () =>
    (await client.getOnlineFeatures(airportRequest([LIVE_AIRPORT]))).rows[0].departures_lifetime;
  const before = await departures();
  const replay = await Replay.open(env);
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

async function run(env, services) {
  const client = connect({ address: `127.0.0.1:${services.ports.serving.grpc}`, deadlineMs: 30_000 });
  try {
    const definitions = join(HERE, 'features.ts');
    const { flights, now, positions, sent, ...measured } = await setUpFlights({
      env,
      client,
      definitions,
    });
    const numbers = { ...measured };

    const result = await step(
      'compare every value',
      () => compareAll(client, flights, positions),
      ({ compared, different, empty, degraded }) =>
        `${compared.toLocaleString('en')} values compared, ${different} differ, ${degraded} degraded, ${Math.round((100 * empty) / compared)} % empty`,
    );
    for (const example of result.examples) console.log(`    ${example}`);

    numbers.live = await step(
      'one live event',
      () => liveEvent(env, client),
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
  try {
    await withInstallation({ env: process.env }, async ({ environment, env, services }) => {
      const outcome = await run(env, services);
      console.log(`total ${seconds(Date.now() - startedAt)}`);
      if (process.argv.includes('--stay') && outcome.ok) await stay(environment, services, outcome);
      process.exitCode = outcome.ok ? 0 : 1;
    });
  } catch (error) {
    console.error(`demo: ${error.message}`);
    process.exitCode = 1;
  }
}

main();
