#!/usr/bin/env node
/**
 * `npm run test:images [-- --lint]`: proves the Dockerfile and docker-compose.yml where there is no container engine. Both are linted (hadolint
 * from PyPI, the compose specification's loader built by Go); the commands of all stages are run, each stage in a directory of its own with
 * what .dockerignore lets through; and from nothing but the files of each image the programs are started, as the image's user, on real
 * servers. The npm packages are packed, installed and used. Needs Go (1.24 or later), Python with pip, apt-get (promtool), git and the
 * network; takes some three minutes, with --lint seconds. The last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { publishedFaults } from '../test/images/published.mjs';
import { Program } from '../test/images/running.mjs';
import { makeContext, Stages, sizeOf, strangers } from '../test/images/stages.mjs';
import {
  actionlint,
  alertmanagerFaults,
  composeProject,
  hadolint,
  prometheusFaults,
} from '../test/images/tools.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { bin, ROOT } from './lib/root.mjs';

const TARGETS = ['serving', 'stream', 'batch', 'cli'];
const MEGABYTE = 1e6;
/** Of files, without Node and Debian: what an image may grow to before somebody has to look. */
const MOST_MEGABYTES = { serving: 30, stream: 30, batch: 40, cli: 65 };

let passed = 0;
let failed = 0;

async function check(name, act) {
  let faults;
  try {
    faults = (await act()) ?? [];
  } catch (error) {
    faults = [error.message];
  }
  if (faults.length === 0) passed++;
  else failed++;
  console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  for (const fault of faults) console.log(`     ${fault}`);
}

const expect = (is, otherwise) => (is ? [] : [otherwise]);

async function lint(home) {
  await check('Dockerfile: hadolint finds nothing', hadolint);
  await check('workflows: actionlint finds nothing', actionlint);
  await check('the configuration of Prometheus: promtool finds nothing', () => prometheusFaults(home));
  await check('the configuration of Alertmanager: amtool finds nothing', alertmanagerFaults);
  await check('docker-compose.yml: the loader of the specification takes it', () => {
    const { services } = composeProject();
    return Object.entries(services)
      .filter(([, { build }]) => build)
      .filter(([, { build }]) => !TARGETS.includes(build.target))
      .map(([name, { build }]) => `${name}: the Dockerfile has no target ${build.target}`);
  });
  await check('docker-compose.yml: the loader refuses a misspelt key', () => {
    const wrong = join(home, 'wrong.yml');
    writeFileSync(
      wrong,
      readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8').replace('image: apache', 'imag: apache'),
    );
    try {
      composeProject(wrong);
    } catch (error) {
      return expect(/imag\b/.test(error.message), error.message);
    }
    return ['it was taken'];
  });
}

async function build(home) {
  const context = join(home, 'context');
  mkdirSync(context);
  makeContext(ROOT, context);
  const stages = new Stages(ROOT, context, home);
  const images = {};
  for (const target of TARGETS) {
    await check(`${target}: the stages' commands run`, () => {
      images[target] = stages.build(target);
    });
    if (!images[target]) continue;
    const app = join(images[target].root, images[target].workdir);
    const { bytes, count } = sizeOf(app);
    const megabytes = (bytes / MEGABYTE).toFixed(1);
    await check(`${target}: ${megabytes} MB in ${count} files, at most ${MOST_MEGABYTES[target]} MB`, () =>
      expect(bytes <= MOST_MEGABYTES[target] * MEGABYTE, 'look at what came in'),
    );
    await check(`${target}: no tests, sources, compilers or engines in it`, () =>
      strangers(app).slice(0, 10),
    );
    await check(`${target}: its list of packages (SBOM) names all that are in it`, () => unlisted(app));
    await check(`${target}: runs as 65532`, () =>
      expect(images[target].user === '65532:65532', images[target].user),
    );
  }
  return images;
}

/** Packages in node_modules that the list does not have. */
function unlisted(app) {
  const bill = JSON.parse(readFileSync(join(app, 'sbom.cdx.json'), 'utf8'));
  const listed = new Set(
    bill.components.map(({ name, version, group }) => `${group ? `${group}/` : ''}${name}@${version}`),
  );
  const found = spawnSync('find', ['-L', 'node_modules', '-path', '*/node_modules/*/package.json'], {
    cwd: app,
    encoding: 'utf8',
  });
  return found.stdout
    .split('\n')
    .filter((path) => /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path))
    .map((path) => JSON.parse(readFileSync(join(app, path), 'utf8')))
    .map(({ name, version }) => `${name}@${version}`)
    .filter((name) => !listed.has(name))
    .slice(0, 10);
}

const NOWHERE = {
  FOREBAY_STARTUP_DEADLINE: '0s',
  FOREBAY_REDIS_URL: 'redis://127.0.0.1:9',
  FOREBAY_CLICKHOUSE_URL: 'http://127.0.0.1:9',
  FOREBAY_KAFKA_BROKERS: '127.0.0.1:9',
  FOREBAY_QUEUE_REDIS_URL: 'redis://127.0.0.1:9',
};
const OPEN = {
  FOREBAY_SERVING_TRANSPORT: 'plaintext',
  FOREBAY_SERVING_AUTHENTICATION: 'none',
  FOREBAY_SERVING_PORT: '0',
};
const only = (environment, names) =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => names.some((part) => name.includes(part))),
  );
/** The settings that a service knows: others are refused. */
const settingsOf = (target, environment) => {
  if (target === 'serving') return { ...only(environment, ['STARTUP', 'FOREBAY_REDIS']), ...OPEN };
  const names = ['STARTUP', 'FOREBAY_REDIS', 'CLICKHOUSE_URL', 'KAFKA'];
  return only(environment, target === 'stream' ? names : [...names, 'QUEUE']);
};

async function refuse(images) {
  for (const target of TARGETS.slice(0, 3))
    await check(`${target}: without its servers it ends, and says which and by which setting`, async () => {
      const program = new Program(images[target], settingsOf(target, NOWHERE));
      const code = await program.end();
      return expect(
        code === 1 && /FOREBAY_(QUEUE_)?REDIS_URL/.test(program.output),
        `${code}: ${program.output}`,
      );
    });
  await check('serving: without TLS it does not start, unless it is told to', async () => {
    const program = new Program(images.serving, {});
    const code = await program.end();
    return expect(
      code === 1 && /FOREBAY_SERVING_TLS_CERT_FILE/.test(program.output),
      `${code}: ${program.output}`,
    );
  });
}

async function command(images, environment, ...args) {
  const program = new Program(images.cli, environment, args);
  const code = await program.end(60_000);
  if (code !== 0) throw new Error(`forebay ${args.join(' ')} ended with ${code}\n${program.output}`);
  return program.output;
}

async function serve(images) {
  const { startLocalStack } = createRequire(import.meta.url)('@forebay/local-stack');
  const stack = await startLocalStack({ homeDir: join(ROOT, '.forebay'), env: process.env, log: () => {} });
  const environment = stack.environment();
  const running = new Map();
  try {
    for (const target of TARGETS.slice(0, 3))
      await check(`${target}: lives`, async () => {
        running.set(target, new Program(images[target], settingsOf(target, environment)));
        await running.get(target).answers('/healthz');
      });
    await check('cli: applies definitions in YAML', async () => {
      const said = await command(images, environment, 'apply', 'packages/cli/templates/features.yaml');
      return expect(/customer_orders/.test(said), said);
    });
    for (const [target, program] of running)
      await check(`${target}: is ready`, () => program.answers('/readyz'));
    await check('an event that is pushed by the cli is counted by stream, and given by serving', async () => {
      const order = {
        time: new Date().toISOString(),
        id: 'o1',
        customer: 'c1',
        price: 12,
        category: 'books',
      };
      await command(images, environment, 'push', '--source', 'orders', '--event', JSON.stringify(order));
      const to = `127.0.0.1:${running.get('serving').ports.grpc}`;
      // as `helm test` asks: with no server but serving
      const get = [
        ...['get', '--project', 'shop', '--service', 'checkout', '--key', 'customer=c1'],
        ...['--request', 'basket_price=30', '--address', to, '--json'],
      ];
      const deadline = Date.now() + 30_000;
      for (;;) {
        const said = await command(images, {}, ...get);
        if (/"value": ?1\b|orders_1h": ?1\b/.test(said)) return [];
        if (Date.now() > deadline) return [said];
      }
    });
    await check('batch: finishes a run of the jobs that the cli queues', async () => {
      const said = await command(images, environment, 'materialize', '--view', 'customer_orders', '--json');
      return expect(/finished|completed|succeeded|done/i.test(said), said);
    });
    for (const [target, program] of running)
      await check(`${target}: stops by SIGTERM`, async () =>
        expect((await program.stop()) === 0, program.output),
      );
    running.clear();
  } finally {
    for (const program of running.values()) await program.stop();
    await stack.stop();
  }
}

ensureInstalled();
const { values } = parseArgs({ options: { lint: { type: 'boolean', default: false } } });
// The programs of the stack, whose files the images do not have, are those of this tree.
if (!existsSync(join(ROOT, 'packages/local-stack/dist')))
  spawnSync(bin('tsc'), ['-b'], { cwd: ROOT, stdio: 'inherit' });
const home = mkdtempSync(join(tmpdir(), 'forebay-images-'));
spawnSync('chmod', ['755', home]);
try {
  await lint(home);
  const images = values.lint ? null : await build(home);
  if (images !== null)
    await check('npm packages: packed, installed in an empty project, and used', () => publishedFaults(home));
  if (images === null) console.log('only linted: nothing was built');
  else if (TARGETS.every((target) => images[target])) {
    await refuse(images);
    await serve(images);
  } else await check('programs', () => ['not started: an image is missing']);
} finally {
  rmSync(home, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
