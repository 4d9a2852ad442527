import { OwedEntities } from './owed-entities';

function owed(): OwedEntities {
  const entities = new OwedEntities();
  entities.written('a', 'no_progress');
  entities.written('b', 'stale');
  entities.written('c', null);
  entities.written('d', 'overflow');
  return entities;
}

describe('owed entities', () => {
  it('are those whose values are DEGRADED for a reason that passes', () => {
    const entities = owed();
    expect(entities.size).toBe(2);
    expect(entities.first).toBe('a');
    expect([...entities.release(null)]).toEqual(['a', 'b']);
    expect(entities).toMatchObject({ size: 0, first: null });
  });

  it('hold the position while it is not known how far reading is, and not while it is behind', () => {
    const entities = owed();
    expect(entities.holdsPosition).toBe(true);
    expect([...entities.release('no_marker')]).toEqual([]);
    expect([...entities.release('stale')]).toEqual(['a']);
    expect(entities).toMatchObject({ holdsPosition: false, first: 'b' });
    expect([...entities.release('incomplete')]).toEqual(['b']);
  });

  it('are owed no more once they are written as they should be', () => {
    const entities = owed();
    entities.written('a', 'stale');
    entities.written('b', null);
    expect(entities).toMatchObject({ size: 1, holdsPosition: false, first: 'a' });
  });
});
