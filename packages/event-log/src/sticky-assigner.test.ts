import { AssignerProtocol, type Cluster, type Logger } from 'kafkajs';
import { decodeHeld, GENERATION_ENTRY, NOTHING_HELD, stickyAssigner } from './sticky-assigner';

const { MemberAssignment, MemberMetadata } = AssignerProtocol;
const logger = {} as Logger;
const cluster = {
  findTopicPartitionMetadata: () => [0, 1, 2, 3].map((partitionId) => ({ partitionId })),
} as unknown as Cluster;
const held = (generation: number, ...partitions: number[]) => ({
  generation,
  places: partitions.map((partition) => ({ topic: 'a', partition })),
});

test('a member is given again what its metadata says that it had', async () => {
  const assigner = (having: ReturnType<typeof held>) =>
    stickyAssigner(() => having)({ cluster, groupId: 'g', logger });
  const members = [held(4, 1, 3), held(4, 0, 2)].map((having, i) => ({
    memberId: `m${i}`,
    memberMetadata: assigner(having).protocol({ topics: ['a'] }).metadata,
  }));
  const given = await assigner(NOTHING_HELD as never).assign({ members, topics: ['a'] });
  const decoded = given.map(({ memberId, memberAssignment }) => [
    memberId,
    MemberAssignment.decode(memberAssignment)?.assignment,
  ]);
  expect(decoded).toEqual([
    ['m0', { a: [1, 3], [GENERATION_ENTRY]: [] }],
    ['m1', { a: [0, 2], [GENERATION_ENTRY]: [] }],
  ]);
});

test('claims that cannot be read are none', async () => {
  for (const data of ['', '{', 'null', '{"generation":1}', '{"generation":"x","places":{"a":[1]}}'])
    expect(decodeHeld(Buffer.from(data))).toEqual(NOTHING_HELD);
  const metadata = MemberMetadata.encode({ version: 0, topics: ['a'], userData: Buffer.from('?') });
  const assigner = stickyAssigner(() => NOTHING_HELD)({ cluster, groupId: 'g', logger });
  const members = ['m0', 'm1'].map((memberId) => ({ memberId, memberMetadata: metadata }));
  expect(await assigner.assign({ members, topics: ['a'] })).toHaveLength(2);
});
