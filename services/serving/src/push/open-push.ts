import { type RedisConnection, readCheckpoint } from '@forebay/online-store';
import { type Configuration, type Instruments, type Logger, readKafkaSecurity } from '@forebay/service-kit';
import type { AppliedRegistry } from '../registry/applied-registry';
import { AppliedWatch } from './applied-watch';
import type { PushEvents } from './push-events';
import { PushMetrics } from './push-metrics';
import { PushProducer } from './push-producer';
import type { PUSH_SETTINGS } from './push-settings';

export interface PushDependencies {
  readonly registry: { readonly current: AppliedRegistry };
  /** Of values and checkpoints. */
  readonly redis: RedisConnection;
  readonly instruments: Instruments;
  readonly logger: Logger;
  readonly clock: () => number;
}

/** Nothing is connected yet. Without brokers, pushes are answered with what to set. */
export function openPush(
  configuration: Configuration<typeof PUSH_SETTINGS>,
  { registry, redis, instruments, logger, clock }: PushDependencies,
): PushEvents {
  const { pushKafkaBrokers: brokers, pushMaxEvents, pushMemoryBytes: maxWaitingBytes } = configuration;
  const security = readKafkaSecurity(configuration);
  const producer =
    brokers === undefined ? null : new PushProducer({ brokers, security, logger, maxWaitingBytes });
  return {
    registry,
    producer,
    applied: new AppliedWatch({
      readCheckpoint: (bucket, sourceId) => readCheckpoint(redis, bucket, sourceId),
    }),
    buckets: redis.buckets,
    maxEvents: pushMaxEvents,
    metrics: new PushMetrics(instruments, () => producer?.waitingBytes ?? 0),
    clock,
  };
}
