/** What a real API server says of objects that it is asked to check and not to keep. */
import { podsOf } from './chart.mjs';

const GROUPS = {
  ConfigMap: 'configmaps',
  Deployment: 'deployments',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  Job: 'jobs',
  NetworkPolicy: 'networkpolicies',
  Pod: 'pods',
  PodDisruptionBudget: 'poddisruptionbudgets',
  PrometheusRule: 'prometheusrules',
  ScaledObject: 'scaledobjects',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
  ServiceMonitor: 'servicemonitors',
  StatefulSet: 'statefulsets',
};
const QUERY = 'dryRun=All&fieldValidation=Strict';

/** Makes a namespace in which the server's own admission lets in only pods of the "restricted" standard. */
export async function restrictedNamespace(server, name) {
  const labels = Object.fromEntries(
    ['enforce', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
  );
  const made = await server.call('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  });
  if (made.status !== 201) throw new Error(`the namespace ${name}: ${JSON.stringify(made.body)}`);
}

/** Pods may name only classes that there are; these are those of the matrix. */
export async function priorityClass(server, name) {
  const made = await server.call('POST', '/apis/scheduling.k8s.io/v1/priorityclasses', {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value: 1,
  });
  if (made.status !== 201) throw new Error(`the priority class ${name}: ${JSON.stringify(made.body)}`);
}

/** @returns {Promise<string[]>} what is refused or warned of: the objects, and each pod that they would make */
export async function dryRunFaults(server, namespace, objects) {
  const pods = objects.filter(({ kind }) => kind !== 'Pod').flatMap(podsOf);
  const made = pods.map(({ where, spec, labels }, at) => ({
    where: `a pod of ${where}`,
    // no controller stands here for the volumes that a StatefulSet claims
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `pod-${at}`, labels },
      spec: withClaims(spec),
    },
  }));
  const own = objects.map((object) => ({ where: `${object.kind} ${object.metadata.name}`, object }));
  const faults = [];
  for (const { where, object } of [...own, ...made]) {
    const { status, body, warning } = await server.call('POST', pathOf(object, namespace), {
      ...object,
      metadata: { ...object.metadata, namespace },
    });
    if (status !== 201) faults.push(`${where}: ${body.message ?? JSON.stringify(body)}`);
    if (warning !== null) faults.push(`${where}: ${warning}`);
  }
  return faults;
}

function withClaims(spec) {
  const known = new Set((spec.volumes ?? []).map(({ name }) => name));
  const mounted = spec.containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
  const claimed = [...new Set(mounted)].filter((name) => !known.has(name));
  return {
    ...spec,
    volumes: [
      ...(spec.volumes ?? []),
      ...claimed.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
    ],
  };
}

function pathOf({ apiVersion, kind }, namespace) {
  const plural = GROUPS[kind];
  if (plural === undefined) throw new Error(`test/k8s/dry-run.mjs does not know the kind ${kind}: add it`);
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}/namespaces/${namespace}/${plural}?${QUERY}`;
}
