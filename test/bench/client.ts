/**
 * What the TypeScript client costs its own process, in CPU per call, next to a bare client of grpc-js that sends and receives
 * the same bytes; with values taken as arrays and as objects, and with merged calls. Rounds are interleaved, and their median
 * counts.
 */
import { join } from 'node:path';
import { connect, type FeatureClient, type OnlineFeatures } from '@forebay/client';
import { encodeMessage } from '@forebay/contract';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { reportBench } from './report';
import { endChild, startChild } from './support/child';

const IN_FLIGHT = 32;
const ROUNDS = 9;
const CALLS = 3_000;
const CALLS_OF_MANY_ROWS = 500;
const MANY_ROWS = 100;

type Call = () => Promise<unknown>;

const idsOf = (rows: number) => Array.from({ length: rows }, (_, i) => i);

function bareCall(client: Client, rows: number): Call {
  const keys = [{ join_key: 'id', integers: idsOf(rows) }];
  const request = encodeMessage('GetOnlineFeaturesRequest', { project: 'p', feature_service: 's', keys });
  const bytes = Buffer.from(request);
  const same = (buffer: Buffer) => buffer;
  return () =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        '/forebay.v1.FeatureService/GetOnlineFeatures',
        same,
        same,
        bytes,
        new Metadata(),
        { deadline: Date.now() + 5_000 },
        (error, response) => (error === null ? resolve(response) : reject(error)),
      );
    });
}

function clientCall(client: FeatureClient, rows: number, take: (features: OnlineFeatures) => unknown): Call {
  const request = { project: 'p', featureService: 's', keys: { id: idsOf(rows) } };
  return async () => take(await client.getOnlineFeatures(request));
}

/** µs of this process for each of the calls. */
async function cpuPerCall(call: Call, calls: number): Promise<number> {
  const before = process.cpuUsage();
  let left = calls;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (left-- > 0) await call();
    }),
  );
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;

async function measure(calls: readonly { readonly call: Call; readonly rows: number }[]): Promise<number[]> {
  const measured = calls.map((): number[] => []);
  for (let round = -1; round < ROUNDS; round++) {
    for (const [i, { call, rows }] of calls.entries()) {
      const cpu = await cpuPerCall(call, rows === 1 ? CALLS : CALLS_OF_MANY_ROWS);
      if (round >= 0) measured[i]?.push(cpu);
    }
  }
  return measured.map(median);
}

async function main(): Promise<void> {
  const { child, message: port } = await startChild<number>('answering-main', [], join(__dirname, 'client'));
  const address = `127.0.0.1:${port}`;
  const bare = new Client(address, credentials.createInsecure(), { 'grpc.enable_channelz': 0 });
  const client = connect({ address });
  const merging = connect({ address, batching: true });
  try {
    const [one, oneArray, oneMerged, many, manyArray, manyObjects] = (await measure([
      { rows: 1, call: bareCall(bare, 1) },
      { rows: 1, call: clientCall(client, 1, ({ float64s }) => float64s) },
      { rows: 1, call: clientCall(merging, 1, ({ float64s }) => float64s) },
      { rows: MANY_ROWS, call: bareCall(bare, MANY_ROWS) },
      { rows: MANY_ROWS, call: clientCall(client, MANY_ROWS, ({ float64s }) => float64s) },
      { rows: MANY_ROWS, call: clientCall(client, MANY_ROWS, ({ rows }) => rows) },
    ])) as [number, number, number, number, number, number];
    const unit = 'µs CPU/call';
    const against = '× grpc-js';
    reportBench('client', [
      { case: 'grpc-js alone, 1 × 50', value: one, unit, target: null },
      { case: 'arrays, 1 × 50', ratio: oneArray / one, unit: against, target: { atMost: 1.3 } },
      { case: 'arrays, 1 × 50, merged', ratio: oneMerged / one, unit: against, target: { atMost: 0.5 } },
      { case: 'grpc-js alone, 100 × 50', value: many, unit, target: null },
      { case: 'arrays, 100 × 50', ratio: manyArray / many, unit: against, target: { atMost: 1.7 } },
      { case: 'objects, 100 × 50', ratio: manyObjects / many, unit: against, target: null },
    ]);
  } finally {
    await Promise.all([client.close(), merging.close()]);
    bare.close();
    await endChild(child);
  }
}

void main();
