/** The sticky assignment in the client's protocol of consumer groups. */
import { type Assigner, AssignerProtocol, type Cluster, type PartitionAssigner } from 'kafkajs';
import type { TopicPartition } from './record';
import { assignSticky, type ClaimingMember } from './sticky-assignment';

const { MemberAssignment, MemberMetadata } = AssignerProtocol;

const VERSION = 1;

/**
 * An entry of every assignment, without partitions, for a topic that cannot be subscribed to (its name has a space). The
 * client tells of such entries, and with them the generation of the group, which it tells nowhere else at that moment.
 */
export const GENERATION_ENTRY = 'forebay generation';

/** What a member was given, and in which generation of the group. */
export interface HeldPartitions {
  readonly generation: number;
  readonly places: readonly TopicPartition[];
}

export const NOTHING_HELD: HeldPartitions = { generation: -1, places: [] };

/** @param held what this member has now, and would like to keep */
export function stickyAssigner(held: () => HeldPartitions): PartitionAssigner {
  return ({ cluster }): Assigner => ({
    name: 'ForebaySticky',
    version: VERSION,
    protocol({ topics }) {
      const userData = encodeHeld(held());
      return { name: this.name, metadata: MemberMetadata.encode({ version: VERSION, topics, userData }) };
    },
    async assign({ members, topics }) {
      const claiming = members.map(({ memberId, memberMetadata }) => claimsOf(memberId, memberMetadata));
      const assigned = assignSticky(
        claiming,
        topics.map((topic) => ({ topic, partitions: partitionsOf(cluster, topic) })),
      );
      return [...assigned].map(([memberId, places]) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({
          version: VERSION,
          assignment: { ...byTopic(places), [GENERATION_ENTRY]: [] },
          userData: Buffer.alloc(0),
        }),
      }));
    },
  });
}

function partitionsOf(cluster: Cluster, topic: string): number[] {
  return cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
}

/** Of a member whose data cannot be read: no claims. */
function claimsOf(memberId: string, metadata: Buffer): ClaimingMember {
  const decoded = MemberMetadata.decode(metadata);
  const { generation, places } = decodeHeld(decoded?.userData ?? Buffer.alloc(0));
  return { memberId, topics: decoded?.topics ?? [], generation, claims: places };
}

function encodeHeld({ generation, places }: HeldPartitions): Buffer {
  return Buffer.from(JSON.stringify({ generation, places: byTopic(places) }));
}

export function decodeHeld(data: Buffer): HeldPartitions {
  try {
    const { generation, places } = JSON.parse(data.toString()) as {
      generation: number;
      places: Record<string, number[]>;
    };
    const flat = Object.entries(places).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    return Number.isInteger(generation) ? { generation, places: flat } : NOTHING_HELD;
  } catch {
    return NOTHING_HELD;
  }
}

function byTopic(places: readonly TopicPartition[]): Record<string, number[]> {
  const topics: Record<string, number[]> = {};
  for (const { topic, partition } of places) {
    topics[topic] ??= [];
    topics[topic].push(partition);
  }
  return topics;
}
