/**
 * A model server from nothing: trains on a training set, scores flights over HTTP with served features, and shows that both are
 * the same values. Run it with `npm run example:model-server`; with `-- --stay` it keeps serving.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seconds, step } from '../flights/demo-report.mjs';
import { forebay, HOUR, ROOT, setUpFlights, until, withInstallation } from '../flights/demo-set-up.mjs';
import { PythonPrograms } from './python-programs.mjs';
import { printModel, printScores } from './report.mjs';

const { connect } = createRequire(import.meta.url)('@forebay/client');

const HERE = dirname(fileURLToPath(import.meta.url));
const HOME_DIR = join(ROOT, '.forebay');
const SERVICE = 'flight_delay';
/** The command line, as Python calls it. */
const FOREBAY = `'${process.execPath}' '${join(ROOT, 'packages/cli/bin/forebay.js')}'`;
const TRAINING_ROWS = 40_000;
const TRAINING_DAYS = 60;
/** The next flights on the board, whose outcome the file knows. */
const SCORED = 200;
/** Every vector is logged, and soon to be seen. */
const SETTINGS = { FOREBAY_SERVING_LOG_SHARE: '1', FOREBAY_SERVING_LOG_FLUSH_EVERY: '200ms' };
const count = (number) => number.toLocaleString('en');

/** Flights of the last weeks that were loaded, in an order of their own values: the same rows whenever they are asked for. */
const rowsQuery = (end) => `
  SELECT origin AS airport, origin, destination, time AS timestamp, time AS scheduled, distance, delay > 15 AS late
  FROM flights
  WHERE time >= fromUnixTimestamp64Milli(${end - TRAINING_DAYS * 24 * HOUR}) AND time < fromUnixTimestamp64Milli(${end})
  ORDER BY cityHash64(toUnixTimestamp64Milli(time), origin, destination, delay) LIMIT ${TRAINING_ROWS}`;

/** Flights that leave after `now`, with what is known of them beforehand, and with what became of them. */
function board(flights, now) {
  const first = flights.time.findIndex((time) => time >= now);
  return Array.from({ length: SCORED }, (_, i) => first + i).map((row) => ({
    flight: {
      origin: flights.origin[row],
      destination: flights.destination[row],
      scheduled: flights.time[row],
      distance: flights.distance[row],
    },
    delay: flights.delay[row],
  }));
}

/** Makes the training set and trains; returns the file of the model. */
async function trainModel({ env, address, python, directory }, loadUntil) {
  const [rows, model] = ['train.parquet', 'flight.model'].map((file) => join(directory, file));
  await step(
    'training set',
    () =>
      forebay(
        env,
        ...['training-set', '--service', SERVICE, '--out', rows, '--rows-query', rowsQuery(loadUntil)],
      ),
    () => `${count(TRAINING_ROWS)} flights of ${TRAINING_DAYS} days, each with what was known when it left`,
  );
  const report = await step(
    'train',
    () => python.run('train.py', '--address', address, '--training-set', rows, '--model', model),
    (trained) => `gradient boosting on ${count(trained.rows)} flights × ${trained.features} features`,
  );
  return { model, report };
}

async function postScores(port, flights) {
  const response = await fetch(`http://127.0.0.1:${port}/score`, {
    method: 'POST',
    body: JSON.stringify({ flights }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`POST /score: ${response.status} ${answer.error}`);
  return answer;
}

const readTimes = ({ rows, p50, p99 }) =>
  `${rows} flight${rows === 1 ? '' : 's'} p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;

async function measureReads({ address, python }, flightsFile) {
  await step(
    'read features',
    () => python.run('measure.py', 'latency', '--address', address, '--flights', flightsFile),
    ({ one, many }) =>
      `${readTimes(one)}; ${readTimes(many)} (from Python to a matrix, one call after the other)`,
  );
}

/** Serves the flights once, makes a training set of the same entities at that instant, and compares every value. */
async function compareValues({ env, address, python }, flightsFile, events) {
  const archived = async () => Number(await clickhouse(env, 'SELECT count() FROM flights'));
  await until('the archive of all events', async () => (await archived()) >= events);
  return python.run(
    'measure.py',
    'compare',
    '--address',
    address,
    '--flights',
    flightsFile,
    '--forebay',
    FOREBAY,
  );
}

/** Tells what became of the flights, and joins that with the predictions that the model server has logged. */
async function joinOutcomes({ env, client }, requestId, flights) {
  const predictions = flights.map(({ delay }, row) => ({ requestId, row, outcome: delay > 15 ? 1 : 0 }));
  await client.logPredictions({ project: 'flights', featureService: SERVICE, predictions });
  return until('the log of all predictions and outcomes', async () => {
    const [rows, auc] = await clickhouse(
      env,
      `SELECT count(), arrayAUC(groupArray(prediction_number), groupArray(outcome_number)) FROM _forebay_served_predictions
       WHERE request_id = '${requestId}' AND logged AND prediction_number IS NOT NULL AND outcome_number IS NOT NULL`,
    );
    return Number(rows) === flights.length ? { rows, auc: Number(auc) } : null;
  });
}

/** The columns of the only row of a query's result. */
async function clickhouse(env, query) {
  const url = `${env.FOREBAY_CLICKHOUSE_URL}/?database=${env.FOREBAY_CLICKHOUSE_DATABASE ?? 'forebay'}`;
  const response = await fetch(url, { method: 'POST', body: query });
  const text = await response.text();
  if (!response.ok) throw new Error(`${query}: ${text}`);
  return text.trim().split('\t');
}

/** Returns whether every value was the same. */
async function run(environment, place) {
  const { env, address, client, python, directory } = place;
  const definitions = join(HERE, 'features.ts');
  const { flights, now, loadUntil, sent, load } = await setUpFlights({ env, client, definitions });

  const { model, report } = await trainModel(place, loadUntil);
  const port = await step(
    'start model server',
    () => python.startServer('--address', address, '--model', model),
    (number) => `http://127.0.0.1:${number}/score`,
  );
  const next = board(flights, now);
  const nextFlights = next.map(({ flight }) => flight);
  const scored = await step(
    'score flights',
    () => postScores(port, nextFlights),
    ({ scores, features_ms, model_ms }) =>
      `the next ${scores.length} in one request: features ${features_ms} ms, model ${model_ms} ms`,
  );
  await step(
    'log outcomes',
    () => joinOutcomes(place, scored.request_id, next),
    ({ rows, auc }) =>
      `${rows} predictions joined with what became of the flights, in ClickHouse: AUC ${auc.toFixed(3)}`,
  );
  const flightsFile = join(directory, 'flights.json');
  writeFileSync(flightsFile, JSON.stringify(nextFlights));
  await measureReads(place, flightsFile);
  const same = await step(
    'compare values',
    () => compareValues(place, flightsFile, load.rows + sent),
    ({ rows, features, values }) =>
      `${rows} flights × ${features} features = ${count(values)} values, served and in a training set of that instant`,
  );
  for (const example of same.examples) console.log(`    ${example}`);

  console.log(`\n${printModel(report)}\n\n${printScores(next, scored)}\n`);
  console.log(
    `${count(same.values)} values served and in a training set of the same instant: ${same.differ} differ ` +
      `(${count(same.equal_bits)} are equal in every bit, the others within ${same.largest_difference.toExponential(0)})`,
  );
  if (process.argv.includes('--stay')) await stay(environment, port, nextFlights[0]);
  return same.differ === 0;
}

/** Until Ctrl-C. */
async function stay(environment, port, flight) {
  console.log(`\nEverything keeps running. Ctrl-C ends it. In another terminal:\n
  curl -s http://127.0.0.1:${port}/score -d '${JSON.stringify({ flights: [flight] })}'
${Object.entries(environment)
  .map(([name, value]) => `  export ${name}=${value}`)
  .join('\n')}\n`);
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
}

async function main() {
  const startedAt = Number(process.env.FOREBAY_DEMO_STARTED_AT ?? Date.now());
  mkdirSync(HOME_DIR, { recursive: true });
  const directory = mkdtempSync(join(HOME_DIR, 'model-server-'));
  let python = null;
  process.on('exit', () => {
    python?.killServer();
    rmSync(directory, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  try {
    python = await step(
      'Python environment',
      () => PythonPrograms.install(process.env),
      () => 'scikit-learn, pandas, grpcio',
    );
    await withInstallation(
      { env: process.env, settings: SETTINGS },
      async ({ environment, env, services }) => {
        const address = `127.0.0.1:${services.ports.serving.grpc}`;
        python.addEnvironment(environment);
        const client = connect({ address, deadlineMs: 30_000 });
        const ok = await run(environment, { env, address, client, python, directory }).finally(() => {
          client.close();
          return python.stopServer();
        });
        console.log(`total ${seconds(Date.now() - startedAt)}`);
        process.exitCode = ok ? 0 : 1;
      },
    );
  } catch (error) {
    console.error(`model server: ${error.message}`);
    process.exitCode = 1;
  }
}

main();
