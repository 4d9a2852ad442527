/**
 * What the "restricted" pod security standard of Kubernetes asks of a pod
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted), and what this chart promises beyond it.
 */
const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** @param {boolean} isOurs whether it runs our images: their root file system is read-only; @returns {string[]} what is wrong */
export function podFaults(where, spec, isOurs) {
  const faults = [];
  const must = (holds, what) => holds || faults.push(`${where}: ${what}`);
  const pod = spec.securityContext ?? {};
  for (const name of ['hostNetwork', 'hostPID', 'hostIPC']) must(!spec[name], `${name} is set`);
  must(pod.runAsNonRoot === true, 'runAsNonRoot is not set');
  // null: the cluster gives one, or else the image, whose number is not root's
  must(pod.runAsUser > 0 || (isOurs && pod.runAsUser === null), 'runAsUser is root, or not set');
  must(pod.seccompProfile?.type === 'RuntimeDefault', 'the seccomp profile is not RuntimeDefault');
  must(spec.automountServiceAccountToken === false, 'a service account token is mounted');
  for (const volume of spec.volumes ?? [])
    must(
      VOLUMES.some((kind) => kind in volume),
      `volume ${volume.name} is of a kind that is not allowed`,
    );
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    const own = container.securityContext ?? {};
    const at = (what) => `container ${container.name}: ${what}`;
    must(own.allowPrivilegeEscalation === false, at('privileges may be escalated'));
    must(own.privileged !== true, at('is privileged'));
    must(JSON.stringify(own.capabilities) === '{"drop":["ALL"]}', at('has capabilities'));
    must(!isOurs || own.readOnlyRootFilesystem === true, at('its root file system can be written'));
    must(
      container.resources?.requests?.cpu && container.resources?.requests?.memory,
      at('asks for no resources'),
    );
    must(container.resources?.limits?.memory, at('has no limit of memory'));
    for (const port of container.ports ?? []) must(port.hostPort === undefined, at('has a host port'));
    must(!/:latest$|^[^:@]+$/.test(container.image), at(`image ${container.image} names no version`));
  }
  return faults;
}
