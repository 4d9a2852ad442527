/** Values that the chart is proved with, and what it makes of them. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ROOT } from '../../scripts/lib/root.mjs';
import { helm, KUBERNETES_MINOR } from './tools.mjs';

export const CHART = join(ROOT, 'k8s/forebay');
const EXAMPLES = join(ROOT, 'k8s/examples');
const OPEN = ['serving.tls.plaintext=true', 'serving.access.open=true'];
const ADDRESSES = [
  'servers.redis.url=redis://redis:6379',
  'servers.queueRedis.url=redis://queue:6379',
  'servers.kafka.brokers=kafka:9092',
  'servers.clickhouse.url=http://clickhouse:8123',
];

/** Floating-point to helm, as all numbers of values files are. */
const NUMBERS = [
  '--set-json',
  'serving.settings={"FOREBAY_SERVING_PUSH_MEMORY_BYTES":67108864,"FOREBAY_TRACE_SAMPLE_RATIO":0.05}',
  '--set-json',
  'stream.autoscaling={"enabled":true,"lagPerReplica":2000000,"prometheusAddress":"http://prometheus:9090"}',
];

export const examples = () =>
  readdirSync(EXAMPLES)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name: `example ${name}`, args: ['-f', join(EXAMPLES, name)] }));

/** One thing after the other beside what is needed at least. */
export const matrix = () =>
  [
    [],
    ['serving.autoscaling.enabled=true', 'serving.autoscaling.targetInFlight=100'],
    ['stream.autoscaling.enabled=true', 'stream.autoscaling.prometheusAddress=http://prometheus:9090'],
    ['batch.autoscaling.enabled=true', 'batch.autoscaling.prometheusAddress=http://prometheus:9090'],
    ['serving.enabled=false'],
    ['stream.enabled=false', 'batch.enabled=false'],
    ['serving.feastHttp.enabled=true', 'serving.service.type=LoadBalancer'],
    ['networkPolicy.enabled=false', 'serviceAccount.create=false', 'serviceAccount.name=own'],
    ['evaluation.enabled=true', 'evaluation.storageSize=10Gi', 'evaluation.storageClass=fast'],
    [`serving.image.digest=sha256:${'0'.repeat(64)}`, 'image.registry=registry.example'],
    [
      'monitoring.serviceMonitor.enabled=false',
      'monitoring.prometheusRule.enabled=false',
      'monitoring.dashboards.enabled=false',
    ],
    ['definitions.enabled=true', 'definitions.existingConfigMap=own', 'definitions.allowDestructive=true'],
    [
      'servers.clickhouse.cluster=main',
      'batch.podDisruptionBudget.enabled=true',
      'batch.podDisruptionBudget.maxUnavailable=50%',
    ],
    [
      'stream.settings.FOREBAY_STREAM_FLUSH_EVERY=20ms',
      'serving.extraEnv[0].name=TZ',
      'serving.extraEnv[0].value=UTC',
    ],
    ['definitions.enabled=true', 'definitions.existingConfigMap=own', 'definitions.extraEnv[0].name=TZ'],
    ['serving.push.enabled=true', 'serving.servedLog.enabled=true', 'servers.clickhouse.cluster=main'],
    ['serving.priorityClassName=system-cluster-critical', 'serving.podLabels.team=shop'],
    ['security.runAsUser=null', 'security.runAsGroup=null', 'security.fsGroup=null'],
    [
      'definitions.enabled=true',
      'definitions.existingConfigMap=own',
      `definitions.image.digest=sha256:${'0'.repeat(64)}`,
      'test.arguments={--project,shop,--service,checkout}',
    ],
    ['evaluation.enabled=true', 'networkPolicy.egress[0].ports[0].port=443'],
    ['serving.drainDelaySeconds=280', 'serving.drainDeadlineSeconds=300'],
    [
      ...['servers.kafka.tls.enabled=true', 'servers.kafka.tls.caSecretName=kafka-ca'],
      ...['servers.kafka.sasl.mechanism=scram-sha-256', 'servers.kafka.sasl.existingSecret.name=kafka-user'],
      ...['serving.push.enabled=true', 'definitions.enabled=true', 'definitions.existingConfigMap=own'],
    ],
    ['servers.kafka.tls.enabled=true', 'servers.kafka.tls.certSecretName=kafka-cert'],
    ['servers.kafka.sasl.mechanism=plain', 'servers.kafka.sasl.existingSecret.name=kafka-user'],
    [
      ...['lineage.url=http://marquez:5000/api/v1/lineage', 'lineage.namespace=staging'],
      ...['lineage.existingSecret.name=catalogue', 'lineage.existingSecret.key=api-key'],
      ...['definitions.enabled=true', 'definitions.existingConfigMap=own'],
    ],
  ]
    .map((more) => ({ name: more.join(' ') || 'the least', args: sets([...OPEN, ...ADDRESSES, ...more]) }))
    .concat({
      name: 'numbers as values files have them',
      args: [...sets([...OPEN, ...ADDRESSES]), ...NUMBERS],
    });

/** Values that must be refused, with a part of what is said. */
export const refused = () =>
  [
    [[...ADDRESSES, ...OPEN, 'serving.replicas=many'], /replicas/],
    [[...ADDRESSES, ...OPEN, 'serving.replicaCount=2'], /replicaCount/],
    [[...ADDRESSES, ...OPEN, 'servers.redis.url=http://redis'], /redis/],
    [[...ADDRESSES, ...OPEN, 'servers.kafka.brokers=kafka'], /kafka/],
    [[...ADDRESSES, ...OPEN, 'settings.LOG_LEVEL=debug'], /settings|LOG_LEVEL/],
    [[...ADDRESSES, ...OPEN, 'serving.image.digest=latest'], /digest/],
    [[...ADDRESSES, ...OPEN, 'security.runAsUser=0'], /runAsUser/],
    [[...ADDRESSES, ...OPEN, 'image.pullPolicy=Sometimes'], /pullPolicy/],
    [[...ADDRESSES, ...OPEN, 'serving.podDisruptionBudget.maxUnavailable=0'], /maxUnavailable/],
    [[...ADDRESSES, ...OPEN, 'serving.podLabels.app\\.kubernetes\\.io/name=x'], /podLabels/],
    [[...ADDRESSES, ...OPEN, 'fullnameOverride=Shop_Features'], /fullnameOverride/],
    [[...ADDRESSES, ...OPEN, 'stream.autoscaling.minReplicas=0'], /minReplicas/],
    [[...ADDRESSES, ...OPEN, 'batch.autoscaling.minReplicas=0'], /minReplicas/],
    [
      [...ADDRESSES, ...OPEN, 'serving.autoscaling.enabled=true', 'serving.autoscaling.minReplicas=11'],
      /serving\.autoscaling: minReplicas \(11\) is more than maxReplicas \(10\)/,
    ],
    [
      [...ADDRESSES, ...OPEN, 'serving.drainDelaySeconds=300', 'serving.drainDeadlineSeconds=281'],
      /together more than 580 s/,
    ],
    [
      [...ADDRESSES, ...OPEN, 'serving.settings.FOREBAY_SERVING_PUSH_KAFKA_BROKERS=k:9092'],
      /FOREBAY_SERVING_PUSH_KAFKA_BROKERS is made from/,
    ],
    [[...ADDRESSES, ...OPEN, 'monitoring.otlpSignals={spans}'], /otlpSignals/],
    [[...ADDRESSES, ...OPEN, 'test.arguments={--service,checkout}'], /name --project and --service/],
    [[...ADDRESSES, ...OPEN, 'servers.kafka.sasl.mechanism=gssapi'], /mechanism/],
    [[...ADDRESSES, ...OPEN, 'servers.kafka.sasl.mechanism=plain'], /to be set both, or neither/],
    [[...ADDRESSES, ...OPEN, 'servers.kafka.sasl.existingSecret.name=user'], /to be set both, or neither/],
    [[...ADDRESSES, ...OPEN, 'servers.kafka.sasl.existingSecret.key=user'], /existingSecret|key/],
    [[...ADDRESSES, ...OPEN, 'servers.kafka.tls.caSecretName=ca'], /servers\.kafka\.tls\.enabled=true/],
    [[...OPEN, 'evaluation.enabled=true', 'servers.kafka.tls.enabled=true'], /has neither/],
    [[...ADDRESSES, ...OPEN, 'settings.FOREBAY_KAFKA_TLS=true'], /FOREBAY_KAFKA_TLS is made from/],
    [
      [...ADDRESSES, ...OPEN, 'batch.settings.FOREBAY_LINEAGE_URL=http://m'],
      /FOREBAY_LINEAGE_URL is made from/,
    ],
    [[...ADDRESSES, ...OPEN, 'lineage.url=marquez:5000'], /lineage/],
    [[...ADDRESSES, ...OPEN, 'lineage.existingSecret.name=catalogue'], /set lineage\.url/],
    [[...ADDRESSES], /serving\.tls: name a secret/],
    [[...ADDRESSES, 'serving.tls.plaintext=true'], /serving\.access: name a secret/],
    [[...OPEN], /servers\.redis\.url: give the address/],
    [[...ADDRESSES, ...OPEN, 'stream.autoscaling.enabled=true'], /prometheusAddress/],
    [[...ADDRESSES, ...OPEN, 'definitions.enabled=true'], /definitions\.file/],
    [[...ADDRESSES, ...OPEN, 'serving.settings.FOREBAY_SERVING_PORT=1'], /FOREBAY_SERVING_PORT is made from/],
  ].map(([values, says]) => ({ name: values.at(-1), args: sets(values), says }));

const sets = (values) => values.flatMap((value) => ['--set', value]);

/** Runs `helm template`; status and what came out. */
export function template(args, { withOperators = true, isUpgrade = false, chart = CHART } = {}) {
  const kinds = withOperators ? ['--api-versions', 'monitoring.coreos.com/v1'] : [];
  const all = [
    'template',
    'forebay',
    chart,
    '--namespace',
    'shop',
    '--kube-version',
    `${KUBERNETES_MINOR}.0`,
    ...kinds,
    ...(isUpgrade ? ['--is-upgrade'] : []),
    ...args,
  ];
  return spawnSync(helm(), all, { encoding: 'utf8', maxBuffer: 1 << 27 });
}

export function objectsOf(text) {
  return parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter((each) => each !== null);
}

/** @returns {{ where: string, spec: object, labels: object }[]} the pods that an object makes */
export function podsOf({ kind, metadata, spec }) {
  const where = `${kind} ${metadata.name}`;
  if (kind === 'Pod') return [{ where, spec, labels: metadata.labels }];
  const { template: made } = spec ?? {};
  return made?.spec?.containers === undefined
    ? []
    : [{ where, spec: made.spec, labels: made.metadata.labels }];
}
