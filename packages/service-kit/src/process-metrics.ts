import { performance } from 'node:perf_hooks';
import type { Meter } from '@opentelemetry/api';
import type { Instruments } from './instruments';
import { METRICS, prometheusName } from './metrics';

/** Processor time, memory and event loop of this process, read at each scrape. */
export function observeProcess(meter: Meter, instruments: Instruments): void {
  const { unit, description } = METRICS.process_cpu_seconds_total;
  meter
    .createObservableCounter(prometheusName('process_cpu_seconds_total'), { unit, description })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe((user + system) / 1e6);
    });
  instruments.gauge('process_resident_memory_bytes').observe(() => [[{}, process.memoryUsage.rss()]]);
  const startedAt = performance.timeOrigin / 1_000;
  instruments.gauge('process_start_time_seconds').observe(() => [[{}, startedAt]]);
  let last = performance.eventLoopUtilization();
  instruments.gauge('nodejs_eventloop_utilization_ratio').observe(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return [[{}, utilization]];
  });
}
