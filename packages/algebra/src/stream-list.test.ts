import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import { type Given, layoutOf, lifetime, NOON, StoredEntity, sliding } from './entity.fixture';
import { INSTANT_ROW, LIFETIME_ROW } from './stream-list-rows';

const hour = sliding(HOUR_MS, MINUTE_MS);
const day = sliding(DAY_MS, HOUR_MS);
const count = (window = hour) => ({ operation: 'count' as const, window });
const streamOnly = (retentionMs = DAY_MS + HOUR_MS) => ({ batch: null, stream: { retentionMs } });
const SKEW = 5 * MINUTE_MS;
const HOUR_S = HOUR_MS / SECOND_MS;
const MINUTE_S = MINUTE_MS / SECOND_MS;

/** What a list holds after each event was added at the clock that comes with it, and then stored. */
function listOf(entity: StoredEntity, added: readonly (readonly [at: number, wMs: number])[]): StoredEntity {
  for (const [at, wMs] of added) entity.add({ at }, wMs);
  entity.store();
  return entity;
}

describe('the row that an event goes into', () => {
  const layout = layoutOf([count(), count(day)], streamOnly());

  it('is of the largest hop that every edge of a smaller hop has passed', () => {
    // the 1 h window's edge at NOON + 1 m stands at 11:01: [10:00, 11:00) is behind it, [11:00, 12:00) is not
    const entity = listOf(new StoredEntity(layout), [
      [NOON - 2 * HOUR_MS, NOON + MINUTE_MS],
      [NOON - HOUR_MS, NOON + MINUTE_MS],
    ]);
    expect(entity.segments()).toEqual([
      [NOON - 2 * HOUR_MS, HOUR_S, 1],
      [NOON - HOUR_MS, MINUTE_S, 1],
    ]);
  });

  it('is the one that covers it, else one that overlaps none', () => {
    const t = NOON + MINUTE_MS;
    const entity = listOf(new StoredEntity(layout), [
      [NOON - 1, NOON],
      [NOON - 30 * MINUTE_MS, NOON + DAY_MS - 23 * HOUR_MS],
      [NOON - 1, t + HOUR_MS],
    ]);
    expect(entity.segments()).toEqual([
      [NOON - 30 * MINUTE_MS, MINUTE_S, 1],
      [NOON - MINUTE_MS, MINUTE_S, 2],
    ]);
  });

  it("is of 1 ms at or after the writer's clock, even inside an ordinary row, and is merged by the first compaction after it", () => {
    const entity = new StoredEntity(layout);
    listOf(entity, [
      [NOON - 1, NOON],
      [NOON, NOON],
      [NOON + 5, NOON],
      [NOON + 5, NOON],
      [NOON + 7, NOON + 6],
    ]);
    expect(entity.segments()).toEqual([
      [NOON - MINUTE_MS, MINUTE_S, 1],
      [NOON, INSTANT_ROW, 1],
      [NOON + 5, INSTANT_ROW, 2],
      [NOON + 7, INSTANT_ROW, 1],
    ]);
    expect([entity.list.needsCompaction(NOON), entity.list.needsCompaction(NOON + 1)]).toEqual([false, true]);
    expect([0, 1, 5, 6, 7, 8].map((later) => entity.values(NOON + later)[0])).toEqual([1, 2, 2, 4, 4, 5]);
    entity.list.compact(NOON + 7);
    entity.store();
    expect(entity.segments()).toEqual([
      [NOON - MINUTE_MS, MINUTE_S, 1],
      [NOON, MINUTE_S, 3],
      [NOON + 7, INSTANT_ROW, 1],
    ]);
  });

  it("counts the clock of the newest write when the caller's went back", () => {
    const entity = new StoredEntity(layout);
    listOf(entity, [
      [NOON - 1, NOON],
      [NOON - 2, NOON - DAY_MS],
    ]);
    expect(entity.list.wMs).toBe(NOON);
    entity.reload();
    listOf(entity, [[NOON - 3, NOON - MINUTE_MS]]);
    entity.list.compact(NOON - HOUR_MS);
    entity.store();
    expect([entity.list.wMs, entity.segments()]).toEqual([NOON, [[NOON - MINUTE_MS, MINUTE_S, 3]]]);
  });

  it('is none before every edge of a view that only streams, at the clock of any reader', () => {
    const entity = new StoredEntity(layout);
    // five minutes before, the oldest edge was that of the day: yesterday, 12:00
    expect([NOON - DAY_MS, NOON - DAY_MS - 1].map((at) => entity.add({ at }, NOON + 1 + SKEW))).toEqual([
      'added',
      'too_late',
    ]);
  });

  // the dropped event would leave no trace, and the reader, whose clock is right, would count on it
  it("is one in a window that the writer's clock, which is ahead of the reader's, has left behind", () => {
    const entity = new StoredEntity(
      layoutOf([count(sliding(30 * SECOND_MS, SECOND_MS))], streamOnly(31 * SECOND_MS)),
    );
    expect(entity.add({ at: NOON - SECOND_MS }, NOON + SKEW)).toBe('added');
    entity.store();
    expect(entity.list.wMs).toBe(NOON + SKEW);
  });

  it('is the one from the beginning before every edge of a view that only streams, with a lifetime window', () => {
    const entity = listOf(new StoredEntity(layoutOf([count(), count(lifetime)], streamOnly(DAY_MS))), [
      [NOON - 61 * MINUTE_MS, NOON + 1],
      [NOON - 365 * DAY_MS, NOON + 1],
      [NOON - HOUR_MS, NOON + 1],
    ]);
    expect(entity.segments()).toEqual([
      [Number.NEGATIVE_INFINITY, LIFETIME_ROW, 2],
      [NOON - HOUR_MS, MINUTE_S, 1],
    ]);
    entity.list.compact(NOON + 2 * MINUTE_MS);
    entity.store();
    expect(entity.segments()).toEqual([[Number.NEGATIVE_INFINITY, LIFETIME_ROW, 3]]);
    expect(entity.values(NOON + 2 * MINUTE_MS)).toEqual([0, 3]);
  });

  it('is the one from the beginning of a view that has lifetime windows alone, but for the future', () => {
    const entity = listOf(new StoredEntity(layoutOf([count(lifetime)], streamOnly(DAY_MS))), [
      [NOON - 1, NOON],
      [NOON, NOON],
    ]);
    expect(entity.segments()).toEqual([
      [Number.NEGATIVE_INFINITY, LIFETIME_ROW, 1],
      [NOON, INSTANT_ROW, 1],
    ]);
    expect([NOON, NOON + 1].map((t) => entity.values(t)[0])).toEqual([1, 2]);
  });
});

describe('retention', () => {
  it('of a view with batch values: an event before it is too late, unless a held row covers it', () => {
    const layout = layoutOf([count(), count(sliding(30 * DAY_MS, DAY_MS))]);
    // horizon 24 h and cut hop 1 h: 25 h; the edge of a day is nowhere past, so rows are of 1 h
    const entity = new StoredEntity(layout);
    const w = NOON + MINUTE_MS;
    const bound = w - SKEW - 25 * HOUR_MS;
    expect([bound - 1, bound - HOUR_MS].map((at) => entity.add({ at }, w))).toEqual(['too_late', 'too_late']);
    expect(entity.add({ at: bound }, w)).toBe('added');
    expect(entity.add({ at: bound - 1 }, w)).toBe('added');
  });

  it('drops rows that end before it, whatever the cut, and keeps all that a lifetime window streams alone', () => {
    const added: [number, number][] = [
      [NOON - HOUR_MS, NOON],
      [NOON, NOON + 1],
    ];
    const later = NOON + 25 * HOUR_MS;
    const after = (entity: StoredEntity) => {
      listOf(entity, added);
      entity.list.compact(later);
      entity.store();
      return entity.segments();
    };
    expect(after(new StoredEntity(layoutOf([count(lifetime)])))).toEqual([[NOON, HOUR_S, 1]]);
    expect(after(new StoredEntity(layoutOf([count(day)], streamOnly())))).toEqual([[NOON, HOUR_S, 1]]);
    expect(after(new StoredEntity(layoutOf([count(day), count(lifetime)], streamOnly())))).toEqual([
      [Number.NEGATIVE_INFINITY, LIFETIME_ROW, 2],
    ]);
  });
});

describe('compaction', () => {
  it('is due at the first write of a new interval, an hour at most, and not within one', () => {
    const entity = listOf(new StoredEntity(layoutOf([count()], streamOnly())), [[NOON - 1, NOON]]);
    expect([NOON, NOON + HOUR_MS - 1, NOON + HOUR_MS].map((w) => entity.list.needsCompaction(w))).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('merges up to the hour boundary that an edge has reached, not beyond', () => {
    const layout = layoutOf([count(), count(day)], streamOnly());
    const minutes = [-2, -1, 0, 1].map((minute): [number, number] => [
      NOON + minute * MINUTE_MS,
      NOON + 2 * MINUTE_MS,
    ]);
    const compacted = (w: number) => {
      const entity = listOf(new StoredEntity(layout), minutes);
      entity.list.compact(w);
      entity.store();
      return entity
        .segments()
        .map(([start, width, events]) => [(start - NOON) / MINUTE_MS, width / MINUTE_S, events]);
    };
    expect(compacted(NOON + HOUR_MS - 1)).toEqual([
      [-2, 1, 1],
      [-1, 1, 1],
      [0, 1, 1],
      [1, 1, 1],
    ]);
    expect(compacted(NOON + HOUR_MS)).toEqual([
      [-60, 60, 2],
      [0, 1, 1],
      [1, 1, 1],
    ]);
    expect(compacted(NOON + 2 * HOUR_MS)).toEqual([
      [-60, 60, 2],
      [0, 60, 2],
    ]);
  });

  it('leaves every value as it was, with variable-length states moved from the open part to the sealed one', () => {
    const features = [
      count(),
      { operation: 'last_n' as const, input: 's', window: day, parameters: { n: 3 } },
      { operation: 'distinct_count' as const, input: 's', window: day, parameters: { exact: 2 } },
    ];
    const entity = new StoredEntity(layoutOf(features, streamOnly()));
    const given: Given[] = ['a', 'b', 'a', 'c'].map((s, i) => ({ at: NOON + i * 20 * MINUTE_MS, s, tie: i }));
    for (const event of given) entity.add(event, event.at + 1);
    entity.store();
    const t = NOON + 3 * HOUR_MS;
    const before = entity.values(t);
    expect(before).toEqual([0, ['c', 'a', 'b'], 3]);
    entity.list.compact(t);
    const write = entity.store();
    expect([write.sealed === null, write.open?.length, entity.values(t)]).toEqual([false, 24, before]);
  });
});

describe('loading stored parts', () => {
  const layout = layoutOf([count(), { operation: 'last', input: 's', window: hour }], streamOnly());
  const written = () => {
    const entity = new StoredEntity(layout);
    entity.add({ at: NOON - HOUR_MS, s: 'a' }, NOON - HOUR_MS + 1);
    entity.list.compact(NOON);
    entity.store();
    entity.add({ at: NOON - 1, s: 'b' }, NOON);
    entity.store();
    return entity;
  };

  // writing on without a part would store a whole value that lacks its states
  it.each(['open', 'sealed'] as const)(
    'refuses a value without its %s part, or with one of another write',
    (part) => {
      const entity = written();
      const { parts } = entity;
      entity.parts = { ...parts, [part]: null };
      expect(() => entity.reload()).toThrow(
        `the ${part} part of a stream list is missing or of another write`,
      );
      const other = (parts[part] as Uint8Array).slice();
      other[other.length - 24]! ^= 1;
      entity.parts = { ...parts, [part]: other };
      expect(() => entity.reload()).toThrow(
        `the ${part} part of a stream list is missing or of another write`,
      );
      entity.parts = parts;
      entity.reload();
      expect(entity.values(NOON)).toEqual([2, 'b']);
    },
  );

  it('refuses bytes of another codec, or of another length', () => {
    const entity = written();
    const main = (entity.parts.main as Uint8Array).slice();
    main[main.length - 1] = 2;
    entity.parts = { ...entity.parts, main };
    expect(() => entity.reload()).toThrow('codec 1');
    entity.parts = { ...entity.parts, main: (entity.parts.main as Uint8Array).slice(1) };
    expect(() => entity.reload()).toThrow('codec 1');
  });
});

describe('a record of a partition', () => {
  it('is applied when the fence of its partition and epoch has passed it', () => {
    const { list } = new StoredEntity(layoutOf([count()]));
    list.advanceFence(0, 1, 3, 10);
    expect(
      [
        [1, 3, 10],
        [1, 3, 11],
        [0, 3, 99],
        [2, 3, 1],
        [1, 2, 1],
      ].map(([epoch, partition, offset]) =>
        list.isApplied(0, epoch as number, partition as number, offset as number),
      ),
    ).toEqual([true, false, true, false, false]);
    list.advanceFence(0, 2, 3, 0);
    expect(list.fences).toEqual([{ source: 0, epoch: 2, partition: 3, offset: 0 }]);
  });
});
