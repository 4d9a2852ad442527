/** A log whose offsets are those that are kept: with the epochs of its topics in them. Who reads it knows of no others. */
import type { ConsumerHandlers, ConsumerOptions } from './consumer-options';
import { withOffset } from './fetched-record';
import type { EventRecord, RecordBatch, TopicPartitionOffset } from './record';
import type { RecordConsumer } from './record-consumer';
import type { TopicAdmin } from './topic-admin';
import { keptOffset, keptWatermarks, topicOffset } from './topic-epoch';

/** What a reader needs of a log. */
export interface ReadableLog {
  readonly admin: Pick<
    TopicAdmin,
    | 'partitionCount'
    | 'watermarks'
    | 'endOffsets'
    | 'beginningOffsets'
    | 'offsetsAt'
    | 'committedOffsets'
    | 'deleteRecords'
  >;
  consume(options: Omit<ConsumerOptions, 'logger'>): Promise<LogConsumer>;
  topicId(topic: string): Promise<string | null>;
}

export type LogConsumer = Pick<RecordConsumer, 'position' | 'seek' | 'pause' | 'resume' | 'commit' | 'stop'>;

/** The log with kept offsets; topics of epoch 0 cost nothing more than the log itself. */
export function keptLog(log: ReadableLog, epochOf: (topic: string) => number): ReadableLog {
  const { admin } = log;
  const kept = async (topic: string, asked: Promise<ReadonlyMap<number, number>>) => {
    const epoch = epochOf(topic);
    return new Map([...(await asked)].map(([partition, offset]) => [partition, keptOffset(epoch, offset)]));
  };
  return {
    admin: {
      partitionCount: (topic) => admin.partitionCount(topic),
      watermarks: async (topic) => keptWatermarks(epochOf(topic), await admin.watermarks(topic)),
      endOffsets: (topic) => kept(topic, admin.endOffsets(topic)),
      beginningOffsets: (topic) => kept(topic, admin.beginningOffsets(topic)),
      offsetsAt: (topic, timestampMs) => kept(topic, admin.offsetsAt(topic, timestampMs)),
      committedOffsets: (groupId, topic) => kept(topic, admin.committedOffsets(groupId, topic)),
      deleteRecords: (topic, before) => {
        const offsets = before.map(({ partition, offset }) => ({
          partition,
          offset: topicOffset(epochOf(topic), offset),
        }));
        return admin.deleteRecords(topic, offsets);
      },
    },
    topicId: (topic) => log.topicId(topic),
    async consume(options) {
      if (options.topics.every((topic) => epochOf(topic) === 0)) return log.consume(options);
      const handlers = keptHandlers(options.handlers, epochOf);
      return keptConsumer(await log.consume({ ...options, handlers }), epochOf);
    },
  };
}

function keptHandlers(handlers: ConsumerHandlers, epochOf: (topic: string) => number): ConsumerHandlers {
  return {
    ...handlers,
    async onAssigned(...assigned) {
      const starts = await handlers.onAssigned(...assigned);
      return starts.map((start) => {
        const { topic, offset } = start;
        return typeof offset === 'number' ? { ...start, offset: topicOffset(epochOf(topic), offset) } : start;
      });
    },
    onBatch: (batch) => handlers.onBatch(keptBatch(batch, epochOf(batch.topic))),
    async onOutOfRange(place) {
      const epoch = epochOf(place.topic);
      const held = { low: keptOffset(epoch, place.held.low), high: keptOffset(epoch, place.held.high) };
      const answer = await handlers.onOutOfRange({ ...place, offset: keptOffset(epoch, place.offset), held });
      return typeof answer === 'number' ? topicOffset(epoch, answer) : answer;
    },
  };
}

function keptBatch(batch: RecordBatch, epoch: number): RecordBatch {
  if (epoch === 0) return batch;
  return {
    ...batch,
    records: batch.records.map((record) => withOffset(record, keptOffset(epoch, record.offset))),
    nextOffset: keptOffset(epoch, batch.nextOffset),
    highWatermark: keptOffset(epoch, batch.highWatermark),
  };
}

function keptConsumer(consumer: LogConsumer, epochOf: (topic: string) => number): LogConsumer {
  return {
    position(topic, partition) {
      const position = consumer.position(topic, partition);
      return position === null ? null : keptOffset(epochOf(topic), position);
    },
    seek: (topic, partition, offset) => consumer.seek(topic, partition, topicOffset(epochOf(topic), offset)),
    pause: (topic, partition) => consumer.pause(topic, partition),
    resume: (topic, partition) => consumer.resume(topic, partition),
    commit: (offsets) => consumer.commit(offsets.flatMap((place) => topicPlace(place, epochOf(place.topic)))),
    stop: () => consumer.stop(),
  };
}

/** Of an earlier epoch there is nothing to tell the group. */
function topicPlace(place: TopicPartitionOffset, epoch: number): TopicPartitionOffset[] {
  const offset = topicOffset(epoch, place.offset);
  return offset < 0 ? [] : [{ ...place, offset }];
}

/** The record as it stands in its topic. */
export function topicRecord(record: EventRecord, epoch: number): EventRecord {
  return epoch === 0 ? record : withOffset(record, topicOffset(epoch, record.offset));
}
