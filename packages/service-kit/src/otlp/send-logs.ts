import type { Resource } from '@opentelemetry/resources';
import type { Collector } from './collector';
import type { LogOutbox } from './log-outbox';
import { logRecordOf } from './log-record';

export interface LogsOptions {
  readonly collector: Collector;
  readonly outbox: LogOutbox;
  readonly resource: Resource;
}

/** Sends the lines of the outbox, those of a span with its trace; returns the function that sends the last ones, and ends it. */
export async function sendLogs({ collector, outbox, resource }: LogsOptions): Promise<() => Promise<void>> {
  // Loaded only where logs are sent: the modules cost start time and memory.
  const { BatchLogRecordProcessor, LoggerProvider } = await import('@opentelemetry/sdk-logs');
  const { OTLPLogExporter } = await import('@opentelemetry/exporter-logs-otlp-http');
  const exporter = collector.watch(
    'logs',
    new OTLPLogExporter({ url: collector.url('logs') }),
    (records) => records.length,
  );
  const queue = new BatchLogRecordProcessor({
    exporter,
    selfObsMeterProvider: collector.queueMeters('logs'),
  });
  const provider = new LoggerProvider({ resource, processors: [queue] });
  const logger = provider.getLogger('forebay');
  // A line is written where it is logged, so the active span is that of its work.
  outbox.connect((line) => logger.emit(logRecordOf(line)));
  return async () => {
    outbox.close();
    await provider.shutdown();
  };
}
