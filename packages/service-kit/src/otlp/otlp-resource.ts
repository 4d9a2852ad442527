import cluster from 'node:cluster';
import { hostname } from 'node:os';
import { envDetector, type Resource, resourceFromAttributes } from '@opentelemetry/resources';

/**
 * Who sends: the service, and which of its instances, so that no two send the same series. Processes behind one port are one instance.
 * What `OTEL_RESOURCE_ATTRIBUTES` says of the place is added, and may name the instance.
 */
export function otlpResource(service: Resource): Resource {
  const host = hostname();
  const instancePid = cluster.isPrimary ? process.pid : process.ppid;
  return resourceFromAttributes({
    'service.instance.id': `${host}:${instancePid}`,
    'host.name': host,
    'process.pid': process.pid,
  })
    .merge(resourceFromAttributes(envDetector.detect().attributes ?? {}))
    .merge(service);
}
