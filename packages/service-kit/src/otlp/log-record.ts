import type { AnyValue, AnyValueMap, LogRecord } from '@opentelemetry/api-logs';
import type { LogLevel } from '../common-settings';

/** OpenTelemetry's numbers of severities: https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const SEVERITIES = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
} as const satisfies Record<Exclude<LogLevel, 'silent'>, number>;

/** Fields that are elsewhere in a record: in its head, its body, its trace, or its resource. */
const OF_THE_RECORD = new Set(['level', 'time', 'msg', 'service', 'pid', 'trace_id', 'span_id', 'err']);

/** A line of the log as a record: the message is its body, an error has OpenTelemetry's names for exceptions, other fields keep theirs. */
export function logRecordOf(line: string): LogRecord {
  const fields = fieldsOf(line);
  if (fields === null) return { body: line };
  const { level, time, msg } = fields as { level: keyof typeof SEVERITIES; time: string; msg?: string };
  const others = Object.entries(fields).filter(([name]) => !OF_THE_RECORD.has(name));
  return {
    timestamp: Date.parse(time),
    severityNumber: SEVERITIES[level],
    severityText: level,
    body: msg ?? '',
    attributes: { ...Object.fromEntries(others), ...errorAttributes(fields.err) },
  };
}

/** Null: masking has left no JSON. */
function fieldsOf(line: string): AnyValueMap | null {
  try {
    return JSON.parse(line) as AnyValueMap;
  } catch {
    return null;
  }
}

/** https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/; what has no name there stays in `err`. */
function errorAttributes(error: AnyValue): AnyValueMap {
  if (error === undefined) return {};
  if (typeof error !== 'object' || error === null || !('message' in error)) return { err: error };
  const { type, message, stack, ...rest } = error as AnyValueMap;
  return {
    'exception.message': message,
    ...(type === undefined ? {} : { 'exception.type': type }),
    ...(stack === undefined ? {} : { 'exception.stacktrace': stack }),
    ...(Object.keys(rest).length === 0 ? {} : { err: rest }),
  };
}
