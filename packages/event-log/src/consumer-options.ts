import { ForebayError } from '@forebay/contract';
import type { EventLogLogger } from './event-log-logger';
import type { RecordBatch, TopicPartition, TopicPartitionOffset } from './record';
import type { Watermarks } from './topic-admin';

/** Where to begin in a partition. */
export type StartOffset = number | 'beginning' | 'end';

export interface PartitionStart extends TopicPartition {
  readonly offset: StartOffset;
}

/** A position that the partition does not hold: before what is kept, or behind its end. */
export interface OutOfRange extends TopicPartitionOffset {
  readonly held: Watermarks;
}

export type RevokeReason = 'rebalance' | 'interruption' | 'failure' | 'stop';

/**
 * What is done with an assignment and its records. For one consumer the calls of `onAssigned`, `onRevoked`, `onRebalancing` and
 * `onOutOfRange` never overlap; between `onRebalancing` or `onRevoked` and the next `onAssigned` there is no `onBatch`.
 *
 * What a handler throws ends the assignment. A retryable ForebayError: everything is revoked, and after a pause the
 * consumer joins again and asks `onAssigned` where to begin. Any other: the consumer stops and reports it as fatal.
 */
export interface ConsumerHandlers {
  /**
   * These are all of our partitions from now on: where does each begin? Nothing is delivered before the answer. Those that were
   * ours before, and were not revoked, have been nobody else's in between: they may go on where they stand.
   */
  onAssigned(partitions: readonly TopicPartition[]): Promise<readonly PartitionStart[]>;
  /**
   * They are not ours any more (or are about to be given up, at a stop); no batch is being handled. When the group is
   * rebalancing, their next owner may have begun already.
   */
  onRevoked(partitions: readonly TopicPartition[], reason: RevokeReason): Promise<void>;
  /**
   * The group is being made anew, and some of our partitions may become another's, who begins where we have stored that we
   * are: a good time to store it. What is kept is known when `onRevoked` and `onAssigned` are called.
   */
  onRebalancing?(): Promise<void>;
  /** Records to handle; the next batch of any partition waits for the answer. */
  onBatch(batch: RecordBatch): Promise<void>;
  /**
   * A broker has refused to read a partition for a moment, as it does while a topic is deleted: the topic of that name may be
   * another one by now, with other records at the same offsets. No batch is delivered before the answer; throw if it is.
   */
  onDoubt?(): Promise<void>;
  /** The position is not in the log: go on elsewhere, leave the partition unread (`leave`), or throw. Never skipped silently. */
  onOutOfRange(place: OutOfRange): Promise<StartOffset | 'leave'>;
  /** `fatal`: the consumer has stopped. Otherwise it was interrupted, and is joining again by itself. */
  onError(error: ForebayError, info: { readonly fatal: boolean }): void;
}

export interface ConsumerOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly handlers: ConsumerHandlers;
  readonly logger: EventLogLogger;
  /** A member that is silent for so long loses its partitions. Default 10 s; the broker refuses less than 6 s unless told otherwise. */
  readonly sessionTimeoutMs?: number;
  /** How long a rebalance waits for a member that is handling a batch. Default 60 s. */
  readonly rebalanceTimeoutMs?: number;
  /** How long a fetch waits for `minBytes`; a stop, a seek and a rebalance wait for it too. Default 25 ms, at most 500 ms. */
  readonly maxWaitMs?: number;
  /** Default 1: answer as soon as there is a record. */
  readonly minBytes?: number;
  /** Default 1 MiB. */
  readonly maxBytesPerPartition?: number;
}

export type CompiledConsumerOptions = Required<ConsumerOptions>;

const MAX_WAIT_LIMIT_MS = 500;

/** Options with all defaults; throws ForebayError `invalid_configuration` on a conflict. */
export function compileConsumerOptions(options: ConsumerOptions): CompiledConsumerOptions {
  const compiled: CompiledConsumerOptions = {
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 60_000,
    maxWaitMs: 25,
    minBytes: 1,
    maxBytesPerPartition: 1_048_576,
    ...options,
  };
  const { maxWaitMs, sessionTimeoutMs, rebalanceTimeoutMs, minBytes, maxBytesPerPartition, topics } =
    compiled;
  const refuse = (mistake: string): never => {
    throw new ForebayError('invalid_configuration', `consumer group "${options.groupId}": ${mistake}`);
  };
  if (topics.length === 0) refuse('there is no topic to read');
  if (!(maxWaitMs >= 1 && maxWaitMs <= MAX_WAIT_LIMIT_MS)) {
    refuse(
      `maxWaitMs ${maxWaitMs} is not between 1 and ${MAX_WAIT_LIMIT_MS}: stops and rebalances wait for it`,
    );
  }
  if (sessionTimeoutMs < 4 * maxWaitMs)
    refuse(`sessionTimeoutMs ${sessionTimeoutMs} is not at least 4 × maxWaitMs`);
  if (rebalanceTimeoutMs < sessionTimeoutMs)
    refuse(`rebalanceTimeoutMs ${rebalanceTimeoutMs} is below sessionTimeoutMs`);
  if (minBytes < 1 || maxBytesPerPartition < 1)
    refuse('minBytes and maxBytesPerPartition must be at least 1');
  return compiled;
}
