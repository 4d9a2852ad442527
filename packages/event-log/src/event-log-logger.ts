import { type LogEntry, logLevel } from 'kafkajs';

/** What this package logs to; a pino logger fits. */
export interface EventLogLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** kafkajs reports every rebalance and every retried request as an error: what matters is reported by our own code. */
export const CLIENT_LOG_LEVEL = logLevel.WARN;

/** Sends kafkajs' lines to `logger`, one step less severe; `listen` sees each of them first. */
export function kafkaLogCreator(logger: EventLogLogger, listen: (entry: LogEntry) => void = () => {}) {
  return () => (entry: LogEntry) => {
    listen(entry);
    const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...fields } = entry.log;
    const text = `kafka client: ${message}`;
    if (entry.level === logLevel.ERROR) logger.info({ ...fields, namespace: entry.namespace }, text);
    else logger.debug({ ...fields, namespace: entry.namespace }, text);
  };
}
