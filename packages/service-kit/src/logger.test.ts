import { ForebayError } from '@forebay/contract';
import { context, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { LogFormat, LogLevel } from './common-settings';
import { createLogger } from './logger';

function capture(level: LogLevel = 'info', format: LogFormat = 'json') {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const also: string[] = [];
  const logger = createLogger({
    service: 'stream',
    level,
    format,
    destination,
    also: (line) => void also.push(line),
  });
  return {
    logger,
    lines,
    also,
    objects: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

test('a line is JSON with the service, the level by name, an ISO time and the fields of its child', () => {
  const { logger, objects } = capture();
  logger.child({ component: 'consumer' }).warn({ partition: 3 }, 'hello');
  logger.debug('not shown');
  expect(objects()).toHaveLength(1);
  expect(objects()[0]).toMatchObject({
    level: 'warn',
    service: 'stream',
    component: 'consumer',
    partition: 3,
    msg: 'hello',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  });
});

test('passwords in URLs are masked in the message, in fields, in nested values and in stacks', () => {
  const { logger, lines } = capture();
  const url = 'redis://user:hunter2@h:6379';
  logger.info({ url, nested: { list: [url] }, err: new Error(`no ${url}`) }, `connecting to ${url}`);
  expect(lines.join('')).not.toContain('hunter2');
  expect(lines.join('').split('redis://user:***@h:6379').length - 1).toBeGreaterThanOrEqual(5);
});

test('one of our errors is its reason and message; another error keeps its stack', () => {
  const { logger, objects } = capture();
  logger.error({ err: new ForebayError('not_found', 'topic "x" does not exist') }, 'a');
  logger.error({ err: new TypeError('boom') }, 'b');
  expect(objects()[0]?.err).toEqual({
    type: 'ForebayError',
    reason: 'not_found',
    message: 'topic "x" does not exist',
  });
  expect(objects()[1]?.err).toMatchObject({
    type: 'TypeError',
    message: 'boom',
    stack: expect.stringContaining('at '),
  });
});

test('inside a span a line has its trace and span id', () => {
  const { logger, objects } = capture();
  new NodeTracerProvider().register();
  const { traceId, spanId } = trace.getTracer('test').startActiveSpan('work', (span) => {
    logger.info('in');
    span.end();
    return span.spanContext();
  });
  logger.info('out');
  trace.disable();
  context.disable();
  expect(objects()[0]).toMatchObject({ trace_id: traceId, span_id: spanId });
  expect(objects()[1]).not.toHaveProperty('trace_id');
});

test('readable lines name service and component, and are masked too', () => {
  const { logger, lines, also } = capture('info', 'pretty');
  logger.child({ component: 'consumer' }).info({ url: 'redis://u:pw@h:1' }, 'hello');
  const text = lines.join('');
  expect(text).toContain('stream/consumer: hello');
  expect(text).toContain('redis://u:***@h:1');
  expect(text).not.toContain('{"level"');
  // who else is given the lines reads JSON, masked as well
  expect(also.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ component: 'consumer', url: 'redis://u:***@h:1', msg: 'hello' }),
  ]);
});
