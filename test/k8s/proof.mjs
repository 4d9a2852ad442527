/** The checks of `npm run test:k8s`, one line each. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../scripts/lib/run.mjs';
import { startApiServer } from './api-server.mjs';
import { CHART, examples, matrix, objectsOf, podsOf, refused, template } from './chart.mjs';
import { dryRunFaults, priorityClass, restrictedNamespace } from './dry-run.mjs';
import { givenFaults } from './given.mjs';
import { helmWithHooks } from './hooks.mjs';
import { podFaults } from './pod-security.mjs';
import { scalingFaults } from './scaling.mjs';
import { settingFaults } from './settings.mjs';
import { crds, helm, kubeconform, schemas } from './tools.mjs';

let passed = 0;
let failed = 0;

function check(name, faults) {
  if (faults.length === 0) passed++;
  else failed++;
  console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  for (const fault of faults) console.log(`     ${fault}`);
}

const faultsOf = (act) => {
  try {
    return act() ?? [];
  } catch (error) {
    return [error.message];
  }
};

function provePure() {
  for (const { name, args } of examples())
    check(
      `lint, ${name}`,
      faultsOf(() => void run(helm(), ['lint', '--strict', '--kube-version', '1.34.0', CHART, ...args])),
    );
  const location = `${schemas()}/{{.ResourceKind}}{{.KindSuffix}}.json`;
  const others = `${schemas()}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`;
  for (const { name, args } of [...examples(), ...matrix()]) {
    const rendered = template(args);
    if (rendered.status !== 0) {
      check(`template, ${name}`, [rendered.stderr]);
      continue;
    }
    const objects = objectsOf(rendered.stdout);
    check(`schemas, ${name} (${objects.length} objects)`, schemaFaults(rendered.stdout, [location, others]));
    check(`pod security, ${name}`, objects.flatMap(securityFaults));
    check(`replicas, ${name}`, replicaFaults(objects));
    check(`settings, ${name}`, objects.flatMap(podsOf).flatMap(settingFaults));
    check(`nothing waits for itself, ${name}`, deadlockFaults(objects));
  }
  provePackage();
  for (const { name, faults } of givenFaults()) check(`given: ${name}`, faults);
  proveScaling();
  const plain = objectsOf(template(matrix()[0].args, { withOperators: false }).stdout).map(
    ({ kind }) => kind,
  );
  check(
    'kinds that the cluster does not know are left out',
    plain.filter((kind) => /ServiceMonitor|PrometheusRule/.test(kind)),
  );
  for (const { name, args, says } of refused()) {
    const { status, stderr } = template(args);
    check(
      `refused: ${name}`,
      status === 0 ? ['it was taken'] : says.test(stderr) ? [] : [`it says: ${stderr}`],
    );
  }
}

/** As a release packs it, with its registry: what is read at the installation is in it. */
function provePackage() {
  const directory = mkdtempSync(join(tmpdir(), 'forebay-k8s-package-'));
  try {
    check(
      'helm package: the archive makes what the folder makes',
      faultsOf(() => {
        run(helm(), ['package', CHART, '--destination', directory]);
        const [archive] = readdirSync(directory);
        const [{ args }] = examples();
        const [packed, folder] = [template(args, { chart: join(directory, archive) }), template(args)];
        return packed.status === 0 && packed.stdout === folder.stdout ? [] : [packed.stderr || 'it differs'];
      }),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function proveScaling() {
  const directory = mkdtempSync(join(tmpdir(), 'forebay-k8s-scaling-'));
  try {
    const production = examples().find(({ name }) => name.includes('production'));
    const objects = objectsOf(template(production.args).stdout);
    check(
      'what autoscalers ask Prometheus for',
      faultsOf(() => scalingFaults(objects, directory)),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function schemaFaults(text, locations) {
  const args = [
    '-strict',
    '-output',
    'json',
    ...locations.flatMap((each) => ['-schema-location', each]),
    '-',
  ];
  const { stdout, stderr } = spawnSync(kubeconform(), args, {
    input: text,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const { resources } = JSON.parse(stdout || '{"resources":null}');
  return [
    ...(stderr ? [stderr] : []),
    ...(resources ?? []).map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`),
  ];
}

const OWN = /forebay\/(serving|stream|batch|cli)/;
const securityFaults = (object) =>
  podsOf(object).flatMap(({ where, spec }) => podFaults(where, spec, OWN.test(spec.containers[0].image)));

/** What is scaled by others has no number of its own, or each upgrade would set it back. */
function replicaFaults(objects) {
  const scaled = objects
    .filter(({ kind }) => kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject')
    .map(({ spec }) => spec.scaleTargetRef.name);
  return objects
    .filter(({ kind }) => kind === 'Deployment')
    .filter(({ metadata, spec }) => scaled.includes(metadata.name) === (spec.replicas !== undefined))
    .map(({ metadata }) => `Deployment ${metadata.name}: replicas beside its autoscaler, or neither`);
}

/**
 * Services are ready only when definitions are applied, and `helm install --wait` runs hooks only when services are ready: what applies
 * at the installation is no hook. Who waits for definitions is not ended for it.
 */
function deadlockFaults(objects) {
  const hooks = objects
    .filter(({ metadata }) => /post-install/.test(metadata.annotations?.['helm.sh/hook'] ?? ''))
    .map(({ kind, metadata }) => `${kind} ${metadata.name} is a hook of the installation`);
  const probes = objects.flatMap(podsOf).flatMap(({ where, spec }) =>
    spec.containers
      .flatMap(({ startupProbe, livenessProbe }) => [startupProbe, livenessProbe])
      .filter(
        (probe) =>
          (probe?.grpc !== undefined && probe.grpc.service !== 'process') ||
          probe?.httpGet?.path === '/readyz',
      )
      .map(() => `${where}: a probe that ends the process asks whether it is ready`),
  );
  return [...hooks, ...probes];
}

async function proveAdmission(server) {
  await restrictedNamespace(server, 'restricted');
  for (const name of ['high', 'low']) await priorityClass(server, name);
  for (const { name, args } of [...examples(), ...matrix()])
    for (const isUpgrade of [false, true]) {
      const objects = objectsOf(template(args, { isUpgrade }).stdout);
      const faults = await dryRunFaults(server, 'restricted', objects);
      check(`the API takes ${isUpgrade ? 'the upgrade of ' : ''}${name}`, faults);
    }
  const [deployment] = objectsOf(template(matrix()[0].args).stdout).filter(
    ({ kind }) => kind === 'Deployment',
  );
  deployment.spec.template.spec.securityContext.runAsNonRoot = false;
  const refusals = await dryRunFaults(server, 'restricted', [deployment]);
  check(
    'the API refuses a pod that may be root',
    refusals.some((text) => /violates PodSecurity "restricted.*runAsNonRoot/.test(text))
      ? []
      : refusals.concat('it was taken'),
  );
}

async function proveInstallation() {
  const server = await startApiServer();
  const directory = mkdtempSync(join(tmpdir(), 'forebay-k8s-test-'));
  try {
    const at = (...args) => run(helm(), [...args, '--namespace', 'shop', '--kubeconfig', server.kubeconfig]);
    const deployment = async (name) =>
      (await server.call('GET', `/apis/apps/v1/namespaces/shop/deployments/forebay-${name}`)).body;
    for (const text of crds()) {
      const created = await server.call(
        'POST',
        '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
        objectsOf(text)[0],
      );
      check(
        `kind ${created.body.spec?.names?.kind ?? '?'} is known to the API`,
        created.status === 201 ? [] : [JSON.stringify(created.body)],
      );
    }
    await proveAdmission(server);
    const [evaluation, production] = ['evaluation', 'production'].map((name) =>
      examples().find((each) => each.name.includes(name)),
    );
    const install = ['upgrade', '--install', '--create-namespace', '--no-hooks', 'forebay', CHART];
    check(
      'helm install, evaluation',
      faultsOf(() => void at(...install, ...evaluation.args)),
    );
    const first = await deployment('serving');
    check('its serving is stored', first.spec?.replicas === 1 ? [] : [JSON.stringify(first).slice(0, 400)]);
    const applying = await server.call('GET', '/apis/batch/v1/namespaces/shop/jobs');
    check(
      'definitions are applied beside it',
      applying.body.items.length === 1 ? [] : [JSON.stringify(applying.body).slice(0, 400)],
    );
    const upgrade = (args, end) =>
      helmWithHooks(
        server,
        'shop',
        [
          ...['upgrade', 'forebay', CHART, ...args, '--namespace', 'shop'],
          ...['--kubeconfig', server.kubeconfig, '--timeout', '60s'],
        ],
        end,
      );
    const upgraded = await upgrade(production.args, { succeeds: true });
    check(
      'helm upgrade to production, with autoscalers and monitoring, waits for the Job that applies',
      upgraded.code === 0 && upgraded.hooks.join() === 'forebay-apply' ? [] : [JSON.stringify(upgraded)],
    );
    const second = await deployment('serving');
    const isNew = second.spec?.template.spec.volumes.some(
      ({ secret }) => secret?.secretName === 'forebay-serving-tls',
    );
    check('its serving is another', isNew ? [] : [JSON.stringify(second).slice(0, 400)]);
    const rules = await server.call('GET', '/apis/monitoring.coreos.com/v1/namespaces/shop/servicemonitors');
    check(
      'a ServiceMonitor is stored',
      rules.body.items?.length === 1 ? [] : [JSON.stringify(rules.body).slice(0, 400)],
    );
    const refusal = await upgrade(production.args, { succeeds: false });
    check(
      'an upgrade whose definitions are refused fails',
      refusal.code === 1 && refusal.hooks.length > 0 && /post-upgrade hooks failed/.test(refusal.said)
        ? []
        : [JSON.stringify(refusal)],
    );
    check(
      'helm rollback',
      faultsOf(() => void at('rollback', '--no-hooks', 'forebay', '1')),
    );
    const third = await deployment('serving');
    const isBack =
      third.spec?.replicas === 1 &&
      third.spec.template.spec.volumes.every(({ secret }) => secret === undefined);
    check('its serving is the first one again', isBack ? [] : [JSON.stringify(third).slice(0, 400)]);
    writeFileSync(join(directory, 'wrong.yaml'), 'serving:\n  resources: { requests: { cpu: plenty } }\n');
    const wrong = faultsOf(
      () => void at(...install, ...evaluation.args, '-f', join(directory, 'wrong.yaml')),
    );
    check(
      'what the API refuses fails',
      wrong.length === 1 && /quantit|resource|plenty/i.test(wrong[0]) ? [] : ['it was taken', ...wrong],
    );
    check(
      'helm uninstall',
      faultsOf(() => void at('uninstall', '--no-hooks', 'forebay')),
    );
    const left = await server.call('GET', '/apis/apps/v1/namespaces/shop/deployments');
    check(
      'nothing is left',
      left.body.items.map(({ metadata }) => metadata.name),
    );
  } finally {
    rmSync(directory, { recursive: true });
    await server.stop();
  }
}

/** @param {{ withApiServer: boolean }} options; @returns {Promise<boolean>} whether all holds */
export async function proveChart({ withApiServer }) {
  try {
    provePure();
    if (withApiServer) await proveInstallation();
  } catch (error) {
    check('the proof itself', [error.stack]);
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}
