import fc from 'fast-check';
import { partitionKey, type TopicPartition } from './record';
import { assignSticky, type ClaimingMember, type TopicPartitions } from './sticky-assignment';

const TOPICS = ['a', 'b', 'c'];
const member = (memberId: string, claims: TopicPartition[] = [], generation = 1): ClaimingMember => ({
  memberId,
  topics: TOPICS,
  generation,
  claims,
});
const topic = (name: string, partitions: number): TopicPartitions => ({
  topic: name,
  partitions: Array.from({ length: partitions }, (_, i) => i),
});
const numbers = (places: readonly TopicPartition[] | undefined) => places?.map(({ partition }) => partition);
const places = (name: string, ...partitions: number[]) =>
  partitions.map((partition) => ({ topic: name, partition }));
/** The members as they come to the next rebalance. */
const later = (given: ReadonlyMap<string, TopicPartition[]>, generation = 2): ClaimingMember[] =>
  [...given].map(([memberId, claims]) => member(memberId, claims, generation));

const someTopics = fc
  .tuple(...TOPICS.map((name) => fc.integer({ min: 0, max: 9 }).map((n) => topic(name, n))))
  .map((all) => all as TopicPartitions[]);
const someMembers = fc
  .uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 6 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc.record({
          memberId: fc.constant(`m${id}`),
          topics: fc.constant(TOPICS),
          generation: fc.integer({ min: -1, max: 4 }),
          claims: fc.array(
            fc.record({
              topic: fc.constantFrom(...TOPICS, 'gone'),
              partition: fc.integer({ min: 0, max: 12 }),
            }),
            { maxLength: 12 },
          ),
        }),
      ),
    ),
  )
  .map((all) => all as ClaimingMember[]);

const load = (given: ReadonlyMap<string, TopicPartition[]>) => [...given.values()].map((list) => list.length);
const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts);

describe('a sticky assignment', () => {
  it('gives every partition to exactly one member, in the same way whatever the order of members and topics', () => {
    fc.assert(
      fc.property(someMembers, someTopics, (members, topics) => {
        const given = assignSticky(members, topics);
        const all = [...given.values()].flat().map((place) => partitionKey(place.topic, place.partition));
        const expected = topics.flatMap((one) => one.partitions.map((p) => partitionKey(one.topic, p)));
        expect(all.sort()).toEqual(expected.sort());
        expect([...given.keys()].sort()).toEqual(members.map(({ memberId }) => memberId).sort());
        expect(assignSticky([...members].reverse(), [...topics].reverse())).toEqual(given);
      }),
    );
  });

  it('is balanced in each topic, and over all of them', () => {
    fc.assert(
      fc.property(someMembers, someTopics, (members, topics) => {
        const given = assignSticky(members, topics);
        for (const name of TOPICS) {
          const counts = [...given.values()].map(
            (list) => list.filter((place) => place.topic === name).length,
          );
          expect(spread(counts)).toBeLessThanOrEqual(1);
        }
        expect(spread(load(given))).toBeLessThanOrEqual(TOPICS.length);
      }),
    );
  });

  it('keeps partition i of topics with equally many together', () => {
    fc.assert(
      fc.property(someMembers, fc.integer({ min: 0, max: 9 }), (members, n) => {
        const given = assignSticky(members, [topic('a', n), topic('b', n), topic('c', n + 1)]);
        for (const list of given.values()) {
          const of = (name: string) => numbers(list.filter((place) => place.topic === name));
          expect(of('a')).toEqual(of('b'));
        }
      }),
    );
  });

  it('moves nothing when nothing has changed', () => {
    fc.assert(
      fc.property(someMembers, someTopics, (members, topics) => {
        const given = assignSticky(members, topics);
        expect(assignSticky(later(given), topics)).toEqual(given);
      }),
    );
  });

  it('moves no more than balance asks for when members come or go', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 20 }), (size, n) => {
        const topics = [topic('a', n)];
        const members = Array.from({ length: size }, (_, i) => member(`m${i}`));
        const before = assignSticky(members, topics);
        const joined = assignSticky([...later(before), member('new', [], -1)], topics);
        for (const [id, list] of joined) {
          if (id === 'new') expect(list.length).toBeLessThanOrEqual(Math.ceil(n / (size + 1)));
          else expect(before.get(id)).toEqual(expect.arrayContaining(list));
        }
        const left = assignSticky(
          later(joined, 3).filter(({ memberId }) => memberId !== 'new'),
          topics,
        );
        for (const [id, list] of joined)
          if (id !== 'new') expect(left.get(id)).toEqual(expect.arrayContaining(list));
      }),
    );
  });

  it('believes who had a partition last', () => {
    const given = assignSticky(
      [
        member('awoken', places('a', 0, 1, 2, 3), 5),
        member('x', places('a', 2, 3), 7),
        member('y', places('a', 0, 1), 7),
      ],
      [topic('a', 6)],
    );
    expect(numbers(given.get('x'))).toEqual([2, 3]);
    expect(numbers(given.get('y'))).toEqual([0, 1]);
    expect(numbers(given.get('awoken'))).toEqual([4, 5]);
  });

  it('gives the partitions that were added to whoever has least', () => {
    const given = assignSticky(
      [member('x', places('a', 0, 1)), member('y', places('a', 2))],
      [topic('a', 5)],
    );
    expect(numbers(given.get('x'))?.slice(0, 2)).toEqual([0, 1]);
    expect(given.get('y')).toEqual(expect.arrayContaining(places('a', 2)));
  });

  it('gives a topic to none of the members that do not read it', () => {
    const old = { ...member('old', places('a', 0, 1)), topics: ['a'] };
    const given = assignSticky([old, member('new', [], -1)], [topic('a', 2), topic('b', 2)]);
    expect(given.get('old')).toEqual(places('a', 0));
    expect(given.get('new')?.filter((place) => place.topic === 'b')).toHaveLength(2);
  });
});
