import { decodeMessage, encodeMessage } from '@forebay/contract';
import { encodePush, readPushed } from './push';

const sent = (...events: object[]) =>
  decodeMessage('PushEventsRequest', encodePush({ project: 'p', source: 's', events, waitMs: 500 }));

test('events are JSON, with large integers as texts, times as ISO 8601, and without what is undefined', () => {
  const event = {
    id: 9_007_199_254_740_993n,
    at: new Date(0),
    none: null,
    left: undefined,
    more: { list: [1n] },
  };
  expect(sent(event)).toMatchObject({
    project: 'p',
    source: 's',
    wait_ms: 500,
    events: ['{"id":"9007199254740993","at":"1970-01-01T00:00:00.000Z","none":null,"more":{"list":["1"]}}'],
  });
});

test('what no JSON says is refused, with the place', () => {
  expect(() => sent({ ok: 1 }, { price: Number.NaN })).toThrow('events[1]: price is NaN: give null');
  expect(() => sent([1])).toThrow('events[0]: it is not an object');
  expect(() => encodePush({ project: 'p', source: 's', events: [], waitMs: 1.5 })).toThrow(/waitMs 1.5/);
});

test('an answer says where the events lie, and whether they are in the values if that was waited for', () => {
  const bytes = Buffer.from(
    encodeMessage('PushEventsResponse', {
      accepted: 2,
      applied: true,
      partitions: [0, 3],
      offsets: [10, 2 ** 40],
      copies_count_once: true,
    }),
  );
  const pushed = {
    accepted: 2,
    notAppliedReason: '',
    positions: [
      { partition: 0, offset: 10 },
      { partition: 3, offset: 2 ** 40 },
    ],
    copiesCountOnce: true,
  };
  expect(readPushed(bytes, { waitMs: 10 })).toEqual({ ...pushed, applied: true });
  expect(readPushed(bytes, {})).toEqual({ ...pushed, applied: null });
});
