/**
 * The least that a consumer in Node does: kafkajs' eachBatch, JSON.parse, one look-up in a Map, and one tile of the six aggregations
 * that the event is added to. Argument: a ReadingOrder as JSON. Tells its parent what it Consumed.
 */
import { Kafka, logLevel } from 'kafkajs';
import type { Consumed, ReadingOrder } from './consumed';

/** Of a tile: count, sum and its compensation, min, max, mean, M2. */
const TILE = 7;

interface Payment {
  readonly user: string;
  readonly amount: number;
}

function addToTile(tile: Float64Array, x: number): void {
  const n = (tile[0] as number) + 1;
  tile[0] = n;
  const y = x - (tile[2] as number);
  const sum = (tile[1] as number) + y;
  tile[2] = sum - (tile[1] as number) - y;
  tile[1] = sum;
  if (x < (tile[3] as number)) tile[3] = x;
  if (x > (tile[4] as number)) tile[4] = x;
  const delta = x - (tile[5] as number);
  const mean = (tile[5] as number) + delta / n;
  tile[5] = mean;
  tile[6] = (tile[6] as number) + delta * (x - mean);
}

async function main([argument]: readonly string[]): Promise<void> {
  const { brokers, topic, name, from, to } = JSON.parse(argument as string) as ReadingOrder;
  const kafka = new Kafka({ brokers: [brokers], clientId: 'floor', logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: name, maxWaitTimeInMs: 20, maxBytesPerPartition: 1_048_576 });
  const tiles = new Map<string, Float64Array>();
  let events = 0;
  let measuredFrom = -1;
  let used = process.cpuUsage();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const eachBatch = async ({ batch }: { batch: { messages: { value: Buffer | null }[] } }) => {
      if (measuredFrom < 0 && events >= from) {
        measuredFrom = events;
        used = process.cpuUsage();
      }
      for (const { value } of batch.messages) {
        const { user, amount } = JSON.parse((value as Buffer).toString()) as Payment;
        let tile = tiles.get(user);
        if (tile === undefined) {
          tile = new Float64Array(TILE);
          tile[3] = Number.POSITIVE_INFINITY;
          tile[4] = Number.NEGATIVE_INFINITY;
          tiles.set(user, tile);
        }
        addToTile(tile, amount);
      }
      events += batch.messages.length;
      if (events >= to) resolve();
    };
    consumer.run({ autoCommit: false, eachBatch }).catch(reject);
  });
  const { user, system } = process.cpuUsage(used);
  const consumed: Consumed = { events: events - measuredFrom, cpuUs: user + system };
  process.send?.(consumed);
  await consumer.disconnect();
  process.disconnect?.();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
