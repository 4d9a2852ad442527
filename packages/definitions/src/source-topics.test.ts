import { byPartitionNumber, describePartition, numberedPartition, partitionNumber } from './source-topics';

const one = { name: 's', topic: 'a' };
const three = {
  ...one,
  otherTopics: [
    { topic: 'b', paths: {} },
    { topic: 'c', paths: {} },
  ],
};
const counts: Readonly<Record<string, number>> = { a: 2, b: 1, c: 3 };
const partitionsOf = async (topic: string) =>
  new Map(Array.from({ length: counts[topic] as number }, (_, i) => [i, `${topic}${i}`]));

test('the partitions of the first topic keep their numbers when others come', async () => {
  expect([...(await byPartitionNumber(one, partitionsOf))]).toEqual([
    [0, 'a0'],
    [1, 'a1'],
  ]);
  expect([...(await byPartitionNumber(three, partitionsOf))]).toEqual([
    [0, 'a0'],
    [1, 'a1'],
    [256, 'b0'],
    [512, 'c0'],
    [513, 'c1'],
    [514, 'c2'],
  ]);
});

test('a number means the partition that it was made of', () => {
  for (const topicIndex of [0, 1, 2])
    for (const partition of [0, 7, 255])
      expect(numberedPartition(three, partitionNumber(topicIndex, partition))).toEqual({
        topic: 'abc'.charAt(topicIndex),
        topicIndex,
        partition,
      });
  // a source of one topic may have more than the topics of several
  expect(numberedPartition(one, 300)).toEqual({ topic: 'a', topicIndex: 0, partition: 300 });
  expect(describePartition(three, 513)).toBe('topic "c", partition 1');
});

test('a topic with more partitions than there are numbers is refused', async () => {
  const many = async () => new Map([[256, 0]]);
  await expect(byPartitionNumber(three, many)).rejects.toThrow(
    'source "s": topic "a" has partition 256: the topics of a source of several have at most 256 each',
  );
  expect((await byPartitionNumber(one, many)).size).toBe(1);
});
