import { performance } from 'node:perf_hooks';
import type { Meter } from '@opentelemetry/api';
import type { Instruments } from './instruments';
import { METRICS, prometheusName } from './metrics';

const SAME_READING_MS = 500;

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
  const utilization = eventLoopUtilization();
  instruments.gauge('nodejs_eventloop_utilization_ratio').observe(() => [[{}, utilization()]]);
}

/** Of the time since the last reading. Readers that come at nearly the same time, such as a scrape and an export, see the same. */
function eventLoopUtilization(): () => number {
  let last = performance.eventLoopUtilization();
  let readMs = Number.NEGATIVE_INFINITY;
  let utilization = 0;
  return () => {
    const nowMs = performance.now();
    if (nowMs - readMs < SAME_READING_MS) return utilization;
    const now = performance.eventLoopUtilization();
    utilization = performance.eventLoopUtilization(now, last).utilization;
    last = now;
    readMs = nowMs;
    return utilization;
  };
}
