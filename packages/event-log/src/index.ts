export type { BrokerSecurity, SaslCredentials } from './broker-security';
export type {
  ConsumerHandlers,
  ConsumerOptions,
  OutOfRange,
  PartitionStart,
  RevokeReason,
  StartOffset,
} from './consumer-options';
export {
  DEAD_LETTER_HEADERS,
  type DeadLetter,
  type DeadLetterOrigin,
  DeadLetters,
  deadLetterTopic,
  originalHeaders,
  readDeadLetterOrigin,
} from './dead-letters';
export { connectEventLog, type EventLog, type EventLogOptions } from './event-log';
export type { EventLogLogger } from './event-log-logger';
export { keptLog, type LogConsumer, type ReadableLog, topicRecord } from './kept-log';
export { OUTPUT_TOPIC_CONFIG } from './output-topic-config';
export { type ProbedEnds, ProgressProber, type ProgressProberOptions } from './progress-prober';
export { ProgressTracker } from './progress-tracker';
export { type PlacedRecord, readTopic, type TopicRange } from './read-topic';
export type {
  EventRecord,
  NewRecord,
  RecordBatch,
  RecordHeaders,
  TopicPartition,
  TopicPartitionOffset,
} from './record';
export type { RecordConsumer } from './record-consumer';
export type { RecordProducer } from './record-producer';
export {
  REKEY_HEADERS,
  type RekeyedRecord,
  type RekeyOrigin,
  readRekeyed,
  rekeyedRecord,
  rekeyGroup,
} from './rekeyed-record';
export { replayRecord } from './replay-record';
export { REPLAY_HEADERS, type ReplayOrigin, readReplayOrigin } from './replays';
export type { TopicAdmin, TopicOptions, TopicRetention, Watermarks } from './topic-admin';
export {
  epochOfKept,
  isOvertaken,
  isTopicBeginning,
  keptOffset,
  keptWatermarks,
  MAX_TOPIC_EPOCH,
  OFFSETS_PER_EPOCH,
  topicOffset,
} from './topic-epoch';
