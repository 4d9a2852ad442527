import {
  aggregationView,
  compileProject,
  count,
  type EventSource,
  entity,
  entityKeysOf,
  eventSource,
  project,
} from '@forebay/definitions';
import { replayRecord } from '@forebay/event-log';
import { type ErasedEntity, erasedKeyHash } from '@forebay/offline-store';
import type { RawRecord, ReadChunk } from './chunk-reader';
import { ErasedEvents } from './erased-events';

const ERASED_AT = 10_000;
const user = entity({ name: 'user', joinKeys: { user: 'string' } });
const clicks = eventSource({
  name: 'clicks',
  topic: 'clicks',
  fields: { at: 'timestamp', user: 'string' },
  eventTime: 'at',
});
const byLowered = aggregationView({
  name: 'by_lowered',
  entity: user,
  source: clicks,
  derive: { lowered: 'lower(user)' },
  keys: { user: 'lowered' },
  batch: false,
  features: { clicks_1h: count({ window: '1h' }) },
});
const byUser = aggregationView({
  name: 'by_user',
  entity: user,
  source: clicks,
  batch: false,
  features: { clicks_1h: count({ window: '1h' }) },
});

function erasedEvents(views: Parameters<typeof project>[0]['aggregationViews'], key: string | null) {
  const compiled = compileProject(
    project({ name: 'ads', entities: [user], eventSources: [clicks], aggregationViews: views ?? [] }),
  );
  const source = compiled.eventSources[0] as EventSource;
  const erased = new ErasedEvents({ store: {} as never, source, ways: entityKeysOf(compiled, source) });
  const ends = new Map([
    [0, 100],
    [1, 50],
  ]);
  const listed: ErasedEntity[] =
    key === null ? [] : [{ entity: 'user', keyHash: erasedKeyHash(key), erasedAtMs: ERASED_AT, ends }];
  erased.take(listed);
  return erased;
}

interface Event {
  readonly user: string | null;
  readonly offset: number;
  readonly origin?: { readonly partition: number; readonly offset: number };
}

function chunkOf(partition: number, events: readonly Event[]): ReadChunk<RawRecord> {
  return {
    chunk: {
      partition,
      epoch: 0,
      events: events.map(({ user: name, ...event }) => ({
        row: [0, name],
        eventTimeMs: 0,
        check: 0,
        ...event,
      })),
      firstOffset: 0,
      nextOffset: 1_000,
    },
    arrivedAtMs: events.map(({ offset }) => offset),
    rejected: [],
    late: 0,
    notFinite: 0,
    newestEventMs: 0,
  };
}

const offsetsOf = ({ chunk }: ReadChunk<RawRecord>) => chunk.events.map(({ offset }) => offset);

test('events of an erased entity before the ends of their partition are left out, with their times of arrival', () => {
  const erased = erasedEvents([byUser], 'u1');
  const events = [
    { user: 'u1', offset: 99 },
    { user: 'u2', offset: 10 },
    { user: null, offset: 11 },
    { user: 'u1', offset: 100 },
  ];
  const left = erased.without([], chunkOf(0, events));
  expect([offsetsOf(left), left.arrivedAtMs]).toEqual([
    [10, 11, 100],
    [10, 11, 100],
  ]);
  expect(offsetsOf(erased.without([], chunkOf(1, events)))).toEqual([99, 10, 11, 100]);
  expect([left.chunk.firstOffset, left.chunk.nextOffset]).toEqual([0, 1_000]);
});

test('a chunk without such events comes back as it is', () => {
  const read = chunkOf(0, [{ user: 'u2', offset: 1 }]);
  expect(erasedEvents([byUser], 'u1').without([], read)).toBe(read);
  expect(erasedEvents([byUser], null).without([], read)).toBe(read);
});

test('a copy in an internal topic is judged by where its original stands', () => {
  const erased = erasedEvents([byUser], 'u1');
  const events = [
    { user: 'u1', offset: 7, origin: { partition: 1, offset: 50 } },
    { user: 'u1', offset: 900, origin: { partition: 1, offset: 49 } },
  ];
  expect(offsetsOf(erased.without([], chunkOf(0, events)))).toEqual([7]);
});

test('keys that a view derives name the entity, too', () => {
  const erased = erasedEvents([byLowered], 'u1');
  expect(offsetsOf(erased.without([], chunkOf(0, [{ user: 'U1', offset: 3 }])))).toEqual([]);
});

test.each([
  ['before the erasure', ERASED_AT, []],
  ['after it', ERASED_AT + 1, [500]],
])('a dead letter that is sent again counts if its original arrived %s', (_, timestampMs, left) => {
  const { headers = {} } = replayRecord(
    { key: null, value: null, headers: {} },
    { topic: 'clicks', partition: 0, offset: 3, timestampMs, attempt: 1 } as never,
    { topic: 'clicks', partitions: 1 },
  );
  const sent = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(String(value))]),
  );
  const records = [{ value: null, offset: 500, timestampMs: 20_000, headers: sent }];
  const read = chunkOf(0, [{ user: 'u1', offset: 500 }]);
  expect(offsetsOf(erasedEvents([byUser], 'u1').without(records, read))).toEqual(left);
});
