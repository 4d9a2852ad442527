import { compileProject, type EventSource, eventSource, project } from '@forebay/definitions';
import { keyPartition } from './key-partition';

const [source] = compileProject(
  project({
    name: 'shops',
    eventSources: [
      eventSource({
        name: 'orders',
        topic: 'orders',
        fields: { time: 'timestamp', user: 'string', shop: 'int64' },
        eventTime: 'time',
        rekey: { by: ['user', 'shop'], partitions: 8 },
      }),
    ],
  }),
).eventSources as readonly [EventSource];
const partitionOf = keyPartition(source, source.rekey!);

describe('the partition of a copy', () => {
  it('is that of its key, wherever the original stands and whatever else it holds', () => {
    const one = partitionOf([1_000, 'ada', 7], 3);
    expect(partitionOf([2_000, 'ada', 7], 19)).toBe(one);
    expect(partitionOf([2_000, 'ada', 7n], 19)).toBe(one);
  });

  it('spreads keys over all partitions', () => {
    const used = new Set(Array.from({ length: 200 }, (_, i) => partitionOf([0, `user ${i}`, i], 0)));
    expect([...used].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('is that of the original where it is no event, or a part of its key is null', () => {
    expect(partitionOf(null, 19)).toBe(3);
    expect(partitionOf([0, null, 7], 19)).toBe(3);
    expect(partitionOf([0, 'ada', null], 19)).toBe(3);
  });
});
