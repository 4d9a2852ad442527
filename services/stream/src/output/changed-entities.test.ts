import { ChangedEntities } from './changed-entities';

const at = (offset: number, partition = 0) => new Map([[partition, offset]]);
const taken = (changed: ChangedEntities) => {
  const { keys, to } = changed.take();
  return { keys: [...keys].sort(), to: Object.fromEntries(to) };
};

describe('changed entities', () => {
  it('wait once, when they are stored', () => {
    const changed = new ChangedEntities();
    changed.note('a');
    changed.note('a');
    expect(changed.areWaiting).toBe(false);
    changed.stored(at(3));
    changed.note('a');
    changed.note('b');
    changed.stored(at(5));
    expect(changed.areWaiting).toBe(true);
    expect(taken(changed)).toEqual({ keys: ['a', 'b'], to: { 0: 5 } });
    expect(taken(changed)).toEqual({ keys: [], to: {} });
  });

  it('that are in memory alone are forgotten with it, and those that are stored are not', () => {
    const changed = new ChangedEntities();
    changed.note('a');
    changed.stored(at(3));
    changed.note('b');
    changed.forget();
    changed.stored(at(3));
    expect(taken(changed)).toEqual({ keys: ['a'], to: { 0: 3 } });
  });

  it('that could not be written wait with what came since, and the position does not go back', () => {
    const changed = new ChangedEntities();
    changed.note('a');
    changed.stored(at(3));
    const batch = changed.take();
    changed.note('b');
    changed.stored(at(9));
    changed.stored(at(2, 1));
    changed.putBack(batch);
    expect(taken(changed)).toEqual({ keys: ['a', 'b'], to: { 0: 9, 1: 2 } });
  });

  it('say nothing of a position while their view does not get all events', () => {
    const changed = new ChangedEntities();
    changed.note('a');
    changed.stored(null);
    expect(taken(changed)).toEqual({ keys: ['a'], to: {} });
  });

  it('are counted while they are noted and while they wait', () => {
    const changed = new ChangedEntities();
    changed.note('a');
    changed.stored(at(1));
    changed.note('b');
    expect(changed.size).toBe(2);
  });
});
