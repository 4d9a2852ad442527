import { ForebayError } from '@forebay/contract';
import { isSpanContextValid, trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { LogFormat, LogLevel } from './common-settings';
import { maskSecrets } from './mask';

export type { Logger } from 'pino';

export interface LoggerOptions {
  readonly service: string;
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Where the lines go; default: standard output for JSON, standard error for readable lines. */
  readonly destination?: DestinationStream;
  /** Given each line, too, as JSON whatever the format, with the same masks. */
  readonly also?: (line: string) => void;
}

/**
 * A structured logger. Every line has the service's name, an ISO time and, inside a span, `trace_id` and `span_id`.
 * Passwords in URLs and tokens are masked in the finished line, wherever they came from: message, field, nested value or stack.
 * Lines are written synchronously, so that the last one before an exit is not lost.
 */
export function createLogger(options: LoggerOptions): Logger {
  const target =
    options.destination ?? pino.destination({ fd: options.format === 'json' ? 1 : 2, sync: true });
  const finish = options.format === 'json' ? maskSecrets : prettyLine();
  const { also } = options;
  return pino(
    {
      level: options.level,
      base: { service: options.service, pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError },
      mixin: spanFields,
    },
    {
      write(line: string) {
        target.write(finish(line));
        also?.(maskSecrets(line));
      },
    },
  );
}

function prettyLine(): (line: string) => string {
  const format = prettyFactory({
    ignore: 'pid,hostname,service,component',
    messageFormat: (log, messageKey) => {
      const speaker = [log.service, log.component].filter((part) => part !== undefined).join('/');
      return `${speaker}: ${String(log[messageKey] ?? '')}`;
    },
    translateTime: 'SYS:HH:MM:ss.l',
  });
  return (line) => maskSecrets(format(line) ?? '');
}

/** Our own errors say what happened and what to do: their stack is noise, unless the error is one of ours by mistake. */
function serializeError(error: unknown): unknown {
  if (error instanceof ForebayError && error.reason !== 'internal') {
    return { type: error.name, reason: error.reason, message: error.message };
  }
  return error instanceof Error ? stdSerializers.err(error) : error;
}

function spanFields(): object {
  const context = trace.getActiveSpan()?.spanContext();
  if (context === undefined || !isSpanContextValid(context)) return {};
  return { trace_id: context.traceId, span_id: context.spanId };
}
