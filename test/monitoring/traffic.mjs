/** What goes on all the time: events, reads over gRPC and Feast's HTTP, pushes; and more once it is told to. */
import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 100;
/** Of the times that it does something, every so many-th it does what comes less often, and what was added. */
const RARELY = 5;
const CUSTOMERS = 40;
/** Above it a read is slow, for the alerts. */
const SLOW_MS = 32;

export class Traffic {
  /** Each is awaited, half a second after the other, until the end. */
  also = [];
  /** Of reads over gRPC. */
  reads = { all: 0, slow: 0 };
  #shop;
  #isOn = true;
  #readsToo = false;
  #count = 0;
  #running;

  constructor(shop) {
    this.#shop = shop;
    this.#running = this.#run();
    // Whoever waits for the end is told; until then it is no unhandled rejection.
    this.#running.catch(() => {});
  }

  /** Before it views have no values to read. */
  beginReading() {
    this.#readsToo = true;
  }

  /** Throws what went wrong. */
  async stop() {
    this.#isOn = false;
    await this.#running;
  }

  async #run() {
    for (; this.#isOn; this.#count++) {
      await this.#events();
      if (this.#readsToo) await this.#read();
      if (this.#count % RARELY === 0) for (const act of this.also) await act();
      await sleep(EVERY_MS);
    }
  }

  async #events() {
    const { producer, client } = this.#shop;
    const i = this.#count;
    // "quiet" has events at the beginning only
    const customer = i < 3 ? 'quiet' : `c${i % CUSTOMERS}`;
    const time = Date.now() - 5;
    await producer.send([
      record('clicks', { time: time - 1, id: `k${i}`, customer }),
      record('orders', orderOf(`o${i}`, customer, { time })),
      record('visits', { time, customer, page: '/' }),
    ]);
    if (i % RARELY === 0) {
      const events = [orderOf(`p${i}`, customer, { time })];
      await client.pushEvents({ project: 'shop', source: 'orders', events }).catch(unlessUnavailable);
    }
  }

  async #read() {
    const { client, feast } = this.#shop;
    const customers = [`c${this.#count % CUSTOMERS}`, 'quiet'];
    const from = performance.now();
    await client
      .getOnlineFeatures({ project: 'shop', featureService: 'checkout', keys: { customer: customers } })
      .catch(unlessUnavailable);
    this.reads.all++;
    if (performance.now() - from > SLOW_MS) this.reads.slow++;
    if (this.#count % RARELY === 0)
      await feast({ feature_service: 'checkout', entities: { customer: customers } });
  }
}

/** Of a call: Redis is away or slow at times. */
export function unlessUnavailable(error) {
  if (!['unavailable', 'deadline_exceeded', 'overloaded'].includes(error.reason)) throw error;
}

export const orderOf = (id, customer, more = {}) => ({
  time: Date.now(),
  id,
  customer,
  price: 100,
  category: 'books',
  ...more,
});

export const record = (topic, event) => ({ topic, key: event.customer ?? '', value: JSON.stringify(event) });
