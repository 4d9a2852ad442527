import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { ForebayError } from '@forebay/contract';
import { JobQueue, JobWorkers, KINDS } from '@forebay/jobs';
import { type Board, openBoard } from '@forebay/service-batch';
import { createLogger, type Instruments, newAccessToken, tokenHash } from '@forebay/service-kit';
import { useOwnStack, waitFor } from '../support/stack';
import { caught, job, newGate, ScriptedHandler } from './jobs-fixture';

const directory = mkdtempSync(join(tmpdir(), 'forebay-board-'));
const accessFile = join(directory, 'access.json');
const [admin, reader] = [newAccessToken(), newAccessToken()];
const lines: Record<string, unknown>[] = [];
const handler = new ScriptedHandler();
let queue: JobQueue;
let workers: JobWorkers;
let board: Board;

// before the hook that stops their server
afterAll(async () => {
  await board.close();
  await workers.close(0);
  await queue.close();
  rmSync(directory, { recursive: true });
});
const own = useOwnStack({ parts: ['queueRedis'] });

function writeAccess(tokens: readonly object[]): void {
  writeFileSync(accessFile, JSON.stringify({ tokens }));
}

beforeAll(async () => {
  writeAccess([
    { name: 'ann', sha256: tokenHash(admin), grants: ['admin:*/*'] },
    { name: 'model', sha256: tokenHash(reader), grants: ['read:*/*'] },
  ]);
  const server = { url: own.stack.queueRedisUrl as string, setting: 'FOREBAY_QUEUE_REDIS_URL' };
  queue = new JobQueue(server);
  workers = new JobWorkers({
    server,
    concurrency: 2,
    handlers: { materialize: handler },
    onError: () => undefined,
  });
  const log = new PassThrough();
  log.on('data', (text: Buffer) => {
    for (const line of text.toString().trim().split('\n')) lines.push(JSON.parse(line));
  });
  board = await openBoard({
    host: '127.0.0.1',
    port: 0,
    accessFile,
    tls: null,
    reloadEveryMs: 50,
    queue,
    logger: createLogger({ service: 'batch', level: 'info', format: 'json', destination: log }),
    instruments: {} as Instruments,
    clock: Date.now,
  });
});

const basic = (token: string) => ({
  authorization: `Basic ${Buffer.from(`me:${token}`).toString('base64')}`,
});
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`http://127.0.0.1:${board.port}${path}`, { method, headers });
const audited = (audit: string) => lines.filter((line) => line.audit === audit);

test('nobody gets in without a token, nor with one that is no admin of all', async () => {
  const nobody = await ask('/');
  expect(nobody.status).toBe(401);
  expect(nobody.headers.get('www-authenticate')).toContain('Basic');
  expect((await ask('/api/queues', basic(newAccessToken()))).status).toBe(401);
  expect((await ask('/api/queues', basic(reader))).status).toBe(403);
  await waitFor(() => audited('denied').length === 3, { deadlineMs: 5_000, message: 'three lines' });
  expect(audited('denied')).toMatchObject([
    { who: null, why: 'no_token', path: '/' },
    { who: null, why: 'unknown_token', path: '/api/queues' },
    { who: 'model', why: 'no_grant' },
  ]);
  expect(JSON.stringify(lines)).not.toContain(reader);
});

test('an admin sees the page, the queues and their jobs', async () => {
  const handle = await queue.add('materialize', job('shown'));
  await handle.finished({ timeoutMs: 10_000 });
  const page = await ask('/', basic(admin));
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('Forebay jobs');
  const answer = await ask('/api/queues?activeQueue=materialize&page=1&jobsPerPage=10', basic(admin));
  const { queues } = (await answer.json()) as {
    queues: { name: string; jobs: { id: string; name: string }[] }[];
  };
  expect(queues.map(({ name }) => name).sort()).toEqual(['chunks', ...KINDS].sort());
  expect(queues.find(({ name }) => name === 'materialize')?.jobs).toContainEqual(
    expect.objectContaining({ id: handle.id, name: 'demo.shown@1' }),
  );
});

test('a job that failed and is tried again on the board goes on where it stopped; the log says who did it', async () => {
  handler.chunks = 3;
  let mended = false;
  const gate = newGate();
  handler.onChunk = async (_, chunk) => {
    if (chunk < 2) return gate.open();
    await gate.opened;
    if (!mended) throw new ForebayError('failed_precondition', 'no column "at"');
  };
  const handle = await queue.add('materialize', job('broken'));
  expect(await caught(handle.finished({ timeoutMs: 10_000 }))).toMatchObject({ message: 'no column "at"' });
  mended = true;
  const path = `/api/queues/materialize/${handle.id}/retry`;
  const foreign = await ask(path, { ...basic(admin), origin: 'https://evil.example' }, 'PUT');
  expect(foreign.status).toBe(403);
  const plans = handler.plans.length;
  const retried = await ask(path, basic(admin), 'PUT');
  expect(retried.status).toBeLessThan(300);
  await handle.finished({ timeoutMs: 10_000 });
  expect(handler.plans).toHaveLength(plans);
  expect(handler.begun.filter((one) => one === 'broken 2')).toHaveLength(2);
  expect(audited('administrative')).toMatchObject([
    { who: 'ann', method: 'PUT', path, status: retried.status },
  ]);
});

test('a token that is taken out of the file is out', async () => {
  writeAccess([]);
  await waitFor(async () => (await ask('/api/queues', basic(admin))).status === 401, {
    deadlineMs: 5_000,
    message: 'the token is revoked',
  });
});
