import { performance } from 'node:perf_hooks';
import type { Resource } from '@opentelemetry/resources';
import type { MetricReader } from '@opentelemetry/sdk-metrics';
import type { HistogramProducer } from '../histograms';
import type { Instruments } from '../instruments';
import type { OtherProcesses } from '../processes/metrics-of-all';
import { startTracing } from '../tracing';
import { Collector, type CollectorOptions } from './collector';
import type { LogOutbox } from './log-outbox';
import { otlpMetricReader } from './metric-reader';
import { otlpResource } from './otlp-resource';
import type { OtlpSignal } from './otlp-signals';
import { sendLogs } from './send-logs';

/** What is sent to an OpenTelemetry collector, and when. */
export interface OtlpOptions extends Omit<CollectorOptions, 'clock'> {
  readonly signals: readonly OtlpSignal[];
  /** Share of what has no traced caller that is recorded. */
  readonly traceSampleRatio: number;
  readonly metricsIntervalMs: number;
  /** Where the log puts its lines. */
  readonly outbox: LogOutbox;
  /** How long the end may take: what is not sent then is lost. */
  readonly flushWithinMs: number;
}

/** What is there to be sent. */
export interface OtlpSources {
  readonly service: Resource;
  readonly histograms: HistogramProducer;
  readonly others: OtherProcesses | undefined;
}

/** Sends the signals that are wanted; of the others, nothing is loaded. */
export class OtlpSender {
  private constructor(
    private readonly collector: Collector,
    private readonly flushWithinMs: number,
    /** For the meter provider of the instruments; they are shut down here. */
    readonly metricReaders: readonly MetricReader[],
    private readonly ends: readonly (() => Promise<void>)[],
  ) {}

  static async start(options: OtlpOptions, sources: OtlpSources): Promise<OtlpSender> {
    const { signals, metricsIntervalMs: intervalMs, traceSampleRatio: sampleRatio, outbox } = options;
    const { histograms, others } = sources;
    const collector = new Collector({ ...options, clock: () => performance.now() });
    const resource = otlpResource(sources.service);
    const ends: (() => Promise<void>)[] = [];
    const readers: MetricReader[] = [];
    if (signals.includes('traces')) ends.push(await startTracing({ collector, sampleRatio, resource }));
    if (signals.includes('logs')) ends.push(await sendLogs({ collector, outbox, resource }));
    if (signals.includes('metrics')) {
      const reader = await otlpMetricReader({ collector, resource, histograms, intervalMs, others });
      readers.push(reader);
      ends.push(() => reader.shutdown());
    }
    return new OtlpSender(collector, options.flushWithinMs, readers, ends);
  }

  /** What was sent, and what was lost, is counted there. */
  countIn(instruments: Instruments): void {
    this.collector.countIn(instruments);
  }

  /** Sends what is not sent yet, for as long as it may take. A collector that is away does not make it fail. */
  async stop(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.flushWithinMs);
    });
    await Promise.race([Promise.allSettled(this.ends.map((end) => end())), over]);
    clearTimeout(timer);
  }
}
