import { integerSetting, KAFKA_SECURITY_SETTINGS, serversSetting } from '@forebay/service-kit';

/** Of `PushEvents`, and of Feast's `POST /push`. */
export const PUSH_SETTINGS = {
  pushKafkaBrokers: serversSetting({
    env: 'FOREBAY_SERVING_PUSH_KAFKA_BROKERS',
    optional: true,
    description: 'Brokers of the Kafka cluster that pushed events are written to; unset: none are taken.',
  }),
  ...KAFKA_SECURITY_SETTINGS,
  pushMaxEvents: integerSetting({
    env: 'FOREBAY_SERVING_PUSH_MAX_EVENTS',
    min: 1,
    max: 100_000,
    default: '1000',
    description: 'Events that one call may push.',
  }),
  pushMemoryBytes: integerSetting({
    env: 'FOREBAY_SERVING_PUSH_MEMORY_BYTES',
    min: 1_048_576,
    max: 4 * 1_024 ** 3,
    default: '67108864',
    description:
      'Memory, of each process, in which pushed events wait for Kafka; calls for whose events there is no room are refused with RESOURCE_EXHAUSTED.',
  }),
};
