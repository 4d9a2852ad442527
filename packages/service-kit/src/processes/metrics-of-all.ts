import type { HrTime } from '@opentelemetry/api';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { mergeMetrics, type ProcessMetrics } from './merge-metrics';

/** Label `process` of the one that starts the others. */
const PRIMARY = 'primary';

/** What the other processes of the service have counted. */
export type OtherProcesses = () => Promise<readonly ProcessMetrics[]>;

/** What this process has counted, and the others, if there are any, as one. */
export async function metricsOfAll(
  own: ResourceMetrics,
  others: OtherProcesses | undefined,
): Promise<MetricData[]> {
  const metrics = own.scopeMetrics.flatMap((scope) => scope.metrics);
  if (others === undefined) return metrics;
  const whole = mergeMetrics([{ process: PRIMARY, metrics }, ...(await others())]);
  return whole.map((metric) => asOfNow(metric, metrics[0]?.dataPoints[0]?.endTime));
}

/** What a process that is gone, or too busy to tell, had counted is true now, too. */
function asOfNow(metric: MetricData, now: HrTime | undefined): MetricData {
  if (now === undefined) return metric;
  const dataPoints = metric.dataPoints.map((point) => ({ ...point, endTime: now }));
  return { ...metric, dataPoints } as MetricData;
}
