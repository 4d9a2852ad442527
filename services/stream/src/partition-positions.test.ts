import { PartitionPositions } from './partition-positions';

function topic() {
  const positions = new Map<number, number>();
  const seeks: [number, number][] = [];
  const reading = {
    seek: (partition: number, offset: number) => {
      seeks.push([partition, offset]);
      if (positions.has(partition)) positions.set(partition, offset);
      return positions.has(partition);
    },
    position: (partition: number) => positions.get(partition) ?? null,
  };
  return { positions, seeks, reading };
}

test('what the topic passes over behind the last record counts as applied', () => {
  const { positions, reading } = topic();
  const held = new PartitionPositions(reading);
  held.start(0, 100);
  positions.set(0, 100);
  expect(held.passOver()).toEqual([]);
  positions.set(0, 103);
  expect(held.passOver()).toEqual([{ partition: 0, firstOffset: 100, nextOffset: 103 }]);
  expect(held.applied.get(0)).toBe(103);
  held.settle();
  expect(held.stored.get(0)).toBe(103);
});

test('records that are being processed are not passed over', () => {
  const { positions, reading } = topic();
  const held = new PartitionPositions(reading);
  held.start(0, 100);
  positions.set(0, 100);
  held.passOver();
  held.advance(0, 200);
  expect(held.passOver()).toEqual([]);
  expect(held.applied.get(0)).toBe(200);
});

test('a partition that is read from further on than memory stands is read again, and nothing is taken for applied', () => {
  const { positions, seeks, reading } = topic();
  const held = new PartitionPositions(reading);
  held.start(0, 100);
  positions.set(0, 500);
  expect(held.passOver()).toEqual([]);
  expect(seeks).toEqual([[0, 100]]);
  expect(held.applied.get(0)).toBe(100);
});

test('a partition that is not being read is left alone', () => {
  const { seeks, reading } = topic();
  const held = new PartitionPositions(reading);
  held.start(0, 100);
  expect(held.passOver()).toEqual([]);
  expect(seeks).toEqual([]);
});
