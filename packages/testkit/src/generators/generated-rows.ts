/** Random sources and their events: every type of field; sizes, limits, nulls, and numbers that are none. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type { EventSource, Field } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import type { Random } from '../random';

export const METADATA = { owner: '', description: '', tags: {} };

export const FIELDS: readonly Field[] = [
  { name: 'time', type: 'timestamp' },
  { name: 'who', type: 'string' },
  { name: 'i', type: 'int32' },
  { name: 'big', type: 'int64' },
  { name: 'x', type: 'double' },
  { name: 's', type: 'string' },
  { name: 'b', type: 'bool' },
  { name: 'seen', type: 'timestamp' },
  { name: 'number', type: 'int64' },
  { name: 'code', type: 'string' },
];

/** A source whose ties go by position, an integer id or a string id, which may also remove duplicates. */
export function generateSource(random: Random, name = 'events'): EventSource {
  const eventId = random.pick([null, 'number', 'code']);
  const allowedLatenessMs = random.pick([0, 10 * MINUTE_MS, HOUR_MS, HOUR_MS]);
  const dedupes = eventId !== null && random.chance(0.5);
  return {
    id: 1,
    name,
    topic: name,
    table: name,
    fields: FIELDS,
    eventTime: 'time',
    eventId,
    knownAt: null,
    allowedLatenessMs,
    maxClockSkewMs: 5 * MINUTE_MS,
    dedupeMs: dedupes ? allowedLatenessMs + random.pick([0, 1_000, HOUR_MS, DAY_MS]) : null,
    maxStalenessMs: random.pick([MINUTE_MS, MINUTE_MS, 20 * MINUTE_MS]),
    partitions: 2,
    archiveOrder: [],
    metadata: METADATA,
  };
}

const BIG: readonly Value[] = [
  2 ** 40,
  2 ** 40 + 7,
  9_007_199_254_740_993n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  2 ** 53 - 1,
];
/** Large beside tiny, repeated ones, the borders of buckets and bins, the smallest double, and what is no number. */
const DOUBLES: readonly number[] = [
  1e15,
  1e15 + 1,
  1e15 + 7,
  -1e15,
  1e-9,
  -1e-12,
  5e-324,
  -3e-308,
  0,
  -0,
  0.5,
  1 - 2 ** -53,
  2.5,
  2.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];
const TEXTS: readonly string[] = ['a', 'b', 'c', 'é', '', 'a\0', '\u{1F600}'];

/** What the numbers of an entity have in common. */
export interface NumberHabits {
  /** All doubles are about that. */
  readonly near: number | null;
  /** Half of the integers `big` are this one; null: there is none. */
  readonly extreme: bigint | null;
}

/** The fields of one event. Ids repeat, so that some of one time are equal. */
export function generateRow(
  random: Random,
  who: string,
  eventTimeMs: number,
  { near, extreme }: NumberHabits = { near: null, extreme: null },
): Value[] {
  const maybe = (value: Value): Value => (random.chance(0.12) ? null : value);
  const plain = random.chance(0.5) ? random.integer(9) / 4 - 1 : random.real() * 10 - 5;
  const odd = random.pick(DOUBLES);
  const double = random.chance(0.65) ? plain : odd;
  return [
    eventTimeMs,
    who,
    maybe(random.chance(0.97) ? random.integer(10) - 4 : random.pick([2 ** 31 - 1, -(2 ** 31)])),
    extreme !== null && random.chance(0.5)
      ? extreme
      : maybe(random.chance(0.9) ? random.integer(50) : random.pick(BIG)),
    maybe(near === null ? double : near * (1 + random.integer(4) * Number.EPSILON)),
    maybe(random.pick(TEXTS)),
    maybe(random.chance(0.5)),
    maybe(eventTimeMs - random.integer(3) * DAY_MS),
    random.pick<Value>([1, 2, -1, 2n ** 62n]),
    random.pick(['x', 'y', 'z']),
  ];
}
