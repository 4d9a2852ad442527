import { Command } from 'ioredis';
import { slotOf } from './cluster-link';
import { CLUSTER_BUCKETS, REGISTRY_KEY } from './keys';

const SLOTS = 16_384;
const slots = Array.from({ length: CLUSTER_BUCKETS }, (_, bucket) => slotOf(bucket));

test('every bucket has a slot of its own, and none that of the registry', () => {
  expect(new Set(slots).size).toBe(CLUSTER_BUCKETS);
  // a writer that follows the registry to another node thereby moves no bucket
  expect(slots).not.toContain(new Command('get', [REGISTRY_KEY]).getSlot());
});

test.each([3, 5, 8, 16])(
  '%d nodes with equal shares of the slots have nearly equal shares of the buckets',
  (nodes) => {
    const counts = new Array<number>(nodes).fill(0);
    for (const slot of slots) {
      const node = Math.floor((slot * nodes) / SLOTS);
      counts[node] = (counts[node] as number) + 1;
    }
    expect(Math.max(...counts) / (CLUSTER_BUCKETS / nodes)).toBeLessThan(1.1);
    expect(Math.min(...counts) / (CLUSTER_BUCKETS / nodes)).toBeGreaterThan(0.9);
  },
);
