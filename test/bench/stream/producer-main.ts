/** Produces payments of now at a pace. Argument: a ProducingOrder as JSON. Ends when all are written, or when it is told to. */
import { connectEventLog, type RecordProducer } from '@forebay/event-log';
import { Payments } from './payments';

export interface ProducingOrder {
  readonly brokers: string;
  readonly eventsPerSecond: number;
  readonly events: number;
  readonly entities: number;
}

const TICK_MS = 10;
const SEED = 8;
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What is due is sent at every tick, so that a late tick sends more; sends do not wait for each other. */
async function produce(producer: RecordProducer, order: ProducingOrder): Promise<void> {
  const payments = new Payments({ entities: order.entities, seed: SEED });
  const startedMs = performance.now();
  let sent = 0;
  let writing: Promise<unknown> = Promise.resolve();
  await new Promise<void>((done) => {
    const timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedMs) / 1_000) * order.eventsPerSecond);
      const count = Math.min(order.events, due) - sent;
      if (count > 0) writing = producer.send(Array.from({ length: count }, () => payments.at(Date.now())));
      sent += Math.max(0, count);
      if (sent < order.events) return;
      clearInterval(timer);
      done();
    }, TICK_MS);
  });
  await writing;
}

async function main([argument]: readonly string[]): Promise<void> {
  const order = JSON.parse(argument as string) as ProducingOrder;
  process.once('SIGTERM', () => process.exit(0));
  const eventLog = await connectEventLog({
    brokers: [order.brokers],
    clientId: 'bench-producer',
    logger: SILENT,
  });
  const producer = await eventLog.producer();
  process.send?.('producing');
  await produce(producer, order);
  await producer.close();
  await eventLog.close();
  process.disconnect?.();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
