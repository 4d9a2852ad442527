/** Who of a group reads which partitions. Pure: the same members and claims give the same answer, whoever asks. */
import { partitionKey, type TopicPartition } from './record';

export interface ClaimingMember {
  readonly memberId: string;
  /** It can be given partitions of these alone. */
  readonly topics: readonly string[];
  /** Of the group, when it was given what it claims: of two who claim the same, the later one had it last. */
  readonly generation: number;
  /** What it was given then, and holds in memory. */
  readonly claims: readonly TopicPartition[];
}

export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** Partitions of one number in topics that have equally many, and the same readers: they go to one member together. */
interface Unit {
  readonly places: readonly TopicPartition[];
  /** Who had most of them last; null: nobody. */
  readonly holder: string | null;
}

/**
 * Gives every partition that a member can read to one of them.
 *
 * - Balanced: of topics with equally many partitions no member has more than one number more than another; and over all topics
 *   the difference is at most the largest number of such topics.
 * - Co-partitioned: partition i of all of these topics is one member's.
 * - Sticky: a member keeps what it had, as far as balance allows; so none moves that another did not have to give up.
 */
export function assignSticky(
  members: readonly ClaimingMember[],
  topics: readonly TopicPartitions[],
): ReadonlyMap<string, TopicPartition[]> {
  const sorted = [...members].sort((a, b) => compare(a.memberId, b.memberId));
  const given = new Map<string, TopicPartition[]>(sorted.map(({ memberId }) => [memberId, []]));
  const holders = holdersOf(sorted);
  for (const { readers, topicNames, partitions } of classesOf(sorted, topics)) {
    const units = partitions.map((partition) => unitOf(topicNames, partition, readers, holders));
    for (const [memberId, taken] of shareOut(units, readers, (id) => given.get(id)?.length ?? 0))
      given.get(memberId)?.push(...taken.flatMap(({ places }) => places));
  }
  for (const places of given.values())
    places.sort((a, b) => compare(a.topic, b.topic) || a.partition - b.partition);
  return given;
}

/** By partition: who had it last. */
function holdersOf(members: readonly ClaimingMember[]): ReadonlyMap<string, ClaimingMember> {
  const holders = new Map<string, ClaimingMember>();
  for (const member of members) {
    for (const { topic, partition } of member.claims) {
      const key = partitionKey(topic, partition);
      const other = holders.get(key);
      if (other === undefined || member.generation > other.generation) holders.set(key, member);
    }
  }
  return holders;
}

interface TopicClass {
  readonly topicNames: readonly string[];
  readonly partitions: readonly number[];
  /** Ascending. */
  readonly readers: readonly string[];
}

/** Topics with the same partitions and the same readers; the largest classes first. */
function classesOf(
  members: readonly ClaimingMember[],
  topics: readonly TopicPartitions[],
): readonly TopicClass[] {
  const classes = new Map<string, { topicNames: string[]; partitions: number[]; readers: string[] }>();
  for (const { topic, partitions } of [...topics].sort((a, b) => compare(a.topic, b.topic))) {
    const readers = members.filter((member) => member.topics.includes(topic)).map(({ memberId }) => memberId);
    if (readers.length === 0) continue;
    const ascending = [...partitions].sort((a, b) => a - b);
    const key = JSON.stringify([ascending, readers]);
    const known = classes.get(key);
    if (known === undefined) classes.set(key, { topicNames: [topic], partitions: ascending, readers });
    else known.topicNames.push(topic);
  }
  return [...classes.values()].sort((a, b) => b.topicNames.length - a.topicNames.length);
}

function unitOf(
  topicNames: readonly string[],
  partition: number,
  readers: readonly string[],
  holders: ReadonlyMap<string, ClaimingMember>,
): Unit {
  const places = topicNames.map((topic) => ({ topic, partition }));
  const counts = new Map<string, number>();
  for (const place of places) {
    const holder = holders.get(partitionKey(place.topic, partition))?.memberId;
    if (holder !== undefined && readers.includes(holder)) counts.set(holder, (counts.get(holder) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([a, m], [b, n]) => n - m || compare(a, b));
  return { places, holder: most?.[0] ?? null };
}

function shareOut(
  units: readonly Unit[],
  readers: readonly string[],
  loadOf: (memberId: string) => number,
): ReadonlyMap<string, readonly Unit[]> {
  const held = new Map(readers.map((id) => [id, units.filter(({ holder }) => holder === id)]));
  const heldBy = (id: string) => held.get(id) as Unit[];
  // who has least takes one more than the others; among equals who has it already
  const first = [...readers].sort(
    (a, b) => loadOf(a) - loadOf(b) || heldBy(b).length - heldBy(a).length || compare(a, b),
  );
  const least = Math.floor(units.length / readers.length);
  const more = units.length % readers.length;
  const quotas = new Map(first.map((id, i) => [id, least + (i < more ? 1 : 0)]));
  const kept = new Map(readers.map((id) => [id, heldBy(id).slice(0, quotas.get(id))]));
  const keptUnits = new Set([...kept.values()].flat());
  const free = units.filter((unit) => !keptUnits.has(unit));
  for (const [id, taken] of kept) taken.push(...free.splice(0, (quotas.get(id) as number) - taken.length));
  return kept;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
