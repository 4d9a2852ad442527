import { type EventSource, JSON_FORMAT, type RecordFormat } from '@forebay/definitions';
import type { NewRecord, RecordProducer } from '@forebay/event-log';
import { readJsonLines } from './json-lines';
import { keyText, pushEvents } from './push-events';

const sourceOf = (format: Partial<RecordFormat>, ...names: string[]) =>
  ({
    name: 's',
    topic: 't',
    fields: names.map((name) => ({ name, type: 'string' })),
    format: { ...JSON_FORMAT, ...format },
  }) as unknown as EventSource;
const source = sourceOf({}, 'a');

/** Only the calls are looked at here: what Kafka does with them is for the integration tests. */
function recorder() {
  const calls: (readonly NewRecord[])[] = [];
  const send = async (records: readonly NewRecord[]) => {
    calls.push(records);
    return [];
  };
  return { calls, producer: { send } as unknown as RecordProducer };
}

async function* text(value: string) {
  yield value;
}

test('events go as they are written, keyed by the field; unknown fields and missing keys are counted', async () => {
  const { calls, producer } = recorder();
  const lines = readJsonLines(text('{"a": "x",  "b": 1}\n{"b": 2}\n'), 'p');
  const pushed = await pushEvents(producer, source, 'a', lines);
  expect(pushed).toEqual({ sent: 2, withoutKey: 1, unknownFields: new Map([['b', 2]]) });
  expect(calls).toEqual([
    [
      { topic: 't', key: 'x', value: '{"a": "x",  "b": 1}' },
      { topic: 't', key: null, value: '{"b": 2}' },
    ],
  ]);
});

test('fields stand where the source says: keys at their path, headers from members of the name', async () => {
  const { calls, producer } = recorder();
  const nested = sourceOf(
    { paths: { a: 'p.q.0' }, headers: { id: 'ce_id', at: 'ce_time' } },
    'a',
    'id',
    'at',
  );
  const [first, second] = ['{"p":{"q":["x"]},"id":7,"z":1}', '{"p":null}'] as const;
  const pushed = await pushEvents(producer, nested, 'a', readJsonLines(text(`${first}\n${second}`), 'p'));
  expect(pushed).toEqual({ sent: 2, withoutKey: 1, unknownFields: new Map([['z', 1]]) });
  expect(calls[0]).toEqual([
    { topic: 't', key: 'x', value: first, headers: { ce_id: '7' } },
    { topic: 't', key: null, value: second, headers: {} },
  ]);
});

test('a source whose records are not JSON is refused', async () => {
  const { producer } = recorder();
  await expect(
    pushEvents(producer, sourceOf({ encoding: 'avro' }), null, readJsonLines(text('{}'), 'p')),
  ).rejects.toThrow(
    'source "s": its records are avro, and push writes JSON: write to topic "t" with a producer of avro',
  );
});

test('what was read before a bad line is sent, and said', async () => {
  const { calls, producer } = recorder();
  const lines = readJsonLines(text('{}\n{}\nx\n{}\n'), 'p');
  await expect(pushEvents(producer, source, null, lines)).rejects.toThrow(
    /line 3: .*\(2 events were sent before\)$/,
  );
  expect(calls.flat()).toHaveLength(2);
});

test('many events are many requests', async () => {
  const { calls, producer } = recorder();
  const seen: number[] = [];
  const lines = readJsonLines(text('{"a":"b"}\n'.repeat(10_000)), 'p');
  expect((await pushEvents(producer, source, 'a', lines, (sent) => seen.push(sent))).sent).toBe(10_000);
  expect(calls.length).toBeGreaterThan(1);
  expect(seen.at(-1)).toBe(10_000);
});

test('a failed request is thrown', async () => {
  const producer = { send: async () => Promise.reject(new Error('no broker')) } as unknown as RecordProducer;
  await expect(pushEvents(producer, source, null, readJsonLines(text('{}'), 'p'))).rejects.toThrow(
    'no broker',
  );
});

test('keys are texts', () => {
  expect(['x', 7, true, null, undefined, {}, []].map(keyText)).toEqual([
    'x',
    '7',
    'true',
    null,
    null,
    null,
    null,
  ]);
});
