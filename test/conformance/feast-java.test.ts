/** Feast's Java client, unchanged: the last one that Maven Central has. It wants a status and an event time in every cell. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { mavenJars } from '@forebay/local-stack';
import { HOME_DIR } from '../support/stack';
import { BIG, DRIVER, UNKNOWN_DRIVER, useRides } from './rides-service';

const CLIENT = 'dev.feast:feast-serving-client:0.38.0';
/** A compiler, which a Java without development tools does not have. */
const COMPILER = 'org.eclipse.jdt:ecj:3.40.0';
const INSTALL_WITHIN_MS = 600_000;

const rides = useRides();
let classPath: string;
let classes: string;

beforeAll(async () => {
  const jars = await mavenJars({
    toolsDir: join(HOME_DIR, 'tools'),
    name: 'feast-java-client-0.38.0',
    artifacts: [CLIENT, COMPILER],
    log: (message) => process.stderr.write(`conformance: ${message}\n`),
  });
  classes = mkdtempSync(join(tmpdir(), 'forebay-feast-java-'));
  classPath = [jars, classes].join(delimiter);
  // the compiler knows no wildcards
  const all = readdirSync(dirname(jars)).map((jar) => join(dirname(jars), jar));
  const source = join(__dirname, 'java', 'ReadFeatures.java');
  const compiler = 'org.eclipse.jdt.internal.compiler.batch.Main';
  await java([compiler, '-17', '-cp', all.join(delimiter), '-d', classes, source]);
}, INSTALL_WITHIN_MS);
afterAll(() => rmSync(classes, { recursive: true, force: true }));

function java(args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('java', ['-cp', classPath, ...args], (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`java ${args[0]}: ${stderr || error.message}`));
    });
    child.stdin?.end(input);
  });
}

async function read(features: readonly string[], rows: readonly object[]): Promise<unknown> {
  const [host, port] = rides.service.address.split(':');
  const call = { host, port: Number(port), features, rows };
  return JSON.parse(await java(['ReadFeatures'], JSON.stringify(call)));
}

test('reads features of rows, with their statuses', async () => {
  const features = [
    'driver_stats@v1:receipt',
    'driver_stats@v1:last_city',
    'driver_stats@v1:fares',
    'profile:home',
  ];
  expect(await read(features, [{ driver_id: DRIVER }, { driver_id: UNKNOWN_DRIVER }])).toEqual({
    version: expect.stringMatching(/^forebay/),
    rows: [
      {
        driver_id: ['INT64_VAL', `int64_val: ${DRIVER}`, 'PRESENT'],
        receipt: ['INT64_VAL', `int64_val: ${BIG}`, 'PRESENT'],
        last_city: ['STRING_VAL', expect.stringMatching(/^string_val: "Z/), 'PRESENT'],
        fares: ['DOUBLE_VAL', 'double_val: 27.6', 'PRESENT'],
        home: ['STRING_VAL', 'string_val: "Chur"', 'PRESENT'],
      },
      {
        driver_id: ['INT64_VAL', `int64_val: ${UNKNOWN_DRIVER}`, 'PRESENT'],
        receipt: ['VAL_NOT_SET', '', 'NOT_FOUND'],
        last_city: ['VAL_NOT_SET', '', 'NOT_FOUND'],
        fares: ['DOUBLE_VAL', 'double_val: 0.0', 'NOT_FOUND'],
        home: ['VAL_NOT_SET', '', 'NOT_FOUND'],
      },
    ],
  });
});

test('reads by composite keys, and is told what is missing', async () => {
  const row = { driver_id: DRIVER, city: 'Zürich' };
  expect(await read(['beat_stats:beat_fares'], [row])).toMatchObject({
    rows: [{ beat_fares: ['DOUBLE_VAL', 'double_val: 27.5', 'PRESENT'] }],
  });
  expect(await read(['beat_stats:beat_fares'], [{ driver_id: DRIVER }])).toMatchObject({
    raised: expect.stringMatching(/^INVALID_ARGUMENT: join key "city" is missing/),
  });
});
