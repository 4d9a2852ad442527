import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { layoutOf, NOON, StoredEntity, sliding } from './entity.fixture';
import { RowMemory } from './row-memory';

describe('RowMemory', () => {
  it('gives blocks that do not overlap, at least as large as was asked for', () => {
    const memory = new RowMemory();
    const taken: [piece: unknown, from: number, to: number][] = [];
    for (let i = 0; i < 3_000; i++) {
      const wanted = 100 + ((i * 7_919) % 90_000);
      const size = memory.sizeFor(wanted);
      expect(size).toBeGreaterThanOrEqual(wanted);
      const address = memory.take(size);
      const from = RowMemory.placeOf(address);
      taken.push([memory.pieceOf(address).bytes.buffer, from, from + size]);
      expect(from % 8).toBe(0);
      expect(from + size).toBeLessThanOrEqual(memory.pieceOf(address).bytes.length);
    }
    for (const piece of new Set(taken.map(([each]) => each))) {
      const blocks = taken.filter(([each]) => each === piece);
      blocks.sort(([, a], [, b]) => a - b);
      for (let i = 1; i < blocks.length; i++) expect(blocks[i]![1]).toBeGreaterThanOrEqual(blocks[i - 1]![2]);
    }
  });

  it.each([128, 1_000, 200_000])('gives a block of %d bytes again that was given back', (bytes) => {
    const memory = new RowMemory();
    const size = memory.sizeFor(bytes);
    const first = memory.take(size);
    const other = memory.take(size);
    memory.free(first, size);
    expect(memory.take(size)).toBe(first);
    expect(memory.take(size)).not.toBe(other);
  });

  it('keeps lists apart that grow, shrink and are forgotten in turn', () => {
    const windows = [sliding(HOUR_MS, MINUTE_MS), sliding(DAY_MS, HOUR_MS)];
    const layout = layoutOf(windows.map((window) => ({ operation: 'count', window })));
    const memory = new RowMemory();
    const shared = Array.from({ length: 30 }, () => new StoredEntity(layout, memory));
    const alone = shared.map(() => new StoredEntity(layout));
    for (let round = 0; round < 40; round++) {
      const w = NOON + round * 17 * MINUTE_MS;
      for (const [i, entity] of shared.entries()) {
        for (const each of [entity, alone[i]!]) {
          for (let event = 0; event < (i * round) % 5; event++)
            each.add({ at: w - 1 - event * i * MINUTE_MS }, w);
          if (each.list.rows === 0) continue;
          if ((i + round) % 7 === 0) each.list.compact(w);
          each.store();
          if ((i + round) % 11 === 0) each.reload();
        }
        if (entity.list.rows > 0) expect(entity.segments()).toEqual(alone[i]!.segments());
      }
    }
  });
});
