import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import fc from 'fast-check';
import { ALWAYS, events, layoutOf, NOON, StoredEntity, sliding } from './entity.fixture';
import { ID_ENTRY_BYTES, ListIds } from './stream-list-ids';
import { TAIL_BYTES } from './stream-tail';

const TOKEN = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const tie = (low: number, high = 0) => ({ high, low });

/** What a store holds after a write. */
function stored(ids: ListIds, before: Uint8Array | null = null): Uint8Array {
  const { bytes, from, size } = ids.takeWrite(TOKEN);
  const after = bytes.slice(0, size);
  if (from > 0) after.set((before as Uint8Array).subarray(0, from));
  return after;
}

function loaded(part: Uint8Array): ListIds {
  const ids = new ListIds();
  ids.load(part);
  return ids;
}

describe('ids of a stream list', () => {
  it('tell a copy by its event time and its id, and a differing one by its check', () => {
    const ids = new ListIds();
    expect(ids.identify(NOON, tie(1, 2), 3, ALWAYS)).toBe('new');
    ids.add(NOON, tie(1, 2), 3);
    expect(ids.identify(NOON, tie(1, 2), 3, ALWAYS)).toBe('duplicate');
    expect(ids.identify(NOON, tie(1, 2), 4, ALWAYS)).toBe('differs');
    expect(ids.identify(NOON + 1, tie(1, 2), 3, ALWAYS)).toBe('new');
    expect(ids.identify(NOON, tie(2, 1), 3, ALWAYS)).toBe('new');
  });

  it('are taken after a load of none, as when all were too old', () => {
    const ids = loaded(stored(new ListIds()));
    ids.add(NOON, tie(1), 3);
    expect(loaded(stored(ids)).identify(NOON, tie(1), 3, ALWAYS)).toBe('duplicate');
  });

  it('are found again whatever their number, before and after a load', () => {
    const event = fc.tuple(
      fc.oneof(fc.integer({ min: -1e13, max: 1e13 }), fc.integer({ min: NOON, max: NOON + 3 })),
      fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
      fc.integer({ min: 0, max: 1 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120 }), (history) => {
        const model = new Set<string>();
        let ids = new ListIds();
        let store: Uint8Array | null = null;
        for (const [at, low, high, stores] of history) {
          const known = model.has(`${at} ${high} ${low}`);
          expect(ids.identify(at, tie(low, high), 7, ALWAYS)).toBe(known ? 'duplicate' : 'new');
          if (!known) ids.add(at, tie(low, high), 7);
          model.add(`${at} ${high} ${low}`);
          if (!stores) continue;
          store = stored(ids, store);
          ids = loaded(store);
        }
        expect(ids.count).toBe(model.size);
      }),
    );
  });

  it('are written where they were added, behind those that are stored', () => {
    const ids = new ListIds();
    for (let id = 0; id < 3; id++) ids.add(NOON, tie(id), 0);
    const before = stored(ids);
    expect(before.length).toBe(3 * ID_ENTRY_BYTES + TAIL_BYTES);
    ids.add(NOON, tie(3), 0);
    const { from, size } = ids.takeWrite(TOKEN);
    expect([from, size]).toEqual([3 * ID_ENTRY_BYTES, 4 * ID_ENTRY_BYTES + TAIL_BYTES]);
    expect(ids.takeWrite(TOKEN)).toMatchObject({ from: 4 * ID_ENTRY_BYTES });
  });

  it('are dropped when a quarter of them is too old, and then no older event is new', () => {
    const ids = new ListIds();
    for (let id = 0; id < 8; id++) ids.add(NOON + id, tie(id), 0);
    const before = stored(ids);
    ids.dropBefore(NOON + 1);
    expect([ids.count, stored(ids, before)]).toEqual([8, before]);
    ids.dropBefore(NOON + 2);
    expect(ids.count).toBe(6);
    const again = loaded(stored(ids));
    for (const each of [ids, again]) {
      // whatever this writer knows of the progress, which may be less than the one that dropped them knew
      expect(each.identify(NOON + 1, tie(1), 0, ALWAYS)).toBe('beyond_dedupe');
      expect(each.identify(NOON + 2, tie(2), 0, ALWAYS)).toBe('duplicate');
      expect(each.identify(NOON + 2, tie(9), 0, ALWAYS)).toBe('new');
    }
  });

  it('of an event that is older than they are held are asked all the same, for a copy is a copy', () => {
    const ids = new ListIds();
    ids.add(NOON, tie(1), 0);
    expect(ids.identify(NOON, tie(1), 0, NOON + 1)).toBe('duplicate');
    expect(ids.identify(NOON, tie(2), 0, NOON + 1)).toBe('beyond_dedupe');
  });

  it('refuse a part of another codec or length', () => {
    const ids = new ListIds();
    ids.add(NOON, tie(1), 0);
    const part = stored(ids);
    expect(() => loaded(part.subarray(1))).toThrow('does not have the layout of codec 1');
    part[part.length - 1] = 2;
    expect(() => loaded(part)).toThrow('does not have the layout of codec 1');
  });
});

describe('a list of a source that removes duplicates', () => {
  const source = { ...events, eventId: 'big', dedupeMs: 2 * HOUR_MS };
  const features = [
    { operation: 'count' as const, window: sliding(HOUR_MS, MINUTE_MS) },
    { operation: 'last_n' as const, input: 's', window: sliding(DAY_MS, HOUR_MS), parameters: { n: 9 } },
  ];
  const layout = layoutOf(features, { batch: null, stream: { retentionMs: DAY_MS + HOUR_MS } }, source);
  const event = (minutesAgo: number, id: number, s = 'a') => ({
    at: NOON - minutesAgo * MINUTE_MS,
    tie: id,
    s,
  });

  it('counts the copies of an event once, also after it was stored, loaded and compacted', () => {
    const entity = new StoredEntity(layout);
    expect(entity.add(event(30, 1), NOON)).toBe('added');
    expect(entity.add(event(30, 1), NOON)).toBe('duplicate');
    entity.store();
    entity.reload();
    expect(entity.add(event(30, 1), NOON)).toBe('duplicate');
    expect(entity.list.dirty).toBe(false);
    expect(entity.add(event(30, 2), NOON)).toBe('added');
    expect(entity.add(event(31, 1), NOON)).toBe('added');
    entity.list.compact(NOON + HOUR_MS, NOON - 2 * HOUR_MS);
    entity.store();
    entity.reload();
    expect(entity.add(event(30, 2), NOON + HOUR_MS)).toBe('duplicate');
    expect(entity.values(NOON)).toEqual([3, ['a', 'a', 'a']]);
  });

  it('keeps the first of differing copies', () => {
    const entity = new StoredEntity(layout);
    entity.add(event(30, 1, 'first'), NOON);
    expect(entity.add(event(30, 1, 'second'), NOON)).toBe('differs');
    entity.store();
    expect(entity.values(NOON)).toEqual([1, ['first']]);
  });

  it('leaves an event that is older than its ids to the batch runs, though a row holds its time', () => {
    const entity = new StoredEntity(layout);
    entity.add(event(30, 1), NOON, NOON - HOUR_MS);
    expect(entity.add(event(30, 2), NOON, NOON - 30 * MINUTE_MS + 1)).toBe('beyond_dedupe');
    expect(entity.add(event(30, 2), NOON, NOON - 30 * MINUTE_MS)).toBe('added');
  });

  it('calls a copy a duplicate before it calls it too late', () => {
    const entity = new StoredEntity(layout);
    entity.add(event(30, 1), NOON);
    entity.store();
    entity.list.compact(NOON + 3 * DAY_MS);
    expect(entity.list.rows).toBe(0);
    expect(entity.add(event(30, 1), NOON + 3 * DAY_MS)).toBe('duplicate');
    expect(entity.add(event(30, 2), NOON + 3 * DAY_MS)).toBe('too_late');
  });

  it('counts its ids in its size', () => {
    const [deduped, plain] = [new StoredEntity(layout), new StoredEntity(layoutOf(features))];
    for (const entity of [deduped, plain]) for (let id = 0; id < 1_000; id++) entity.add(event(30, id), NOON);
    expect(deduped.list.sizeBytes - plain.list.sizeBytes).toBeGreaterThan(1_000 * (ID_ENTRY_BYTES + 8));
  });

  it('refuses a value without its ids part, or with one of another write', () => {
    const entity = new StoredEntity(layout);
    entity.add(event(30, 1), NOON);
    entity.store();
    const { parts } = entity;
    entity.add(event(30, 2), NOON);
    entity.store();
    const torn = 'the ids part of a stream list is missing or of another write';
    entity.parts = { ...entity.parts, ids: parts.ids };
    expect(() => entity.reload()).toThrow(torn);
    entity.parts = { ...entity.parts, ids: null };
    expect(() => entity.reload()).toThrow(torn);
  });

  it('is compacted once an interval, though what comes first in it changes nothing', () => {
    const entity = new StoredEntity(layout);
    entity.add(event(30, 1), NOON);
    entity.store();
    expect(entity.list.needsCompaction(NOON + HOUR_MS)).toBe(true);
    entity.list.compact(NOON + HOUR_MS);
    expect(entity.add(event(30, 1), NOON + HOUR_MS)).toBe('duplicate');
    expect(entity.list.needsCompaction(NOON + HOUR_MS + 1)).toBe(false);
    entity.add(event(1, 2), NOON + HOUR_MS + 1);
    expect(entity.store().patchFrom).toBeNull();
  });
});
