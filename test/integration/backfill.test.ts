/** New views are filled from history by jobs of the kind backfill; afterwards each value is what a plain recomputation gives. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EXIT, main } from '@forebay/cli';
import type { ForebayError } from '@forebay/contract';
import type { PayloadInput } from '@forebay/jobs';
import { Installation } from '../support/installation';
import {
  HISTORY_ENDS_MS,
  LATENESS_MS,
  type Payment,
  PROJECT,
  paymentsProject,
  randomPayments,
} from '../support/payments';
import { printedRandom } from '../support/seed';
import type { Service } from '../support/service';
import { HOME_DIR, sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const HISTORY = 4_000;
/** Several slices, and several chunks of each view. */
const SMALL_CHUNKS = { FOREBAY_BATCH_EVENTS_PER_CHUNK: '1000', FOREBAY_BATCH_CONCURRENCY: '2' };

const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const random = printedRandom('backfill');

let it: Installation;
let topic: string;
beforeAll(async () => {
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  const { redisUrl, queueRedisUrl } = own.stack;
  topic = uniqueName('payments');
  it = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    paymentsProject({ topic }),
  );
  const endsMs = Math.floor((Date.now() - HISTORY_ENDS_MS) / MINUTE_MS) * MINUTE_MS;
  const recent = randomPayments(random, HISTORY / 2, endsMs - 2 * DAY_MS, endsMs);
  const longAgo = randomPayments(random, HISTORY / 2, endsMs - 100 * DAY_MS, endsMs - 2 * DAY_MS);
  await it.load([...longAgo, ...recent], endsMs);
  await Promise.all([it.start('serving'), it.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' })]);
  await it.send(payments(500));
});
afterAll(() => it.close());

function payments(n: number): Payment[] {
  const now = Date.now();
  return randomPayments(random, n, now - LATENESS_MS + 4 * MINUTE_MS, now);
}

const newViews = () => [it.view('by_account', 2), it.view('by_city')];

function request(more: Partial<PayloadInput<'backfill'>> = {}): PayloadInput<'backfill'> {
  const views = newViews().map(({ name: view, version }) => ({ view, version }));
  return { project: PROJECT, views, requested_by: 'test', ...more };
}

/** What a worker that died had locked is another one's after 20 to 30 s. */
const TAKEN_OVER_WITHIN_MS = 90_000;

async function forebay(...args: readonly string[]) {
  let [out, err] = ['', ''];
  async function* nothing() {}
  const code = await main(['node', 'forebay', ...args, '--json'], it.environment, {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
    input: nothing(),
  });
  return { code, out: code === EXIT.ok ? JSON.parse(out) : null, err };
}

/** Sends events all the while. */
async function meanwhile<T>(work: Promise<T>): Promise<T> {
  const state = { on: true };
  const sending = (async () => {
    while (state.on) await it.send(payments(20));
  })();
  return work.finally(async () => {
    state.on = false;
    await sending;
  });
}

const tables = () =>
  it.sql(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, '_forebay_backfill_') AND name != '_forebay_backfill_slices'",
  );

test('views that are new, and a new version, are filled from one reading of the history while events come', async () => {
  await it.apply(paymentsProject({ topic, withSecondVersion: true, withCities: true }));
  const batch = await it.start('batch', SMALL_CHUNKS);
  const { code, out, err } = await meanwhile(forebay('backfill', 'by_account@2', 'by_city'));
  expect(err + batch.log).not.toMatch(/"level":(50|60)/);
  expect(code).toBe(EXIT.ok);
  expect(out.views.map(({ view }: { view: string }) => view)).toEqual(['by_account@2', 'by_city@1']);
  expect(out.events_staged).toBeGreaterThanOrEqual(HISTORY);
  expect(out.events_staged).toBeLessThan(2 * HISTORY);
  await it.settled(newViews());
  expect(await tables()).toBe('');
  await batch.terminate();
});

test('a run whose workers are killed goes on where it stood, throttled, beside the stream and materialize runs', async () => {
  const queue = await it.servers.queue();
  let worker: Service = await it.start('batch', SMALL_CHUNKS);
  const job = await queue.add('backfill', request({ events_per_second: 6_000 }));
  const done = async () => (await queue.show(job)).progress.chunksDone;
  for (const chunks of [2, 5, 8]) {
    await waitFor(async () => (await done()) >= chunks, {
      deadlineMs: TAKEN_OVER_WITHIN_MS,
      message: `${chunks} chunks are done`,
    });
    await worker.kill9();
    worker = await it.start('batch', SMALL_CHUNKS);
  }
  const finished = job.finished({ timeoutMs: 120_000 });
  await meanwhile(Promise.all([finished, it.materialize('by_city'), it.materialize('by_account', 2)]));
  const { views, duration_ms: durationMs } = await finished;
  expect(views.map(({ result }) => result?.values_written ?? 0)).toEqual([
    expect.any(Number),
    expect.any(Number),
  ]);
  // both views and what is staged, at the pace that was asked for
  expect(durationMs).toBeGreaterThan((HISTORY / 6_000) * 1_000);
  await it.settled(newViews());
  expect(await tables()).toBe('');
  await worker.terminate();
});

test('the same request is one job, one that is cancelled leaves nothing behind, and wrong ones are refused', async () => {
  const queue = await it.servers.queue();
  const first = await queue.add('backfill', request({ events_per_second: 100 }));
  expect((await queue.add('backfill', request({ events_per_second: 100 }))).id).toBe(first.id);
  const worker = await it.start('batch', SMALL_CHUNKS);
  await waitFor(async () => (await queue.show(first)).progress.chunksDone > 0, {
    deadlineMs: 30_000,
    message: 'it has begun',
  });
  await queue.cancel(first, 'test');
  await expect(first.finished({ timeoutMs: 30_000 })).rejects.toThrow(/cancelled/);
  await waitFor(async () => (await tables()) === '', { deadlineMs: 10_000, message: 'nothing is staged' });
  const nobody = await queue.add('backfill', request({ views: [] }));
  const refusal = (await nobody.finished({ timeoutMs: 30_000 }).catch((thrown) => thrown)) as ForebayError;
  expect(refusal).toMatchObject({ reason: 'invalid_request' });
  expect((await forebay('backfill', 'by_card')).err).toMatch(/without batch values/);
  await worker.terminate();
});

test('the example queues one from a program, shows how far it is, and ends with what became of it', async () => {
  expect(await run(TYPESCRIPT, '-b', 'examples/jobs')).toMatchObject({ code: 0 });
  const worker = await it.start('batch', SMALL_CHUNKS);
  const queueUrl = it.environment.FOREBAY_QUEUE_REDIS_URL as string;
  const good = await run(EXAMPLE, queueUrl, PROJECT, 'by_account@2', 'by_city');
  expect(good).toMatchObject({ code: 0, err: '' });
  expect(good.out).toMatch(/by_account@2: \d+ values up to \d{4}-.*\nby_city@1: \d+ values up to/);
  const bad = await run(EXAMPLE, queueUrl, PROJECT, 'by_nobody');
  expect(bad).toMatchObject({ code: 1, err: expect.stringContaining('is not in the registry') });
  expect(await run(EXAMPLE)).toMatchObject({ code: 2, err: expect.stringContaining('usage: ') });
  await it.settled(newViews());
  await worker.terminate();
});

const TYPESCRIPT = join('node_modules', 'typescript', 'bin', 'tsc');
const EXAMPLE = join(HOME_DIR, 'build', 'examples', 'jobs', 'run.js');

/** Runs a program of Node.js to its end. */
async function run(...args: readonly string[]) {
  const child = spawn(process.execPath, args);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: code as number, out, err };
}
