import { LogOutbox } from './log-outbox';
import { logRecordOf } from './log-record';

const line = (fields: object) =>
  JSON.stringify({ level: 'info', time: '2026-01-02T03:04:05.678Z', service: 'stream', pid: 7, ...fields });

test('the message is the body, level and time are in the head, and other fields keep their names', () => {
  const nested = { partitions: [1, 2], more: { deep: null } };
  expect(logRecordOf(line({ component: 'consumer', nested, msg: 'hello' }))).toEqual({
    timestamp: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    severityNumber: 9,
    severityText: 'info',
    body: 'hello',
    attributes: { component: 'consumer', nested },
  });
});

test('each level is a severity of its own', () => {
  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
  expect(levels.map((level) => logRecordOf(line({ level })).severityNumber)).toEqual([1, 5, 9, 13, 17, 21]);
});

test('what the trace and the resource say is not said again', () => {
  expect(logRecordOf(line({ trace_id: 'a', span_id: 'b' })).attributes).toEqual({});
});

test('an error has the names that OpenTelemetry gives to exceptions, and keeps what has none', () => {
  const ours = { type: 'ForebayError', reason: 'not_found', message: 'no topic' };
  expect(logRecordOf(line({ err: ours })).attributes).toEqual({
    'exception.type': 'ForebayError',
    'exception.message': 'no topic',
    err: { reason: 'not_found' },
  });
  const other = { type: 'TypeError', message: 'boom', stack: 'at x' };
  expect(logRecordOf(line({ err: other })).attributes).toEqual({
    'exception.type': 'TypeError',
    'exception.message': 'boom',
    'exception.stacktrace': 'at x',
  });
  expect(logRecordOf(line({ err: 'a text' })).attributes).toEqual({ err: 'a text' });
});

test('a line that is no JSON is sent as it is', () => {
  expect(logRecordOf('{"msg":')).toEqual({ body: '{"msg":' });
});

test('lines wait for who sends them, go to it in their order, and after the end nowhere', () => {
  const outbox = new LogOutbox();
  const sent: string[] = [];
  outbox.put('a');
  outbox.put('b');
  outbox.connect((each) => void sent.push(each));
  outbox.put('c');
  outbox.close();
  outbox.put('d');
  expect(sent).toEqual(['a', 'b', 'c']);
});
