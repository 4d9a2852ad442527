/**
 * The least that a consumer in Node can do: kafkajs, JSON.parse, one look-up in a Map. Arguments: broker, topic, events.
 * Tells its parent the CPU time per event, in µs.
 */
import { Kafka, logLevel } from 'kafkajs';

async function main([broker, topic, wanted]: readonly string[]): Promise<void> {
  const kafka = new Kafka({ brokers: [broker as string], clientId: 'floor', logLevel: logLevel.ERROR });
  const consumer = kafka.consumer({ groupId: 'floor', maxWaitTimeInMs: 20 });
  const counts = new Map<string, number>();
  let events = 0;
  let used = process.cpuUsage();
  await consumer.connect();
  await consumer.subscribe({ topic: topic as string, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const eachBatch = async ({ batch }: { batch: { messages: { value: Buffer | null }[] } }) => {
      if (events === 0) used = process.cpuUsage();
      for (const { value } of batch.messages) {
        const { origin } = JSON.parse((value as Buffer).toString()) as { origin: string };
        counts.set(origin, (counts.get(origin) ?? 0) + 1);
      }
      events += batch.messages.length;
      if (events >= Number(wanted)) resolve();
    };
    consumer.run({ autoCommit: false, eachBatch }).catch(reject);
  });
  const { user, system } = process.cpuUsage(used);
  process.send?.({ cpuUsPerEvent: (user + system) / events });
  await consumer.disconnect();
  process.disconnect?.();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
