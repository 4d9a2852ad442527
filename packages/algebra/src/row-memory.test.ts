import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { layoutOf, NOON, StoredEntity, sliding } from './entity.fixture';
import { RowMemory } from './row-memory';
import { Fences } from './stream-list-fences';

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

describe('fences of a list', () => {
  const view = new DataView(new ArrayBuffer(256));

  it('believe what was written before the newest write, also of an earlier topic of the name', () => {
    const fences = new Fences();
    fences.advance(0, 0, 3, 10);
    expect(fences.believed).toEqual([]);
    fences.write(view, 0);
    expect(fences.believed).toEqual([]);
    fences.advance(0, 1, 3, 2);
    fences.write(view, 0);
    expect(fences.believed).toEqual([{ source: 0, epoch: 0, partition: 3, offset: 10 }]);
    expect(fences.entries).toEqual([{ source: 0, epoch: 1, partition: 3, offset: 2 }]);
    expect([fences.isApplied(0, 0, 3, 99), fences.isApplied(0, 1, 3, 3)]).toEqual([true, false]);
  });

  it('are in the order of partitions, and believed as they were loaded', () => {
    const fences = new Fences();
    fences.load([{ source: 0, epoch: 0, partition: 5, offset: 7 }]);
    fences.advance(0, 0, 2, 1);
    fences.advance(0, 0, 5, 9);
    expect(fences.write(view, 0)).toBe(32);
    expect([view.getUint32(4, true), view.getUint32(20, true)]).toEqual([2, 5]);
    expect(fences.believed).toEqual([{ source: 0, epoch: 0, partition: 5, offset: 7 }]);
  });
});
