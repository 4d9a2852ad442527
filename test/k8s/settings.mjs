/** The environment that the chart gives our containers, read as the services read it. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../../scripts/lib/root.mjs';

const require = createRequire(import.meta.url);
const built = (path) => require(join(ROOT, path));
const { COMMON_SETTINGS, readConfiguration } = built('packages/service-kit/dist');
const { SERVING_SETTINGS, servingConflicts } = built('services/serving/dist/settings');
const { STREAM_SETTINGS } = built('services/stream/dist/settings');
const { BATCH_SETTINGS } = built('services/batch/dist/settings');
const { CLI_SETTINGS } = built('packages/cli/dist/settings');

const READERS = {
  serving: [{ ...SERVING_SETTINGS, ...COMMON_SETTINGS }, { conflicts: servingConflicts }],
  stream: [{ ...STREAM_SETTINGS, ...COMMON_SETTINGS }],
  batch: [{ ...BATCH_SETTINGS, ...COMMON_SETTINGS }],
  cli: [CLI_SETTINGS],
};
/** What secrets hold, as docs/KUBERNETES.md says. */
const OF_SECRETS = {
  FOREBAY_REDIS_URL: 'rediss://user:password@redis:6379',
  FOREBAY_QUEUE_REDIS_URL: 'rediss://user:password@queue:6379',
  FOREBAY_KAFKA_BROKERS: 'kafka-0:9092,kafka-1:9092',
  FOREBAY_CLICKHOUSE_URL: 'https://user:password@clickhouse:8443',
  FOREBAY_SERVING_LOG_CLICKHOUSE_URL: 'https://user:password@clickhouse:8443',
  FOREBAY_SERVING_PUSH_KAFKA_BROKERS: 'kafka-0:9092,kafka-1:9092',
};
const OWN = /forebay\/(serving|stream|batch|cli)[:@]/;

/** @returns {string[]} what the containers' services would refuse, and names that are given twice */
export function settingFaults({ where, spec }) {
  return spec.containers.flatMap(({ image, env = [], volumeMounts = [] }) => {
    const [, service] = OWN.exec(image) ?? [];
    if (service === undefined) return [];
    const names = env.map(({ name }) => name);
    const twice = names.filter((name, at) => names.indexOf(name) !== at);
    const environment = Object.fromEntries(
      env.map(({ name, value }) => [name, value ?? OF_SECRETS[name] ?? 'secret']),
    );
    const faults = twice.map((name) => `${where}: ${name} is given twice`);
    faults.push(...fileFaults(where, environment, volumeMounts));
    try {
      readConfiguration(READERS[service][0], environment, READERS[service][1]);
    } catch (error) {
      faults.push(`${where}: ${error.message}`);
    }
    return faults;
  });
}

/** A file that a setting names is in something that is mounted. */
function fileFaults(where, environment, mounts) {
  return Object.entries(environment)
    .filter(([name]) => name.endsWith('_FILE'))
    .filter(([, path]) => !mounts.some(({ mountPath }) => path.startsWith(`${mountPath}/`)))
    .map(([name, path]) => `${where}: ${name} is ${path}, and nothing is mounted there`);
}
