/** Redis, the serving service as users run it, the ceiling and the client: each a process of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startServices } from '@forebay/cli';
import { HOUR_MS } from '@forebay/contract';
import { startLocalStack } from '@forebay/local-stack';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { newAccessToken, tokenHash } from '@forebay/service-kit';
import { endChild, startChild } from '../support/child';
import type { Instants } from '../support/engine-values';
import { GET_ONLINE_FEATURES, RawClient } from '../support/raw-client';
import { latest, PROJECT, wide } from './declared';
import type { Processes } from './interleaved';
import { LoadClient } from './load-client';
import {
  apply,
  finishWindowed,
  progress,
  tableKey,
  type WindowedValues,
  writeTable,
  writeWindowed,
} from './stored';

export const LATEST_ENTITIES = 20_000;
/** Of each kind. */
export const WINDOWED_ENTITIES = 1_000;
const WIDE_ENTITIES = 200;
const PROGRESS_EVERY_MS = 500;
/** What clients ask for, as gRPC writes it: a second. */
const DEADLINE = '1S';
/** How far behind now the last batch run's cut is. */
const CUT_AGE_MS = 2 * HOUR_MS;

export interface ServingInstallation {
  readonly client: LoadClient;
  readonly redis: RedisConnection;
  readonly port: number;
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly processes: Processes;
  readonly windowed: { readonly typical: WindowedValues; readonly busy: WindowedValues };
  readonly ceilingPort: number;
  /** One more serving service, of the same values; it is stopped with the others. */
  startAnother(environment: Readonly<Record<string, string>>): Promise<{ pid: number; port: number }>;
  /** The length that all of the answers of a service have. Throws if they differ. */
  lengthAt(port: number, requests: readonly Uint8Array[]): Promise<number>;
  /** The same of the first service; the ceiling answers with as many from then on. */
  answerBytes(requests: readonly Uint8Array[]): Promise<number>;
}

/** Starts everything, runs `work`, and leaves no process behind, whatever happens. */
export async function withServing(
  { environment = {} }: { readonly environment?: Readonly<Record<string, string>> },
  work: (installation: ServingInstallation) => Promise<void>,
): Promise<void> {
  const stops: (() => Promise<void> | void)[] = [];
  try {
    const stack = await startLocalStack({ homeDir: resolve('.forebay'), parts: ['redis'] });
    stops.push(() => stack.stop());
    const redis = await connectRedis({ url: stack.redisUrl, role: 'admin', setting: 'the local stack' });
    stops.push(() => redis.close());
    const windowed = await fill(redis);
    const keepFresh = setInterval(() => void progress(redis, Date.now()), PROGRESS_EVERY_MS);
    stops.push(() => clearInterval(keepFresh));
    const access = await writeAccess();
    stops.push(access.remove);
    const startServing = async (more: Readonly<Record<string, string>>) => {
      const running = await startServices({
        environment: { ...process.env, ...stack.environment(), ...access.environment, ...more },
        services: ['serving'],
        log: (_, line) => console.error(line),
      });
      stops.push(() => running.stop());
      return { pid: running.services.serving?.pid as number, port: running.ports.serving?.grpc as number };
    };
    const { pid, port } = await startServing(environment);
    const { child: ceiling, message } = await startChild<{ port: number }>('ceiling-main', [], __dirname);
    stops.push(() => endChild(ceiling));
    const client = await LoadClient.start();
    stops.push(() => client.stop());
    await work({
      client,
      redis,
      port,
      path: GET_ONLINE_FEATURES,
      metadata: { ...access.metadata, 'grpc-timeout': DEADLINE },
      windowed,
      ceilingPort: message.port,
      startAnother: startServing,
      processes: { ours: pid, ceiling: ceiling.pid as number },
      lengthAt: (at, requests) => answerBytes(`127.0.0.1:${at}`, requests, access.metadata),
      async answerBytes(requests) {
        const bytes = await answerBytes(`127.0.0.1:${port}`, requests, access.metadata);
        const registered = new Promise((done) => ceiling.once('message', done));
        ceiling.send(bytes);
        await registered;
        return bytes;
      },
    });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function fill(redis: RedisConnection): Promise<ServingInstallation['windowed']> {
  const nowMs = Date.now();
  const cutMs = Math.floor((nowMs - CUT_AGE_MS) / HOUR_MS) * HOUR_MS;
  const instants: Instants = { nowMs, cutMs, runClockMs: cutMs + HOUR_MS };
  await apply(redis);
  await writeTable(redis, latest, LATEST_ENTITIES, nowMs);
  const typical = await writeWindowed(redis, 'typical', { from: 0, count: WINDOWED_ENTITIES }, instants);
  const busy = await writeWindowed(
    redis,
    'busy',
    { from: WINDOWED_ENTITIES, count: WINDOWED_ENTITIES },
    instants,
  );
  await finishWindowed(redis, instants);
  await progress(redis, Date.now());
  return { typical, busy };
}

/** A file with the hash of one token, which may read the project, as an operator would write it. */
async function writeAccess() {
  const directory = await mkdtemp(join(tmpdir(), 'forebay-bench-'));
  const file = join(directory, 'access.json');
  const token = newAccessToken();
  const entry = { name: 'bench', sha256: tokenHash(token), grants: [`read:${PROJECT}/*`] };
  await writeFile(file, JSON.stringify({ tokens: [entry] }));
  return {
    metadata: { authorization: `Bearer ${token}` },
    environment: {
      FOREBAY_SERVING_TRANSPORT: 'plaintext',
      FOREBAY_SERVING_AUTHENTICATION: 'required',
      FOREBAY_SERVING_ACCESS_FILE: file,
      FOREBAY_LOG_LEVEL: 'warn',
    },
    remove: () => rm(directory, { recursive: true }),
  };
}

async function answerBytes(
  address: string,
  requests: readonly Uint8Array[],
  metadata: Readonly<Record<string, string>>,
): Promise<number> {
  const lengths = new Set<number>();
  for (const request of requests) {
    const client = new RawClient(address, request, metadata);
    lengths.add((await client.call()).length);
    client.close();
  }
  if (lengths.size !== 1) throw new Error(`the answers have lengths ${[...lengths].join(', ')}`);
  return [...lengths][0] as number;
}

/** Means over some of the entities: keys, values and what Redis needs beside them. */
export async function bytesOfWideEntity(redis: RedisConnection): Promise<number> {
  const nowMs = Date.now();
  for (const table of wide) await writeTable(redis, table, WIDE_ENTITIES, nowMs);
  const sizes = await Promise.all(
    Array.from({ length: WIDE_ENTITIES }, (_, id) => id).flatMap((id) =>
      wide.map(({ view }) => redis.client.memory('USAGE', tableKey(view.id, id), 'SAMPLES', 0)),
    ),
  );
  return sizes.reduce((sum: number, size) => sum + Number(size), 0) / WIDE_ENTITIES;
}
