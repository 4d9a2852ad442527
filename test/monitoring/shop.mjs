/** A running installation of shop.yaml with history, and what the traffic and the faults reach it by. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forebay, HOUR, MINUTE, withInstallation } from '../../examples/flights/demo-set-up.mjs';
import { ROOT } from '../../scripts/lib/root.mjs';

const require = createRequire(import.meta.url);
const { connect } = require('@forebay/client');
const { connectEventLog } = require('@forebay/event-log');
const { JobQueue } = require('@forebay/jobs');
const { createClient } = require('@clickhouse/client');
const { Redis } = require('ioredis');

const DEFINITIONS_FILE = join(ROOT, 'test/monitoring/shop.yaml');
const CUSTOMERS = 40;
const DAY = 24 * HOUR;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Runs `body` with the shop, and ends everything after it. */
export async function withShop(body) {
  const closing = [];
  const directory = mkdtempSync(join(tmpdir(), 'forebay-shop-'));
  closing.push(() => rmSync(directory, { recursive: true, force: true }));
  try {
    const lineage = await startLineage();
    closing.push(lineage.close);
    const { token, entry } = await forebay(
      process.env,
      ...['token', 'create', '--name', 'monitoring-test', '--grant', 'read:*/*', '--grant', 'push:*/*'],
    );
    const accessFile = join(directory, 'access.yaml');
    writeFileSync(accessFile, JSON.stringify({ tokens: [withoutNull(entry)] }));
    const settings = {
      FOREBAY_SERVING_ACCESS_FILE: accessFile,
      FOREBAY_SERVING_FEAST_HTTP_PORT: '0',
      FOREBAY_SERVING_LOG_SHARE: '1',
      FOREBAY_SERVING_LOG_FLUSH_EVERY: '500ms',
      FOREBAY_SERVING_LOG_MEMORY_BYTES: '65536',
      FOREBAY_LINEAGE_URL: lineage.url,
    };
    await withInstallation({ env: process.env, settings }, async ({ env, services }) => {
      // connections are closed before their servers stop
      const connections = [];
      try {
        const shop = await connected({ env, services, token, closing: connections });
        await body({ ...shop, env, services, directory, accessFile, lineage });
      } finally {
        for (const close of connections.reverse()) await close();
      }
    });
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** Somebody else is responsible from now on: a new version of the registry, which services take up. */
export async function applyOwner({ env, directory }) {
  const file = join(directory, 'shop.yaml');
  const text = readFileSync(DEFINITIONS_FILE, 'utf8');
  writeFileSync(file, text.replace('name: customer, ', 'name: customer, owner: somebody else, '));
  await forebay(env, 'apply', file);
}

const withoutNull = (entry) =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null));

async function connected({ env, services, token, closing }) {
  const { grpc, feast } = services.ports.serving;
  const client = connect({
    address: `127.0.0.1:${grpc}`,
    deadlineMs: 5_000,
    token,
    allowTokenOverPlainText: true,
  });
  closing.push(() => client.close());
  const log = await connectEventLog({
    brokers: env.FOREBAY_KAFKA_BROKERS.split(','),
    clientId: 'monitoring-test',
    logger: silent,
  });
  closing.push(() => log.close());
  const producer = await log.producer();
  closing.push(() => producer.close());
  const queue = new JobQueue({ url: env.FOREBAY_QUEUE_REDIS_URL, setting: 'FOREBAY_QUEUE_REDIS_URL' });
  closing.push(() => queue.close());
  const redis = new Redis(env.FOREBAY_REDIS_URL);
  closing.push(() => redis.disconnect());
  const clickhouse = createClient({ url: env.FOREBAY_CLICKHOUSE_URL, database: 'forebay' });
  closing.push(() => clickhouse.close());
  await forebay(env, 'apply', DEFINITIONS_FILE);
  await loadHistory(env);
  return {
    client,
    producer,
    queue,
    redis,
    clickhouse,
    grpcPort: grpc,
    feast: (request) =>
      fetch(`http://127.0.0.1:${feast}/get-online-features`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(request),
      }),
  };
}

/** Orders of four days, one an hour of each customer; since the day before yesterday they cost ten times as much. */
async function loadHistory(env) {
  const directory = mkdtempSync(join(tmpdir(), 'forebay-history-'));
  const until = Math.floor((Date.now() - 10 * MINUTE) / MINUTE) * MINUTE;
  const rows = ['time,id,customer,price,category'];
  for (let at = until - 4 * DAY; at < until; at += HOUR) {
    for (let i = 0; i < CUSTOMERS; i++) {
      const price = (10 + ((at / HOUR + 7 * i) % 10)) * (at < until - 2 * DAY ? 1 : 10);
      rows.push(`${new Date(at + i * 1_000).toISOString()},h${at}-${i},c${i},${price},books`);
    }
  }
  const file = join(directory, 'history.csv');
  writeFileSync(file, `${rows.join('\n')}\n`);
  const completeUntil = new Date(until).toISOString();
  await forebay(env, 'load', '--source', 'orders', '--file', file, '--complete-until', completeUntil);
  rmSync(directory, { recursive: true, force: true });
}

/** A receiver of OpenLineage events, which refuses them once it is told to. */
async function startLineage() {
  let status = 201;
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status).end());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/api/v1/lineage`,
    refuse() {
      status = 400;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
