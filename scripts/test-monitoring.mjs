#!/usr/bin/env node
/**
 * `npm run test:monitoring`: alert rules with promtool, then every query of every dashboard and rule against a real Prometheus that scrapes
 * running services with traffic. Needs apt-get and dpkg-deb for Prometheus. The last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promtool, startPrometheus } from '../test/monitoring/prometheus.mjs';
import { DASHBOARDS } from './lib/dashboards.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { bin, ROOT } from './lib/root.mjs';
import { run } from './lib/run.mjs';

const RULES = join(ROOT, 'k8s/forebay/alerts/forebay.yaml');
const DEFINITIONS = join(ROOT, 'examples/flights/features.ts');
/** Rates look back so far; so long there has to be traffic first. */
const INTERVAL = '20s';
const ANSWERED_WITHIN_MS = 90_000;
const ASK_AGAIN_MS = 1_000;

let passed = 0;
let failed = 0;

function check(name, fault) {
  if (fault === null) passed++;
  else failed++;
  console.log(`${fault === null ? 'ok  ' : 'FAIL'} ${name}`);
  if (fault !== null) console.log(`     ${fault}`);
}

const faultOf = (act) => {
  try {
    act();
    return null;
  } catch (error) {
    return error.message;
  }
};

/** Every query of the dashboards, with its variables replaced. */
function queries() {
  return Object.entries(DASHBOARDS).flatMap(([dashboard, { rows }]) =>
    Object.values(rows)
      .flat()
      .flatMap(({ title, queries: lines, mayBeEmpty = false }) =>
        lines.map(([expr, legend]) => ({
          name: `${dashboard}: ${title} (${legend})`,
          query: expr.replaceAll('$__rate_interval', INTERVAL).replaceAll(/\$(project|view)/g, '.*'),
          mayBeEmpty,
        })),
      ),
  );
}

/** Null: answered as it must be. */
async function faultOfQuery({ ask }, { query, mayBeEmpty }) {
  const { status, data, error } = await ask('/api/v1/query', { query });
  if (status !== 'success') return `${error}: ${query}`;
  return mayBeEmpty || data.result.length > 0 ? null : `no series: ${query}`;
}

/** Asks what has no answer again and again until the deadline. */
async function proveQueries(prometheus) {
  let open = queries().map((each) => ({ ...each, fault: 'not asked' }));
  const end = performance.now() + ANSWERED_WITHIN_MS;
  while (open.length > 0 && performance.now() < end) {
    for (const each of open) each.fault = await faultOfQuery(prometheus, each);
    for (const { name } of open.filter(({ fault }) => fault === null)) check(name, null);
    open = open.filter(({ fault }) => fault !== null);
    if (open.length > 0) await sleep(ASK_AGAIN_MS);
  }
  for (const { name, fault } of open) check(name, fault);
}

async function proveRules({ ask }) {
  const { data } = await ask('/api/v1/rules');
  const rules = data.groups.flatMap((group) => group.rules);
  check('Prometheus has loaded the rules', rules.length > 10 ? null : `${rules.length} rules`);
  for (const { name, health, lastError } of rules)
    check(`rule ${name} is evaluated`, health === 'ok' ? null : `${health}: ${lastError}`);
}

ensureInstalled();
try {
  const build = spawnSync(bin('tsc'), ['-b'], { cwd: ROOT, stdio: 'inherit' });
  if (build.status !== 0) throw new Error('it does not compile');
  check(
    'promtool check rules',
    faultOf(() => run(promtool(), ['check', 'rules', RULES])),
  );
  check(
    'promtool test rules',
    faultOf(() => run(promtool(), ['test', 'rules', join(ROOT, 'test/monitoring/alerts.test.yaml')])),
  );
  const { withTraffic } = await import('../test/monitoring/traffic.mjs');
  await withTraffic(DEFINITIONS, async (ports) => {
    const targets = Object.entries(ports).map(([name, { metrics }]) => [name, `127.0.0.1:${metrics}`]);
    const prometheus = await startPrometheus(Object.fromEntries(targets));
    try {
      await proveQueries(prometheus);
      await proveRules(prometheus);
    } finally {
      await prometheus.stop();
    }
  });
} catch (error) {
  check('the proof itself', error.stack);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
