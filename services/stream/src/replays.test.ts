import { decideReplays, originsOf, type ReplayedEvent, ReplayGate } from './replays';

const ORIGINAL = { topic: 'orders', partition: 2, offset: 7, timestampMs: 1_000 };
const at = (offset: number, original = ORIGINAL): ReplayedEvent => ({
  original,
  read: { epoch: 0, partition: 2, offset },
  eventTimeMs: 500,
});
const key = 'orders/2/7/1000';
const NOTHING = { counted: new Map(), archived: new Set<string>() };

test('the first replay of an original counts, and is recorded; a second one in the same chunk is refused', () => {
  const decision = decideReplays([at(20), at(25)], NOTHING);
  expect(decision.first).toEqual([{ original: ORIGINAL, read: { epoch: 0, partition: 2, offset: 20 } }]);
  expect(decision.refused).toEqual(new Set([25]));
});

test('who reads the log again after a crash takes the replay that was taken before, and no other', () => {
  const counted = new Map([[key, { epoch: 0, partition: 2, offset: 20 }]]);
  expect(decideReplays([at(20), at(25)], { ...NOTHING, counted })).toEqual({
    refused: new Set([25]),
    first: [],
  });
});

test('a replay that stands before the one that counts is refused too: the other may be in values and archive', () => {
  const counted = new Map([[key, { epoch: 0, partition: 2, offset: 25 }]]);
  expect(decideReplays([at(20)], { ...NOTHING, counted }).refused).toEqual(new Set([20]));
});

test('a replay whose original is in the archive is refused', () => {
  const decision = decideReplays([at(20)], { ...NOTHING, archived: new Set([key]) });
  expect(decision).toEqual({ refused: new Set([20]), first: [] });
});

test('equal positions of a topic before and after it was made anew are two originals', () => {
  const later = { ...ORIGINAL, timestampMs: 9_000 };
  expect(decideReplays([at(20), at(21, later)], NOTHING).first).toHaveLength(2);
});

test('a chunk without a replay asks nobody', async () => {
  const store = {} as never; // a question would throw
  const gate = new ReplayGate({ store, source: {} as never, clock: () => 0, onDecided: () => undefined });
  const read = { chunk: { events: [] } } as never;
  const record = { value: null, offset: 1, timestampMs: 0, headers: { trace: 'a' } };
  expect(await gate.admit(originsOf([record]), read)).toBe(read);
});
