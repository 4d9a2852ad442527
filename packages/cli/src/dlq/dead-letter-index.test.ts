import { DEAD_LETTER_HEADERS, type EventRecord } from '@forebay/event-log';
import { countReasons, type DeadLetterChoice, DeadLetterIndex } from './dead-letter-index';
import { chooseReplays } from './replay-choice';

interface Letter {
  /** Where the letter stands. */
  readonly at: number;
  /** Offset of the original, which arrived at that ms. */
  readonly of: number;
  readonly reason?: string;
  readonly attempt?: number;
  readonly source?: string;
  readonly topic?: string;
  readonly arrivedMs?: number;
}

function record({
  at,
  of,
  reason = 'wrong_type',
  attempt = 1,
  source = 'orders',
  topic = 'orders',
  arrivedMs = of,
}: Letter): EventRecord {
  const about = { topic, partition: 0, offset: of, timestamp: arrivedMs, reason, source, attempt };
  const headers = Object.fromEntries(
    Object.entries(about).map(([name, value]) => [
      DEAD_LETTER_HEADERS[name as keyof typeof about],
      Buffer.from(String(value)),
    ]),
  );
  return { key: null, value: Buffer.from('x'), headers, offset: at, timestampMs: 0 };
}

function indexOf(
  letters: readonly Letter[],
  choice: Omit<DeadLetterChoice, 'source' | 'topic'> = {},
  limit?: number,
) {
  const index = new DeadLetterIndex({ ...choice, source: 'orders', topic: 'orders' }, limit);
  for (const letter of letters) index.add(0, record(letter));
  return index;
}

const shown = (index: DeadLetterIndex) =>
  index.entries.map(({ id, offset, origin }) => [id, offset, origin.attempt]);

test('each original is there once: of one that failed again the last letter, in the order of the last failure', () => {
  const letters = [
    { at: 0, of: 5 },
    { at: 1, of: 6 },
    { at: 2, of: 5, attempt: 2, reason: 'missing_field' },
    { at: 3, of: 6 },
  ];
  expect(shown(indexOf(letters))).toEqual([
    ['0:5', 2, 2],
    ['0:6', 3, 1],
  ]);
});

test('a letter that was read out of order does not hide a later attempt', () => {
  expect(
    shown(
      indexOf([
        { at: 0, of: 5, attempt: 2 },
        { at: 1, of: 5, attempt: 1 },
      ]),
    ),
  ).toEqual([['0:5', 0, 2]]);
});

test('equal positions of a topic that was made anew are two letters', () => {
  expect(
    indexOf([
      { at: 0, of: 5, arrivedMs: 1 },
      { at: 1, of: 5, arrivedMs: 2 },
    ]).entries,
  ).toHaveLength(2);
});

test('a letter of another topic of the source is told from one of the first', () => {
  const letters = [
    { at: 0, of: 5 },
    { at: 1, of: 5, topic: 'orders.eu' },
  ];
  expect(indexOf(letters).entries.map(({ id }) => id)).toEqual(['0:5', 'orders.eu/0:5']);
  expect(indexOf(letters, { ids: ['orders.eu/0:5'] }).entries.map(({ offset }) => offset)).toEqual([1]);
});

test('letters are chosen by source, id, arrival, and by the reason of the last time', () => {
  const letters = [
    { at: 0, of: 1 },
    { at: 1, of: 2, reason: 'future' },
    { at: 2, of: 3, source: 'returns' },
    { at: 3, of: 4, reason: 'future' },
    { at: 4, of: 1, reason: 'future', attempt: 2 },
  ];
  const ids = (choice: Omit<DeadLetterChoice, 'source' | 'topic'>) =>
    indexOf(letters, choice).entries.map(({ id }) => id);
  expect(ids({})).toEqual(['0:2', '0:4', '0:1']);
  expect(ids({ reasons: ['wrong_type'] })).toEqual([]);
  expect(ids({ reasons: ['future', 'empty'] })).toEqual(['0:2', '0:4', '0:1']);
  expect(ids({ ids: ['0:4'] })).toEqual(['0:4']);
  expect(ids({ sinceMs: 2, untilMs: 4 })).toEqual(['0:2']);
});

test('what is no dead letter is counted, and too many letters are refused with what to do', () => {
  const index = indexOf([{ at: 0, of: 1 }], {}, 1);
  index.add(0, { ...record({ at: 1, of: 2 }), headers: {} });
  expect(index.strangers).toBe(1);
  expect(() => index.add(0, record({ at: 2, of: 2 }))).toThrow(
    'choose fewer, with --reason, --since or --until',
  );
});

test('reasons are counted, the most frequent first', () => {
  const { entries } = indexOf([
    { at: 0, of: 1, reason: 'future' },
    { at: 1, of: 2 },
    { at: 2, of: 3 },
    { at: 3, of: 4 },
  ]);
  expect(countReasons(entries, ({ id }) => id === '0:4')).toEqual([
    { reason: 'wrong_type', waiting: 2, replayed: 1 },
    { reason: 'future', waiting: 1, replayed: 0 },
  ]);
});

test('a replay leaves what has counted, and what has failed too often', () => {
  const { entries } = indexOf([
    { at: 0, of: 1 },
    { at: 1, of: 2, attempt: 2 },
    { at: 2, of: 3, attempt: 3 },
    { at: 3, of: 4 },
  ]);
  const choice = chooseReplays(entries, ({ id }) => id === '0:4', 3);
  expect(choice.chosen.map(({ id }) => id)).toEqual(['0:1', '0:2']);
  expect(choice).toMatchObject({ replayed: 1, exhausted: 1 });
});
