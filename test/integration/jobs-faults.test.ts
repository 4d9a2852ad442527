/** What jobs survive: workers that are killed, a queue server that goes away; and schedules. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { checkQueueServer, JobQueue, JobWorkers, type Takeover } from '@forebay/jobs';
import { Redis } from 'ioredis';
import { useOwnStack, waitFor } from '../support/stack';
import { caught, job, RESULT, ScriptedHandler } from './jobs-fixture';

const own = useOwnStack({ parts: ['queueRedis'], redisPersistence: 'aof' });
const server = () => ({ url: own.stack.queueRedisUrl as string, setting: 'FOREBAY_QUEUE_REDIS_URL' });
const soon = { timeoutMs: 30_000 };
const quick: Takeover = { lockMs: 1_000, lookEveryMs: 500 };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  const client = new Redis(server().url); // what a test has left is not the next one's
  await client.flushall();
  client.disconnect();
});

function newQueue(options: { answerWithinMs?: number } = {}, at = server()): JobQueue {
  const queue = new JobQueue(at, options);
  closers.push(() => queue.close());
  return queue;
}

async function startWorkers(
  handler: ScriptedHandler,
  takeover: Takeover = quick,
  onTakenOver: (queue: string, id: string) => void = () => undefined,
): Promise<void> {
  const workers = new JobWorkers({
    server: server(),
    concurrency: 2,
    handlers: { materialize: handler },
    onError: () => undefined,
    onTakenOver,
    takeover,
  });
  closers.push(() => workers.close(0));
  await workers.ready();
}

interface Launched {
  readonly child: ChildProcess;
  /** `view chunk`, in the order of their beginning. */
  readonly begun: string[];
  readonly planned: string[];
}

/** Workers in a process of their own. */
function launchWorkers(chunkMs: number, chunks: number, takeover = quick): Launched {
  const child = fork(join(__dirname, 'jobs-worker.js'), [
    server().url,
    JSON.stringify(takeover),
    String(chunkMs),
    String(chunks),
  ]);
  closers.push(async () => void child.kill('SIGKILL'));
  const launched: Launched = { child, begun: [], planned: [] };
  child.on('message', (message: { begun?: string; chunk?: number; planned?: string }) => {
    if (message.planned !== undefined) launched.planned.push(message.planned);
    if (message.begun !== undefined) launched.begun.push(`${message.begun} ${message.chunk}`);
  });
  return launched;
}

describe('a worker that is killed', () => {
  const CHUNKS = 40;

  it('in the middle of a run costs no more than the chunks that it was at: the run goes on with its plan', async () => {
    const queue = newQueue();
    const killed = launchWorkers(50, CHUNKS);
    const handle = await queue.add('materialize', job('killed'));
    await waitFor(() => killed.begun.length >= CHUNKS / 2, { deadlineMs: 30_000, message: 'half is done' });
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    const takenOver: string[] = [];
    const handler = new ScriptedHandler();
    await startWorkers(handler, quick, (name) => takenOver.push(name));
    expect(await handle.finished(soon)).toEqual(RESULT);
    expect(handler.plans).toEqual([]);
    const done = new Set([...killed.begun, ...handler.begun]);
    expect(done.size).toBe(CHUNKS);
    expect(killed.begun.length + handler.begun.length).toBeLessThanOrEqual(1.1 * CHUNKS);
    expect(takenOver).toContain('chunks');
    expect(await queue.show(handle)).toMatchObject({ progress: { chunksDone: CHUNKS, values: 10 * CHUNKS } });
  });

  it('again and again, one of several, still costs no more', async () => {
    const queue = newQueue();
    const handler = new ScriptedHandler();
    handler.chunks = CHUNKS;
    handler.onChunk = () => new Promise((resolve) => setTimeout(resolve, 100));
    await startWorkers(handler);
    const handle = await queue.add('materialize', job('often'));
    const begun: string[] = [];
    for (let kill = 0; kill < 2; kill++) {
      const killed = launchWorkers(100, CHUNKS);
      await waitFor(() => killed.begun.length >= 3, { deadlineMs: 30_000, message: 'it helps' });
      killed.child.kill('SIGKILL');
      await once(killed.child, 'exit');
      begun.push(...killed.begun);
    }
    expect(await handle.finished(soon)).toEqual(RESULT);
    expect(new Set([...begun, ...handler.begun]).size).toBe(CHUNKS);
    expect(begun.length + handler.begun.length).toBeLessThanOrEqual(1.1 * CHUNKS);
  });

  it('while it plans leaves the run to another, which plans it', async () => {
    const queue = newQueue();
    const first = new ScriptedHandler();
    const killed = launchWorkers(10_000, 1);
    const handle = await queue.add('materialize', job('planned'));
    await waitFor(() => killed.planned.length === 1, { deadlineMs: 20_000, message: 'it plans' });
    killed.child.kill('SIGKILL');
    await startWorkers(first);
    expect(await handle.finished(soon)).toEqual(RESULT);
    expect(first.begun).toEqual(['planned 0']);
  });
});

describe('schedules', () => {
  const demo = { kind: 'materialize', project: 'demo', offsetMs: null } as const;
  const hourly = { ...demo, view: 'hourly', version: 1, everyMs: 3_600_000 };
  const often = { ...demo, view: 'often', version: 2, everyMs: 400 };

  it('become what they are set to: added, kept with their time, changed, removed', async () => {
    const queue = newQueue();
    await queue.setSchedules([hourly, often]);
    const first = await queue.schedules();
    expect(first.map(({ view, everyMs }) => `${view} ${everyMs}`).sort()).toEqual([
      'demo.hourly@1 3600000',
      'demo.often@2 400',
    ]);
    await queue.setSchedules([hourly, { ...often, everyMs: 500 }]);
    const second = await queue.schedules();
    const nextOf = (schedules: typeof first) =>
      schedules.find(({ view }) => view === 'demo.hourly@1')?.nextAtMs;
    expect(nextOf(second)).toBe(nextOf(first));
    expect(second.find(({ view }) => view === 'demo.often@2')?.everyMs).toBe(500);
    await queue.setSchedules([]);
    expect(await queue.schedules()).toEqual([]);
  });

  it('may be rules of cron, in UTC; the first run is at once', async () => {
    const queue = newQueue();
    const nightly = { ...hourly, view: 'nightly', everyMs: 86_400_000, cron: '15 2 * * *' };
    await queue.setSchedules([nightly]);
    const [first] = await queue.schedules();
    expect(first).toMatchObject({ view: 'demo.nightly@1', everyMs: null, cron: '15 2 * * *', missed: 0 });
    const next = new Date(first?.nextAtMs as number);
    expect([next.getUTCHours(), next.getUTCMinutes(), next.getUTCSeconds()]).toEqual([2, 15, 0]);
    expect(await queue.list(10)).toMatchObject([{ view: 'demo.nightly@1', requestedBy: 'schedule' }]);
    // the first run, not the next one, for which an autoscaler would keep a worker
    expect(await queue.waiting('materialize')).toBe(1);
    await queue.setSchedules([nightly]);
    expect(await queue.list(10)).toHaveLength(1);
    await queue.setSchedules([{ ...nightly, cron: '45 3 * * *' }]);
    expect(await queue.schedules()).toMatchObject([{ cron: '45 3 * * *' }]);
    await queue.setSchedules([]);
  });

  it('run their view again and again, until they are removed; what did not come is told', async () => {
    const queue = newQueue();
    const handler = new ScriptedHandler();
    await startWorkers(handler);
    const runs = () => handler.taken.filter(({ view }) => view === 'often');
    await queue.setSchedules([often]);
    await waitFor(() => runs().length >= 3, { deadlineMs: 10_000, message: 'three runs' });
    expect(runs()[0]).toEqual(job('often', { version: 2, requested_by: 'schedule' }));
    for (const close of closers.splice(1).reverse()) await close();
    await waitFor(async () => ((await queue.schedules())[0]?.missed ?? 0) >= 2, {
      deadlineMs: 10_000,
      message: 'two have not come',
    });
    await queue.setSchedules([]);
    expect(await queue.schedules()).toEqual([]);
  });
});

describe('a queue server', () => {
  it('that is not there is said so quickly, with its setting and no password', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    const away = { url: `redis://ann:secret@127.0.0.1:${port}`, setting: 'FOREBAY_QUEUE_REDIS_URL' };
    const queue = newQueue({ answerWithinMs: 500 }, away);
    const startedMs = performance.now();
    const errors = [
      await caught(queue.add('materialize', job('any'))),
      await caught(queue.list(1)),
      await caught(queue.workers()),
      await caught(queue.cancel({ kind: 'materialize', id: '1' }, 'ann')),
      await caught(checkQueueServer(away)),
    ];
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    for (const error of errors) {
      expect(error).toMatchObject({ reason: 'unavailable' });
      expect(error?.message).toContain(`queue redis 127.0.0.1:${port}: `);
      expect(error?.message).toContain('ECONNREFUSED');
      expect(error?.message).toContain('start the server, or correct FOREBAY_QUEUE_REDIS_URL');
      expect(error?.message).not.toContain('secret');
    }
  });

  it('that stops answering is said so, and a restart in the middle of a wait is not', async () => {
    const queue = newQueue({ answerWithinMs: 500 });
    const handle = await queue.add('materialize', job('restarted'));
    const { queueRedis } = own.stack.servers;
    queueRedis?.pause();
    expect(await caught(queue.list(1))).toMatchObject({
      reason: 'unavailable',
      message: expect.stringContaining('no answer within 500 ms'),
    });
    queueRedis?.resume();
    const finished = handle.finished(soon);
    // in good order: a kill may lose what the append-only file has not been told yet
    await queueRedis?.terminate();
    expect(await caught(queue.list(1))).toMatchObject({ reason: 'unavailable' });
    await queueRedis?.restart();
    await startWorkers(new ScriptedHandler());
    expect(await finished).toEqual(RESULT);
  });

  it('that goes away in the middle of a run and comes back has its workers back too', async () => {
    const queue = newQueue();
    const handler = new ScriptedHandler();
    handler.chunks = 12;
    handler.onChunk = () => new Promise((resolve) => setTimeout(resolve, 100));
    await startWorkers(handler);
    const finished = (await queue.add('materialize', job('interrupted'))).finished(soon);
    await waitFor(() => handler.begun.length >= 4, { deadlineMs: 10_000, message: 'it runs' });
    const { queueRedis } = own.stack.servers;
    await queueRedis?.terminate();
    await queueRedis?.restart();
    expect(await finished).toEqual(RESULT);
    expect(new Set(handler.begun).size).toBe(12);
  });

  it('that is away does not keep workers from closing', async () => {
    const queue = newQueue();
    const worker = launchWorkers(60_000, 1, { lockMs: 20_000, lookEveryMs: 10_000 });
    await queue.add('materialize', job('away'));
    await waitFor(() => worker.begun.length === 1, { deadlineMs: 20_000, message: 'it has begun' });
    await own.stack.servers.queueRedis?.kill9();
    worker.child.send({ closeWithinMs: 100 });
    const [code] = await once(worker.child, 'exit');
    expect(code).toBe(0);
    await own.stack.servers.queueRedis?.restart();
  });

  it('that would evict jobs is refused', async () => {
    const client = new Redis(server().url);
    try {
      await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
      expect(await caught(checkQueueServer(server()))).toMatchObject({
        reason: 'invalid_configuration',
        message: expect.stringContaining(
          'maxmemory-policy is allkeys-lru, and queued jobs would vanish when memory is full; set it to noeviction, or point FOREBAY_QUEUE_REDIS_URL at another server',
        ),
      });
      await client.config('SET', 'maxmemory-policy', 'noeviction');
      expect(await checkQueueServer(server())).toEqual([]);
      await client.config('SET', 'appendonly', 'no');
      expect(await checkQueueServer(server())).toEqual([expect.stringContaining('appendonly is off')]);
      await client.config('SET', 'appendonly', 'yes');
    } finally {
      client.disconnect();
    }
  });

  it('refuses what is no URL of a Redis', async () => {
    const wrong = { url: 'localhost:6379', setting: 'FOREBAY_QUEUE_REDIS_URL' };
    expect(() => new JobQueue(wrong)).toThrow(
      'FOREBAY_QUEUE_REDIS_URL is not a URL such as redis://host:6379',
    );
    await expect(checkQueueServer(wrong)).rejects.toMatchObject({ reason: 'invalid_configuration' });
  });
});
