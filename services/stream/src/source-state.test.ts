import { compileView } from '@forebay/algebra';
import { HOUR_MS } from '@forebay/contract';
import {
  aggregationView,
  compileProject,
  count,
  type EventSource,
  entity,
  eventSource,
  lastN,
  project,
} from '@forebay/definitions';
import { bucketOf } from '@forebay/online-store';
import type { EventChunk } from './event-chunk';
import type { Feeding } from './feeding';
import { SourceState } from './source-state';
import type { ViewState } from './view-state';

const NOW = Date.UTC(2026, 0, 15, 12);
const NOTHING = { main: null, open: null, sealed: null, ids: null };

const shop = entity({ name: 'shop', joinKeys: { shop: 'string' } });
const orders = eventSource({
  name: 'orders',
  topic: 'orders',
  fields: { time: 'timestamp', shop: 'string', note: 'string' },
  eventTime: 'time',
});
const byShop = aggregationView({
  name: 'by_shop',
  entity: shop,
  source: orders,
  batch: false,
  features: { orders_1h: count({ window: '1h' }), notes_1h: lastN('note', 100, { window: '1h' }) },
});
const compiled = compileProject(
  project({ name: 'shops', entities: [shop], eventSources: [orders], aggregationViews: [byShop] }),
);
const [source] = compiled.eventSources;
const [definition] = compiled.aggregationViews;

function newState(more: Partial<EventSource> = {}): { state: SourceState; view: ViewState } {
  const state = new SourceState([compileView(definition!, { ...source!, ...more })], 1);
  return { state, view: state.views[0]! };
}

/** One event a shop, from an offset on; null: an event without a key. */
function chunk(firstOffset: number, shops: readonly (string | null)[], note = 'x'): EventChunk {
  const events = shops.map((name, i) => ({
    row: [NOW - 1_000 + i, name, note],
    offset: firstOffset + i,
    eventTimeMs: NOW - 1_000 + i,
    check: 0,
  }));
  return { partition: 0, epoch: 0, events, firstOffset, nextOffset: firstOffset + shops.length };
}

/** Orders whose note is their id. */
const DEDUPED = { eventId: 'note', dedupeMs: HOUR_MS } as const;

/** The event with an id, of shop `a`, so many ms old. */
function copies(
  partition: number,
  firstOffset: number,
  events: readonly [string, number][],
  check = 0,
): EventChunk {
  return {
    partition,
    epoch: 0,
    events: events.map(([id, agoMs], i) => ({
      row: [NOW - agoMs, 'a', id],
      offset: firstOffset + i,
      eventTimeMs: NOW - agoMs,
      check,
    })),
    firstOffset,
    nextOffset: firstOffset + events.length,
  };
}

/** Applies a chunk; the store is empty. */
function apply(state: SourceState, what: EventChunk): void {
  const prepared = state.prepare(what, NOW);
  for (const { view, keys } of prepared.missing) for (const key of keys) view.load(key, NOTHING);
  state.apply(prepared, NOW);
}

/** Takes what is dirty as a flush does, and returns what it would write. */
function take(state: SourceState) {
  return state.takeDirty().flatMap(({ entities }) =>
    entities.map(({ key, list }, i) => {
      const write = list.takeWrite(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, i));
      return {
        key,
        main: write.value.slice(0, write.valueSize),
        open: write.open,
        ids: write.ids === null ? null : write.ids.bytes.slice(0, write.ids.size),
        fence: list.fences[0]?.offset,
      };
    }),
  );
}

test('events without a key belong to nobody, and entities are missing once', () => {
  const { state } = newState();
  const { missing } = state.prepare(chunk(0, ['a', null, 'b', 'a']), NOW);
  expect(missing.map(({ keys }) => keys)).toEqual([['a', 'b']]);
  expect(state.views[0]!.counts.nullKeys).toBe(1);
});

test('a record that comes again is a duplicate by its fence', () => {
  const { state, view } = newState();
  apply(state, chunk(0, ['a', 'a', 'b']));
  apply(state, chunk(0, ['a', 'a', 'b', 'a']));
  expect(state.views[0]!.counts).toMatchObject({ added: 4, duplicate: 3 });
  expect(view.listOf('a').fences).toEqual([{ source: 0, epoch: 0, partition: 0, offset: 3 }]);
});

test('only what changed is taken, and once', () => {
  const { state } = newState();
  apply(state, chunk(0, ['a', 'b']));
  expect(take(state).map(({ key }) => key)).toEqual(['a', 'b']);
  expect(take(state)).toEqual([]);
  apply(state, chunk(2, ['b']));
  expect(take(state).map(({ key, fence }) => [key, fence])).toEqual([['b', 2]]);
});

test('after a conflict the events behind the stored fence are applied again, those before it are not', () => {
  const { state, view } = newState();
  apply(state, chunk(0, ['a']));
  const [another] = take(newStateWith(chunk(0, ['a', 'a', 'a'])));
  apply(state, chunk(1, ['a', 'b', 'a', 'a']));
  take(state);
  // it is refused: another writer was first, with the records up to 2
  view.load('a', { main: another!.main, open: another!.open, sealed: null, ids: null });
  state.reapply(view.find('a', NOW, []), NOW);
  expect(view.listOf('a').fences[0]?.offset).toBe(4);
  const [again] = take(state);
  expect(again?.fence).toBe(4);
  expect(countOf(another!.main)).toBe(3);
  // rows hold 3 events of the other writer, and the records 3 and 4
  expect(countOf(again!.main)).toBe(5);
});

test('copies count once, in whatever partition they come, and write nothing', () => {
  const { state, view } = newState(DEDUPED);
  apply(
    state,
    copies(0, 0, [
      ['x', 5_000],
      ['y', 5_000],
      ['x', 5_000],
    ]),
  );
  take(state);
  apply(
    state,
    copies(
      1,
      0,
      [
        ['x', 5_000],
        ['y', 5_000],
      ],
      1,
    ),
  );
  expect(state.views[0]!.counts).toMatchObject({ added: 2, duplicate: 3, differing: 2 });
  expect(view.dirty).toEqual([]);
  apply(state, copies(1, 2, [['x', 5_001]]));
  expect(take(state).map(({ main }) => countOf(main))).toEqual([3]);
});

test('an event older than the ids that are held is left to the batch runs', () => {
  const { state } = newState(DEDUPED);
  state.heldFromMs = NOW - 5_000;
  apply(
    state,
    copies(0, 0, [
      ['x', 5_000],
      ['y', 5_001],
    ]),
  );
  expect(state.views[0]!.counts).toMatchObject({ added: 1, beyondDedupe: 1, tooLate: 0 });
});

test('after a conflict the copies of what the other writer stored do not count', () => {
  const { state, view } = newState(DEDUPED);
  const other = newState(DEDUPED).state;
  apply(
    other,
    copies(1, 7, [
      ['x', 5_000],
      ['y', 5_000],
    ]),
  );
  const [theirs] = take(other);
  apply(
    state,
    copies(0, 0, [
      ['x', 5_000],
      ['z', 5_000],
    ]),
  );
  take(state);
  view.load('a', { main: theirs!.main, open: theirs!.open, sealed: null, ids: theirs!.ids });
  state.reapply(view.find('a', NOW, []), NOW);
  expect(take(state).map(({ main }) => countOf(main))).toEqual([3]);
});

test('eviction forgets the longest unused, and never what is not stored', () => {
  const { state, view } = newState();
  apply(state, chunk(0, ['old']));
  take(state);
  for (let flush = 0; flush < 3; flush++) {
    apply(state, chunk(1 + flush, ['young']));
    take(state);
  }
  apply(state, chunk(4, ['dirty']));
  const before = state.sizeBytes;
  state.evict(before - 1);
  expect(missingOf(view, ['old', 'young', 'dirty'])).toEqual(['old']);
  state.evict(0);
  expect(missingOf(view, ['dirty'])).toEqual([]);
  expect(take(state).map(({ key }) => key)).toEqual(['dirty']);
});

test('the size is that of what is held, also after lists grew while they were written', () => {
  const { state, view } = newState();
  for (let round = 0; round < 50; round++) {
    apply(state, chunk(2 * round, ['a', 'b'], 'note '.repeat(round)));
    for (const { entities } of state.takeDirty()) {
      for (const entity of entities) {
        entity.list.takeWrite(new Uint8Array(8));
        view.noteSize(entity);
      }
    }
  }
  expect(state.sizeBytes).toBeGreaterThan(view.listOf('a').sizeBytes + view.listOf('b').sizeBytes);
  expect(state.sizeBytes - view.find('a', NOW, []).sizeBytes).toBe(view.find('b', NOW, []).sizeBytes);
  state.reset();
  expect(state.sizeBytes).toBe(0);
  expect(view.entities).toBe(0);
});

test('an entity whose stored value is about to expire is read again', () => {
  const { state, view } = newState();
  apply(state, chunk(0, ['a']));
  const [dirty] = view.dirty;
  take(state);
  view.noteWholeWrite(dirty!, NOW);
  expect(missingOf(view, ['a'], NOW + view.ttlMs! - 11 * 60_000)).toEqual([]);
  expect(missingOf(view, ['a'], NOW + view.ttlMs! - 9 * 60_000)).toEqual(['a']);
});

/** Which of the entities memory lacks at a clock. */
function missingOf(view: ViewState, keys: readonly string[], nowMs = NOW): string[] {
  const missing: string[] = [];
  for (const key of keys) view.find(key, nowMs, missing);
  return missing;
}

function newStateWith(what: EventChunk): SourceState {
  const { state } = newState();
  apply(state, what);
  return state;
}

/** Events in the rows of a stored list. */
function countOf(main: Uint8Array): number {
  const view = new DataView(main.buffer, main.byteOffset, main.length);
  const rows = view.getUint32(main.length - 8, true);
  const fences = view.getUint16(main.length - 4, true);
  const rowSize = (main.length - 24 - 16 * fences) / rows;
  return Array.from({ length: rows }, (_, row) => view.getUint32(row * rowSize + 12, true)).reduce(
    (sum, events) => sum + events,
    0,
  );
}

describe('feed', () => {
  const [BUCKETS, VIEW] = [4, definition!.id];
  const fedTo = (feeding: Feeding) => {
    const state = new SourceState([compileView(definition!, source!)], BUCKETS);
    state.feed(feeding);
    const shops = Array.from({ length: 20 }, (_, i) => `shop ${i}`);
    const { missing } = state.prepare(chunk(0, shops), NOW);
    return { state, keys: missing.flatMap(({ keys }) => keys) };
  };

  it('gives nothing to a view that is not fed', () => {
    const { state, keys } = fedTo(new Map());
    expect([state.views, keys]).toEqual([[], []]);
  });
  it('gives all to a view that is fed everywhere', () =>
    expect(fedTo(new Map([[VIEW, 'everywhere']])).keys).toHaveLength(20));
  it('gives to a view that is fed in some buckets what is in those', () => {
    const all = fedTo(new Map([[VIEW, 'everywhere']])).keys;
    const { keys } = fedTo(new Map([[VIEW, new Set([1, 3])]]));
    expect(keys).toEqual(all.filter((key) => [1, 3].includes(bucketOf(key, BUCKETS))));
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.length).toBeLessThan(20);
  });
  it('keeps what is in memory unless it is another choice', () => {
    const { state, keys } = fedTo(new Map([[VIEW, new Set([1, 3])]]));
    const [view] = state.views;
    view!.load(keys[0]!, NOTHING);
    state.feed(new Map([[VIEW, new Set([3, 1])]]));
    expect(view!.entities).toBe(1);
    expect(state.isFed(new Map([[VIEW, new Set([1])]]))).toBe(false);
    state.feed(new Map([[VIEW, 'everywhere']]));
    expect(view!.entities).toBe(0);
  });
});

describe('two views that take the same events by the same keys', () => {
  const filtered = { ...definition!, filter: 'note == "x"' };
  const twins = (...views: (typeof filtered)[]) => {
    const state = new SourceState(
      views.map((view, i) => compileView({ ...view, id: 20 + i, name: `view_${i}` }, source!)),
      1,
    );
    return { state, views: state.views };
  };
  const entitiesOf = (state: SourceState, what: EventChunk) =>
    state
      .prepare(what, NOW)
      .entities.map((ofView) => ofView.map((entity) => entity && [entity.view, entity.key]));

  it('have an entity each, and count what they leave out', () => {
    const { state, views } = twins(filtered, filtered, filtered);
    expect(views[1]!.choosesAs(views[0]!)).toBe(true);
    const what = chunk(0, ['a', null, 'b', 'a']);
    for (let round = 1; round <= 2; round++) {
      expect(entitiesOf(state, what)).toEqual(
        views.map((view) => [[view, 'a'], null, [view, 'b'], [view, 'a']]),
      );
      for (const { counts } of views) expect(counts).toMatchObject({ nullKeys: round, filtered: 0 });
    }
    state.prepare(chunk(4, ['a', 'b'], 'y'), NOW);
    for (const { counts } of views) expect(counts).toMatchObject({ nullKeys: 2, filtered: 2 });
  });

  it('find an entity again that one of them has forgotten', () => {
    const { state, views } = twins(filtered, filtered);
    apply(state, chunk(0, ['a']));
    const forgotten = take(state).length === 2 ? views[1]!.find('a', NOW, []) : null;
    views[1]!.forget(forgotten!);
    const { missing, entities } = state.prepare(chunk(1, ['a']), NOW);
    expect(missing).toEqual([{ view: views[1], keys: ['a'] }]);
    expect(entities[1]![0]).not.toBe(forgotten);
    expect(entities[1]![0]).toBe(views[1]!.find('a', NOW, []));
  });

  it('are no such views when filters differ, or buckets that they are fed in', () => {
    const { state, views } = twins(filtered, { ...definition!, filter: 'note != "x"' });
    expect(views[1]!.choosesAs(views[0]!)).toBe(false);
    expect(entitiesOf(state, chunk(0, ['a']))).toEqual([[[views[0], 'a']], [null]]);
    const { views: same } = twins(filtered, filtered);
    same[1]!.fedIn = new Set([0]);
    expect(same[1]!.choosesAs(same[0]!)).toBe(false);
  });
});
