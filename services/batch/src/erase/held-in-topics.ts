/** What Kafka still holds of an erased entity, and until when: Forebay deletes nothing from topics. */
import type { MessageInput } from '@forebay/contract';
import { type EventSource, numberedPartition, topicsOf } from '@forebay/definitions';
import {
  deadLetterTopic,
  epochOfKept,
  keptOffset,
  OFFSETS_PER_EPOCH,
  type TopicRetention,
  type Watermarks,
} from '@forebay/event-log';
import type { HeldRecords } from '@forebay/offline-store';
import type { CarriedEntity } from './carried-entity';
import type { TopicKeeper } from './topic-keeper';

type Held = MessageInput<'HeldInTopic'>;

interface TopicState {
  readonly retention: TopicRetention;
  readonly held: ReadonlyMap<number, Watermarks>;
}

/** @param records by source id: where the archive has records of the entity */
export async function heldInTopics(
  topics: TopicKeeper,
  entities: readonly CarriedEntity[],
  records: ReadonlyMap<number, readonly HeldRecords[]>,
  ends: ReadonlyMap<number, ReadonlyMap<number, number>>,
  erasedAtMs: number,
): Promise<Held[]> {
  const found: Held[] = [];
  const stateOf = async (topic: string): Promise<TopicState | null> => {
    const retention = await topics.retention(topic);
    return retention === null ? null : { retention, held: await topics.watermarks(topic) };
  };
  for (const { source } of entities[0]?.sources ?? []) {
    for (const topic of topicsOf(source)) {
      const state = await stateOf(topic);
      if (state === null) continue;
      const ofTopic = (records.get(source.id) ?? []).filter(
        ({ partition }) => numberedPartition(source, partition).topic === topic,
      );
      found.push(...recordsIn(source, topic, state, ofTopic, ends.get(source.id) ?? new Map(), erasedAtMs));
    }
    const copies: [string | undefined, string][] = [
      [source.rekey?.topic, 'copies of the records, in the same order of keys'],
      [deadLetterTopic(source.topic), 'records that could not be used; some may be of the entity'],
    ];
    for (const [topic, remark] of copies) {
      const state = topic === undefined ? null : await stateOf(topic);
      if (state !== null) found.push(...wholeTopic(topic as string, state, remark, erasedAtMs));
    }
  }
  const outputs = new Map(
    entities.flatMap(({ aggregationViews }) => aggregationViews.map((view) => [view.id, view.output])),
  );
  for (const output of outputs.values()) {
    const state = output === undefined ? null : await stateOf(output.topic);
    if (state !== null)
      found.push(
        ...wholeTopic(
          output?.topic as string,
          state,
          state.retention.isCompacted
            ? 'a record without a value was written, by which compaction removes those of the entity'
            : 'values of the entity, until they are too old',
          erasedAtMs,
        ),
      );
  }
  return found;
}

/** By partition that has any of the entity: what the topic has not deleted yet. Pure. */
export function recordsIn(
  source: EventSource,
  topic: string,
  { retention, held }: TopicState,
  records: readonly HeldRecords[],
  ends: ReadonlyMap<number, number>,
  erasedAtMs: number,
): Held[] {
  return records.flatMap(({ partition: number, records: count, first, last }) => {
    const { partition } = numberedPartition(source, number);
    const marks = held.get(partition);
    const epoch = epochOfKept(ends.get(number) ?? 0);
    if (marks === undefined || last < keptOffset(epoch, marks.low)) return [];
    return [
      {
        topic,
        partition,
        records: count,
        first_offset: Math.max(marks.low, first < keptOffset(epoch, 0) ? 0 : first % OFFSETS_PER_EPOCH),
        end_offset: (last % OFFSETS_PER_EPOCH) + 1,
        ...untilOf(retention, erasedAtMs),
        remark: first < keptOffset(epoch, marks.low) ? 'the older ones are deleted already' : '',
      },
    ];
  });
}

/** Of a topic of which nobody knows which records are of the entity. */
function wholeTopic(
  topic: string,
  { retention, held }: TopicState,
  remark: string,
  erasedAtMs: number,
): Held[] {
  return [...held]
    .filter(([, { low, high }]) => high > low)
    .map(([partition, { low, high }]) => ({
      topic,
      partition,
      records: 0,
      first_offset: low,
      end_offset: high,
      ...untilOf(retention, erasedAtMs),
      remark,
    }));
}

function untilOf({ ageMs }: TopicRetention, erasedAtMs: number): Pick<Held, 'until_ms' | 'is_kept_forever'> {
  return ageMs === null ? { is_kept_forever: true } : { until_ms: erasedAtMs + ageMs };
}
