import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ForebayError, type Message, type MessageInput } from '@forebay/contract';
import {
  checkQueueServer,
  type MaterializeProgress,
  MaterializeQueue,
  MaterializeWorker,
  type Takeover,
} from '@forebay/jobs';
import { useOwnStack, waitFor } from '../support/stack';

const own = useOwnStack({ parts: ['queueRedis'], redisPersistence: 'aof' });
const server = () => ({ url: own.stack.queueRedisUrl as string, setting: 'FOREBAY_QUEUE_REDIS_URL' });

const RESULT = {
  cut_ms: 1_700_000_000_000,
  run_clock_ms: 1_700_000_000_001,
  values_written: 7,
  values_older: 0,
  bytes_written: 700,
  events_scanned: 3_000_000_000,
  chunks: 3,
  duration_ms: 12,
  warnings: ['none'],
};
type Run = (
  job: Message<'MaterializeJob'>,
  report: (progress: MaterializeProgress) => void,
  signal: AbortSignal,
) => Promise<MessageInput<'MaterializeResult'>>;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function newQueue(options: { answerWithinMs?: number } = {}, at = server()): MaterializeQueue {
  const queue = new MaterializeQueue(at, options);
  closers.push(() => queue.close());
  return queue;
}

async function newWorker(
  run: Run,
  takeover?: Takeover,
  onTakenOver?: (id: string) => void,
): Promise<MaterializeWorker> {
  const worker = new MaterializeWorker({
    server: server(),
    concurrency: 2,
    run,
    onError: () => undefined,
    ...(takeover === undefined ? {} : { takeover }),
    ...(onTakenOver === undefined ? {} : { onTakenOver }),
  });
  closers.push(() => worker.close(0));
  await worker.ready();
  return worker;
}

/** A worker in a process of its own, which never ends a run. */
function launchWorker(takeover: Takeover) {
  const child = fork(join(__dirname, 'jobs-worker.js'), [server().url, JSON.stringify(takeover)]);
  closers.push(async () => void child.kill('SIGKILL'));
  const views = new Set<string>();
  child.on('message', (message: { begun: string }) => views.add(message.begun));
  const begun = (view: string) =>
    waitFor(() => views.has(view), { deadlineMs: 20_000, message: `${view} has begun` });
  return { child, begun };
}

const job = (view: string, more: Partial<MessageInput<'MaterializeJob'>> = {}) => ({
  project: 'demo',
  view,
  version: 1,
  cut_ms: 0,
  has_cut: false,
  requested_by: 'ann',
  full: false,
  ...more,
});
const soon = { timeoutMs: 10_000 };
const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error as ForebayError,
  );

describe('a job', () => {
  it('carries the request to a worker, and progress and result back', async () => {
    const queue = newQueue();
    const taken: Message<'MaterializeJob'>[] = [];
    let goOn: () => void = () => undefined;
    const shown = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await newWorker(async (payload, report) => {
      taken.push(payload);
      report({ chunksDone: 1, chunks: 3, valuesWritten: 5 });
      await shown;
      return RESULT;
    });
    const handle = await queue.add(job('carried', { cut_ms: 1_700_000_000_000, has_cut: true }));
    const progress: MaterializeProgress[] = [];
    const result = await handle.finished({
      ...soon,
      onProgress: (seen) => {
        progress.push(seen);
        goOn();
      },
    });
    expect(result).toEqual(RESULT);
    expect(progress).toEqual([{ chunksDone: 1, chunks: 3, valuesWritten: 5 }]);
    expect(taken).toEqual([job('carried', { cut_ms: 1_700_000_000_000, has_cut: true })]);
    expect((await queue.list(10))[0]).toMatchObject({
      id: handle.id,
      view: 'demo.carried@1',
      state: 'completed',
      attempts: 1,
      failure: null,
    });
  });

  it('that waits is joined by the same request, one that has begun or has another cut is not', async () => {
    const queue = newQueue();
    const first = await queue.add(job('joined'));
    const cut = await queue.add(job('joined', { cut_ms: 3_600_000, has_cut: true }));
    expect((await queue.add(job('joined'))).id).toBe(first.id);
    expect((await queue.add(job('joined', { cut_ms: 3_600_000, has_cut: true }))).id).toBe(cut.id);
    expect(cut.id).not.toBe(first.id);
    expect(await queue.waiting()).toBe(2);
    let begun = 0;
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await newWorker(async () => {
      begun++;
      await held;
      return RESULT;
    });
    await waitFor(() => begun === 2, { deadlineMs: 5_000, message: 'both have begun' });
    const later = await queue.add(job('joined'));
    expect([first.id, cut.id]).not.toContain(later.id);
    goOn();
    await Promise.all([first, cut, later].map((handle) => handle.finished(soon)));
    expect(begun).toBe(3);
  });

  it('is tried again after a passing failure, and fails at once, with the reason, when it is refused', async () => {
    const queue = newQueue();
    const attempts = new Map<string, number>();
    await newWorker(async ({ view }) => {
      const attempt = (attempts.get(view) ?? 0) + 1;
      attempts.set(view, attempt);
      if (view === 'refused')
        throw new ForebayError('failed_precondition', 'view "refused": load some history');
      if (attempt === 1) throw new ForebayError('unavailable', 'clickhouse: away');
      if (attempt === 2) throw new Error('nobody foresaw this');
      return RESULT;
    });
    const refused = await queue.add(job('refused'));
    const passing = await queue.add(job('passing'));
    expect(await caught(refused.finished(soon))).toMatchObject({
      reason: 'failed_precondition',
      message: 'view "refused": load some history',
    });
    expect(await passing.finished(soon)).toEqual(RESULT);
    expect([...attempts.values()].sort()).toEqual([1, 3]);
    const listed = new Map((await queue.list(50)).map((entry) => [entry.id, entry]));
    expect(listed.get(refused.id)).toMatchObject({
      state: 'failed',
      failure: 'failed_precondition: view "refused": load some history',
    });
    expect(listed.get(passing.id)).toMatchObject({ state: 'completed', attempts: 3, failure: null });
  });

  it('goes on when nobody has the patience to wait for it', async () => {
    const queue = newQueue();
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await newWorker(async () => {
      await held;
      return RESULT;
    });
    const handle = await queue.add(job('slow'));
    const error = await caught(handle.finished({ timeoutMs: 200 }));
    expect(error).toMatchObject({ reason: 'deadline_exceeded' });
    expect(error?.message).toBe(
      `job ${handle.id} (demo.slow@1) has not ended after 200ms; it goes on, and "forebay status" shows how it ends`,
    );
    goOn();
    expect(await handle.finished(soon)).toEqual(RESULT);
  });

  it('of a worker that was killed is taken over by another', async () => {
    const queue = newQueue();
    const takeover = { lockMs: 1_000, lookEveryMs: 500 };
    const killed = launchWorker(takeover);
    const handle = await queue.add(job('killed'));
    await killed.begun('killed');
    const takenOver: string[] = [];
    await newWorker(
      async () => RESULT,
      takeover,
      (id) => takenOver.push(id),
    );
    killed.child.kill('SIGKILL');
    expect(await handle.finished(soon)).toEqual(RESULT);
    expect(takenOver).toEqual([handle.id]);
  });

  it('of a worker that was stopped in the middle is done again by another', async () => {
    const queue = newQueue();
    let begun = false;
    const stopped = await newWorker(
      (_, __, signal) =>
        new Promise((_, reject) => {
          begun = true;
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    );
    const handle = await queue.add(job('stopped'));
    await waitFor(() => begun, { deadlineMs: 5_000, message: 'it has begun' });
    await stopped.close(50);
    expect((await queue.list(1))[0]).toMatchObject({
      state: 'delayed',
      failure: 'unavailable: the worker was stopped, and another one does the run again',
    });
    await newWorker(async () => RESULT);
    expect(await handle.finished(soon)).toEqual(RESULT);
  });
});

describe('schedules', () => {
  const hourly = { project: 'demo', view: 'hourly', version: 1, everyMs: 3_600_000, offsetMs: null };
  const often = { project: 'demo', view: 'often', version: 2, everyMs: 400, offsetMs: null };

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

  it('run their view again and again, until they are removed', async () => {
    const queue = newQueue();
    const runs: Message<'MaterializeJob'>[] = [];
    await newWorker(async (payload) => {
      if (payload.view === 'often') runs.push(payload);
      return RESULT;
    });
    await queue.setSchedules([often]);
    await waitFor(() => runs.length >= 3, { deadlineMs: 10_000, message: 'three runs' });
    await queue.setSchedules([]);
    expect(runs[0]).toEqual({
      project: 'demo',
      view: 'often',
      version: 2,
      cut_ms: 0,
      has_cut: false,
      requested_by: 'schedule',
      full: false,
    });
    expect(await queue.schedules()).toEqual([]);
  });
});

describe('a queue server', () => {
  it('that is not there is said so quickly, with its setting and no password', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    const away = { url: `redis://ann:secret@127.0.0.1:${port}`, setting: 'FOREBAY_QUEUE_REDIS_URL' };
    const queue = newQueue({ answerWithinMs: 500 }, away);
    const startedMs = performance.now();
    const errors = [
      await caught(queue.add(job('any'))),
      await caught(queue.list(1)),
      await caught(queue.workers()),
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
    const handle = await queue.add(job('restarted'));
    const { queueRedis } = own.stack.servers;
    queueRedis?.pause();
    expect(await caught(queue.list(1))).toMatchObject({
      reason: 'unavailable',
      message: expect.stringContaining('no answer within 500 ms'),
    });
    queueRedis?.resume();
    const finished = handle.finished({ timeoutMs: 30_000 });
    // in good order: a kill may lose what the append-only file has not been told yet
    await queueRedis?.terminate();
    expect(await caught(queue.list(1))).toMatchObject({ reason: 'unavailable' });
    await queueRedis?.restart();
    await newWorker(async () => RESULT);
    expect(await finished).toEqual(RESULT);
  });

  it('that is away does not keep a worker from closing', async () => {
    const queue = newQueue();
    const worker = launchWorker({ lockMs: 20_000, lookEveryMs: 10_000 });
    await queue.add(job('away'));
    await worker.begun('away');
    await own.stack.servers.queueRedis?.kill9();
    worker.child.send({ closeWithinMs: 100 });
    const [code] = await once(worker.child, 'exit');
    expect(code).toBe(0);
    await own.stack.servers.queueRedis?.restart();
  });

  it('refuses what is no URL of a Redis', async () => {
    const wrong = { url: 'localhost:6379', setting: 'FOREBAY_QUEUE_REDIS_URL' };
    expect(() => new MaterializeQueue(wrong)).toThrow(
      'FOREBAY_QUEUE_REDIS_URL is not a URL such as redis://host:6379',
    );
    await expect(checkQueueServer(wrong)).rejects.toMatchObject({ reason: 'invalid_configuration' });
  });
});
