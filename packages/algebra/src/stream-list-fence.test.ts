import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { layoutOf, NOON, sliding } from './entity.fixture';
import { LaneEvaluator } from './lane-inputs';
import { StreamList } from './stream-list';

const layout = layoutOf([{ operation: 'count', window: sliding(HOUR_MS, MINUTE_MS) }]);
/** The lanes of an event without any input. */
const NOTHING = new LaneEvaluator(layout);

/** The fences of a list in its own memory, and such as are objects: both keep what several do. */
const KINDS = {
  'in the memory of the list': () => new StreamList(layout),
  objects: () => {
    const list = new StreamList(layout);
    list.advanceFence(1, 0, 0, 0);
    return list;
  },
};

describe.each(Object.entries(KINDS))('fences of a list that are %s', (_, newList) => {
  const token = new Uint8Array(8);
  const ofSource = (fences: StreamList['fences']) => fences.filter(({ source }) => source === 0);

  it('believe what was written before the newest write, also of an earlier topic of the name', () => {
    const list = newList();
    expect(list.isApplied(0, 0, 3, 1)).toBe(false);
    list.advanceFence(0, 0, 3, 10);
    list.takeWrite(token);
    expect(ofSource(list.believedFences)).toEqual([]);
    list.advanceFence(0, 1, 3, 2);
    list.takeWrite(token);
    expect(ofSource(list.believedFences)).toEqual([{ source: 0, epoch: 0, partition: 3, offset: 10 }]);
    expect(ofSource(list.fences)).toEqual([{ source: 0, epoch: 1, partition: 3, offset: 2 }]);
    expect([list.isApplied(0, 0, 3, 99), list.isApplied(0, 1, 3, 3)]).toEqual([true, false]);
    expect(list.isApplied(0, 0, 2, 1)).toBe(false);
  });

  it('are stored in the order of partitions, and believed as they were loaded', () => {
    const first = newList();
    first.advanceFence(0, 0, 5, 7);
    first.add(NOTHING, NOON, { high: 0, low: 0 }, NOON + 1);
    const { value, valueSize } = first.takeWrite(token);
    const parts = { main: value.slice(0, valueSize), open: null, sealed: null, ids: null };
    const list = StreamList.load(layout, parts);
    expect(list.fences).toEqual(first.fences);
    list.advanceFence(0, 0, 2, 1);
    list.advanceFence(0, 0, 5, 9);
    expect(list.isApplied(0, 0, 5, 9)).toBe(true);
    expect(ofSource(list.fences).map(({ partition, offset }) => [partition, offset])).toEqual([
      [2, 1],
      [5, 9],
    ]);
    expect(ofSource(list.believedFences)).toEqual([{ source: 0, epoch: 0, partition: 5, offset: 7 }]);
    list.takeWrite(token);
    expect(ofSource(list.believedFences)).toEqual([{ source: 0, epoch: 0, partition: 5, offset: 7 }]);
    list.takeWrite(token);
    expect(ofSource(list.believedFences).map(({ offset }) => offset)).toEqual([1, 9]);
  });
});
