/** The shop with a Prometheus: while all is well, and when things break. */
import { forebay } from '../../examples/flights/demo-set-up.mjs';
import { Asking } from './asking.mjs';
import {
  brokenAccessFile,
  brokenConnections,
  brokenRule,
  correctedByHand,
  hangingRedis,
  job,
  manyRows,
  noWrites,
  profile,
  replayed,
  slowRedis,
  tableAway,
  verifyServed,
  wrongTraffic,
} from './faults.mjs';
import { startPrometheus } from './prometheus.mjs';
import { applyOwner, withShop } from './shop.mjs';
import { Traffic } from './traffic.mjs';

const WAIT_MS = 120_000;
/** Schedules are looked at once a minute. */
const SCHEDULES_MS = 90_000;

/** Alerts that fire at once when they are right, and what brings them about. */
const FIRING = [
  'ForebayVerifyMismatch',
  'ForebayServedSkew',
  'ForebayQualityStopped',
  'ForebayJobsFail',
  'ForebayDrift',
  'ForebayEventsDiffer',
  'ForebayServedLogDropped',
  'ForebayReloadRefused',
  'ForebayLineageLost',
  ...['', 'Slow', 'Leak'].flatMap((rate) => [`ForebayErrorBudget${rate}`, `ForebayLatencyBudget${rate}`]),
];
/** They have to be right for minutes before they fire. */
const PENDING = ['ForebayDeadLetters', 'ForebayDegradedShare'];
/** While nothing can be written to Redis. */
const PENDING_WITHOUT_WRITES = ['ForebayViewStale', 'ForebayLagGrowing', 'ForebayRedisMemory'];

/** Burn rates of the alerts of latency, times the budget. */
const SLOW_SHARES = {
  ForebayLatencyBudget: 0.144,
  ForebayLatencyBudgetSlow: 0.06,
  ForebayLatencyBudgetLeak: 0.01,
};

/** @param check takes a name and what is wrong, or null */
export async function proveRunning(check) {
  await withShop(async (shop) => {
    const beganMs = Date.now();
    const traffic = new Traffic(shop);
    const stops = [() => traffic.stop()];
    try {
      for (const view of ['customer_orders', 'customer_visits', 'customer_bought'])
        await forebay(shop.env, 'materialize', '--view', view);
      traffic.beginReading();
      const targets = Object.entries(shop.services.ports).map(([name, { metrics }]) => [
        name,
        `127.0.0.1:${metrics}`,
      ]);
      const prometheus = await startPrometheus(Object.fromEntries(targets));
      stops.unshift(prometheus.stop);
      const asking = new Asking(prometheus, (name) => check(name, null));
      stops.unshift(() => asking.stop());
      const scene = { check, shop, traffic, asking, prometheus, beganMs };
      await proveRules(scene);
      await allIsWell(scene);
      await thingsBreak(scene, stops);
      for (const { name, fault } of asking.open) check(name, fault);
    } finally {
      for (const stop of stops) await stop();
    }
  });
}

async function proveRules({ check, prometheus, asking }) {
  let rules = [];
  const open = async () => {
    const { data } = await prometheus.ask('/api/v1/rules');
    rules = data.groups.flatMap((group) => group.rules);
  };
  await open();
  check('Prometheus has loaded the rules', rules.length > 30 ? null : `${rules.length} rules`);
  const end = performance.now() + WAIT_MS;
  while (rules.some(({ health }) => health === 'unknown') && performance.now() < end) {
    await asking.until(() => 'a look', 1_000);
    await open();
  }
  for (const { name, health, lastError } of rules)
    check(`rule ${name} is evaluated`, health === 'ok' ? null : `${health}: ${lastError}`);
}

async function allIsWell({ check, shop, traffic, asking, beganMs }) {
  for (const kind of ['materialize', 'verify']) await job(shop, kind);
  await verifyServed(shop, beganMs);
  await profile(shop, 1, 1);
  // sizes of views are looked at with each change of the definitions, or five minutes later
  await applyOwner(shop);
  await asking.untilAnswered('batch: Runs that did not come', SCHEDULES_MS);
  const slowShare = traffic.reads.slow / traffic.reads.all;
  // a machine that is busy with other things is slow, and the alert is right
  const isRight = (name) => slowShare > (SLOW_SHARES[name] ?? Number.POSITIVE_INFINITY);
  const seen = [...asking.alerts.keys()];
  for (const name of seen.filter(isRight))
    console.log(
      `     ${name}: the caller measured so too, ${(100 * slowShare).toFixed(1)} % of reads are slow`,
    );
  const wrong = seen.filter((name) => !isRight(name));
  check(
    `no alert in ${asking.looks} looks while all is well`,
    wrong.length === 0 ? null : `there was ${wrong.join(', ')}`,
  );
}

async function thingsBreak(scene, stops) {
  const { check, shop, traffic, asking, beganMs } = scene;
  const wrong = wrongTraffic(shop);
  stops.push(wrong.close);
  traffic.also.push(wrong.act);
  await correctedByHand(shop, beganMs);
  shop.lineage.refuse();
  await brokenRule(shop);
  await profile(shop, 1, 3);
  brokenAccessFile(shop);
  await manyRows(shop);
  const bringBack = await tableAway(shop);
  await asking.untilAnswered('serving: Rows of the served log', WAIT_MS);
  await bringBack();
  await brokenConnections(shop);
  await replayed(shop);
  await slowRedis(shop);
  await hangingRedis(shop);
  for (const name of FIRING) await proveAlert(scene, name, 'firing');
  for (const name of PENDING) await proveAlert(scene, name, 'pending');
  traffic.also = [];
  const mend = await noWrites(shop);
  try {
    for (const name of PENDING_WITHOUT_WRITES) await proveAlert(scene, name, 'pending');
  } finally {
    await mend();
  }
  for (const name of PENDING_WITHOUT_WRITES) {
    const standing = () => (asking.now.has(name) ? 'it is still there' : null);
    check(`${name} is over when that is mended`, await asking.until(standing, WAIT_MS));
  }
  await shop.services.services.batch.stop();
  await proveAlert(scene, 'ForebayBatchAway', 'pending');
}

async function proveAlert({ check, asking }, name, state) {
  const missing = () =>
    asking.alerts.get(name)?.has(state) ? null : `it is ${[...(asking.alerts.get(name) ?? ['not there'])]}`;
  check(`${name} is ${state}`, await asking.until(missing, WAIT_MS));
}
