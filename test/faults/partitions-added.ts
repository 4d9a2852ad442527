import { Kafka, logLevel } from 'kafkajs';
import type { Fault } from './fault';

const ADDED = 3;
/** The broker's client looks at metadata every minute at the latest. */
const SEEN_WITHIN_MS = 120_000;

/** Keys move to other partitions with it, so an entity's events are in two of them. */
export const partitionsAdded: Fault = {
  name: 'partitions-added',
  says: `the topic gets ${ADDED} partitions more while it is read, and users move to other ones`,
  times: 1,
  shortTimes: 0,
  isFresh: true,
  async disturb(scene) {
    await scene.reachedSomewhere();
    const { topic, stack } = scene;
    const kafka = new Kafka({ brokers: [stack.kafkaBrokers], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    const count = scene.options.partitions + ADDED;
    await admin.createPartitions({ topicPartitions: [{ topic, count }] });
    await admin.disconnect();
    await scene.installation.forgetProducer();
    const startedAt = performance.now();
    await scene.produce(2_000);
    const size = await scene.installation.topicSize();
    await scene.within(
      SEEN_WITHIN_MS,
      'the new partitions are read',
      async () => (await scene.checkpointed()) >= size,
    );
    scene.notes.add(`read after ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
  },
};
