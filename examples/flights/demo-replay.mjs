/** Sends flights to the topic, keyed by airport, and remembers the position that each row got. */
import { createRequire } from 'node:module';
import { loadedPositions, NOT_KNOWN, RECORD } from './naive.mjs';

const { connectEventLog } = createRequire(import.meta.url)('@forebay/event-log');

const TOPIC = 'flights';
const PARTITIONS = 4;
const BATCH = 5_000;
const LIVE_EVERY_MS = 250;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Any function of the airport keeps the flights of an airport in order. */
const partitionOf = (origin) =>
  [...origin].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % PARTITIONS;

const flightAt = (flights, row) => ({
  time: flights.time[row],
  origin: flights.origin[row],
  destination: flights.destination[row],
  delay: flights.delay[row],
  distance: flights.distance[row],
});

export class Replay {
  #log;
  #producer;

  static async open(environment) {
    const replay = new Replay();
    replay.#log = await connectEventLog({
      brokers: environment.FOREBAY_KAFKA_BROKERS.split(','),
      clientId: 'flights-demo',
      logger: silent,
    });
    replay.#producer = await replay.#log.producer();
    return replay;
  }

  async send(events) {
    await this.#producer.send(
      events.map((event) => ({
        topic: TOPIC,
        key: event.origin,
        value: JSON.stringify(event),
        partition: partitionOf(event.origin),
      })),
    );
  }

  /** Sends the rows with from ≤ time < to; returns the positions of all rows as they are known now. */
  async run(flights, from, to) {
    const next = new Float64Array(PARTITIONS);
    for (const [partition, offset] of await this.#log.admin.endOffsets(TOPIC)) next[partition] = offset;
    const positions = loadedPositions(flights.count);
    const startedAt = performance.now();
    let sent = 0;
    let batch = [];
    for (let row = 0; row < flights.count; row++) {
      if (flights.time[row] < from) continue;
      positions.how[row] = NOT_KNOWN;
      if (flights.time[row] >= to) continue;
      const partition = partitionOf(flights.origin[row]);
      positions.how[row] = RECORD;
      positions.major[row] = partition;
      positions.minor[row] = next[partition]++;
      batch.push(flightAt(flights, row));
      if (batch.length === BATCH) {
        await this.send(batch);
        sent += batch.length;
        batch = [];
      }
    }
    if (batch.length > 0) await this.send(batch);
    sent += batch.length;
    return { positions, sent, rate: sent / ((performance.now() - startedAt) / 1000) };
  }

  /** Sends flights from `from` on when their time has come, until `stopped` resolves. */
  async live(flights, from, stopped) {
    let row = flights.time.findIndex((time) => time >= from);
    let running = true;
    void stopped.then(() => {
      running = false;
    });
    while (running && row >= 0 && row < flights.count) {
      const due = [];
      while (row < flights.count && flights.time[row] < Date.now()) due.push(flightAt(flights, row++));
      if (due.length > 0) await this.send(due);
      await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, LIVE_EVERY_MS))]);
    }
    await stopped;
  }

  async close() {
    await this.#producer.close();
    await this.#log.close();
  }
}
