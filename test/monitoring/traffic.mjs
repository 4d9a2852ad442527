/** Everything that gives samples: events, reads, jobs, a verification, records that are no events; until it is told to end. */
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { setUpFlights, withInstallation } from '../../examples/flights/demo-set-up.mjs';

const require = createRequire(import.meta.url);
const { connect } = require('@forebay/client');
const { connectEventLog } = require('@forebay/event-log');
const { JobQueue } = require('@forebay/jobs');

const EVERY_MS = 100;
const JOBS_EVERY = 40;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Runs `body` with the ports of running services while there is traffic. */
export function withTraffic(definitions, body) {
  return withInstallation({ env: process.env }, async ({ env, services }) => {
    const client = connect({ address: `127.0.0.1:${services.ports.serving.grpc}`, deadlineMs: 30_000 });
    const log = await connectEventLog({
      brokers: env.FOREBAY_KAFKA_BROKERS.split(','),
      clientId: 'monitoring-test',
      logger: silent,
    });
    const producer = await log.producer();
    const queue = new JobQueue({ url: env.FOREBAY_QUEUE_REDIS_URL, setting: 'FOREBAY_QUEUE_REDIS_URL' });
    const traffic = { isOn: true };
    try {
      await setUpFlights({ env, client, definitions });
      const running = run(traffic, { client, producer, queue });
      try {
        await body(services.ports);
      } finally {
        traffic.isOn = false;
        await running;
      }
    } finally {
      await queue.close();
      await producer.close();
      await log.close();
      client.close();
    }
  });
}

async function run(traffic, { client, producer, queue }) {
  const jobs = [];
  for (let i = 0; traffic.isOn; i++) {
    const event = { time: Date.now() - 5, origin: 'ORD', destination: 'ATL', delay: 5, distance: 606 };
    const value = i % 10 === 0 ? 'no JSON' : JSON.stringify(event);
    await producer.send([{ topic: 'flights', key: 'ORD', value }]);
    await client.getOnlineFeatures({
      project: 'flights',
      featureService: 'airport_board',
      keys: { airport: ['ORD', 'ATL'] },
    });
    if (i % JOBS_EVERY === 0) {
      const view = {
        project: 'flights',
        view: 'airport_delays',
        version: 1,
        requested_by: 'monitoring-test',
      };
      jobs.push(await queue.add('materialize', view), await queue.add('verify', { ...view, share: 0.1 }));
    }
    await sleep(EVERY_MS);
  }
  await Promise.all(jobs.map((job) => job.finished({ timeoutMs: 120_000 })));
}
