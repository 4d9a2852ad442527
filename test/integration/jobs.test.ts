import { ForebayError, messageFromJson } from '@forebay/contract';
import { type JobHandle, type JobHandler, JobQueue, JobWorkers, type RunProgress } from '@forebay/jobs';
import { useOwnStack, waitFor } from '../support/stack';
import { caught, job, NO_REBUILDS, newGate, RESULT, ScriptedHandler, untilAborted } from './jobs-fixture';

const own = useOwnStack({ parts: ['queueRedis'], redisPersistence: 'aof' });
const server = () => ({ url: own.stack.queueRedisUrl as string, setting: 'FOREBAY_QUEUE_REDIS_URL' });
const soon = { timeoutMs: 15_000 };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function newQueue(): JobQueue {
  const queue = new JobQueue(server());
  closers.push(() => queue.close());
  return queue;
}

async function startWorkers(
  handler = new ScriptedHandler(),
  { concurrency = 4, rebuild }: { concurrency?: number; rebuild?: JobHandler<'rebuild'> } = {},
): Promise<{ handler: ScriptedHandler; workers: JobWorkers }> {
  const workers = new JobWorkers({
    server: server(),
    concurrency,
    handlers: { materialize: handler, ...(rebuild && { rebuild }) },
    onError: () => undefined,
  });
  closers.push(() => workers.close(0));
  await workers.ready();
  return { handler, workers };
}

describe('a job', () => {
  it('carries the request to a worker, is cut into chunks, and carries progress and result back', async () => {
    const queue = newQueue();
    const handler = new ScriptedHandler();
    const shown = newGate();
    handler.chunks = 3;
    handler.onChunk = async (_, chunk) => (chunk === 2 ? shown.opened : undefined);
    await startWorkers(handler);
    const asked = job('carried', { cut_ms: 1_700_000_000_000, has_cut: true });
    const handle = await queue.add('materialize', asked);
    const progress: RunProgress[] = [];
    const result = await handle.finished({
      ...soon,
      onProgress: (seen) => {
        progress.push(seen);
        if (seen.chunksDone === 2) shown.open();
      },
    });
    expect(result).toEqual(RESULT);
    expect(handler.taken).toEqual([asked]);
    expect(handler.begun.sort()).toEqual(['carried 0', 'carried 1', 'carried 2']);
    expect(progress).toContainEqual({
      phase: 'chunks',
      chunksDone: 2,
      chunks: 3,
      values: 20,
      bytes: 200,
      etaMs: expect.any(Number),
    });
    expect(await queue.show(handle)).toMatchObject({
      kind: 'materialize',
      id: handle.id,
      view: 'demo.carried@1',
      requestedBy: 'ann',
      state: 'completed',
      attempts: 1,
      failure: null,
      payload: asked,
      progress: { phase: 'ended', chunksDone: 3, chunks: 3, values: 30, bytes: 300 },
      result: RESULT,
    });
  });

  it('that waits is joined by the same request, one that has begun or has another cut is not', async () => {
    const queue = newQueue();
    const first = await queue.add('materialize', job('joined'));
    const cut = await queue.add('materialize', job('joined', { cut_ms: 3_600_000, has_cut: true }));
    expect((await queue.add('materialize', job('joined', { requested_by: 'bob' }))).id).toBe(first.id);
    expect(cut.id).not.toBe(first.id);
    expect(await queue.waiting('materialize')).toBe(2);
    const handler = new ScriptedHandler();
    const held = newGate();
    handler.onPlan = () => held.opened;
    await startWorkers(handler);
    await waitFor(() => handler.taken.length === 1, { deadlineMs: 5_000, message: 'one has begun' });
    const later = await queue.add('materialize', job('joined'));
    const begunId = handler.taken[0]?.has_cut === true ? cut.id : first.id;
    expect(begunId).not.toBe(later.id);
    held.open();
    await Promise.all([first, cut, later].map((handle) => handle.finished(soon)));
  });

  it('never runs beside another of the same view, however many are asked for; other views go on', async () => {
    const queue = newQueue();
    const { handler } = await startWorkers();
    const other = newGate();
    handler.onPlan = async ({ view }) => (view === 'other' ? undefined : other.opened);
    const asked = [1, 2, 3].map((hours) => job('alone', { cut_ms: hours * 3_600_000, has_cut: true }));
    const handles = [];
    for (const one of asked) handles.push(await queue.add('materialize', one));
    await (await queue.add('materialize', job('other'))).finished(soon);
    other.open();
    await Promise.all(handles.map((handle) => handle.finished(soon)));
    expect(handler.taken).toHaveLength(4);
    expect(handler.mostAtOnce).toBe(1);
    for (const { id, kind } of handles) expect(await queue.show({ id, kind })).toMatchObject({ attempts: 1 });
  });

  it('of several views runs when all of them are free', async () => {
    const queue = newQueue();
    const running = new Set<string>();
    const ran: string[] = [];
    const rebuild: JobHandler<'rebuild'> = {
      ...NO_REBUILDS,
      plan: async ({ views }) => {
        for (const { view } of views) {
          expect(running).not.toContain(view);
          running.add(view);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
        for (const { view } of views) running.delete(view);
        ran.push(views.map(({ view }) => view).join(''));
        return messageFromJson('RebuildPlan', {});
      },
      finish: async () => ({ kind: 'done', result: {} }),
    };
    await startWorkers(new ScriptedHandler(), { rebuild });
    const ofViews = (names: string) =>
      queue.add('rebuild', { project: 'demo', views: [...names].map((view) => ({ view, version: 1 })) });
    const handles = await Promise.all(['ab', 'bc', 'ca', 'd'].map(ofViews));
    await Promise.all(handles.map((handle) => handle.finished(soon)));
    expect(ran.sort()).toEqual(['ab', 'bc', 'ca', 'd']);
    expect(await queue.show(handles[0] as JobHandle)).toMatchObject({ view: 'demo.a@1, demo.b@1' });
  });

  it('is tried again after a passing failure, and fails at once, with the reason, when it is refused', async () => {
    const queue = newQueue();
    const { handler } = await startWorkers();
    let attempts = 0;
    handler.onPlan = async ({ view }) => {
      if (view === 'refused')
        throw new ForebayError('failed_precondition', 'view "refused": load some history');
      attempts++;
      if (attempts === 1) throw new ForebayError('unavailable', 'clickhouse: away');
      if (attempts === 2) throw new Error('nobody foresaw this');
    };
    const refused = await queue.add('materialize', job('refused'));
    const passing = await queue.add('materialize', job('passing'));
    expect(await caught(refused.finished(soon))).toMatchObject({
      reason: 'failed_precondition',
      message: 'view "refused": load some history',
    });
    expect(await passing.finished(soon)).toEqual(RESULT);
    expect(attempts).toBe(3);
    expect(await queue.show(refused)).toMatchObject({
      state: 'failed',
      failure: 'failed_precondition: view "refused": load some history',
    });
    expect(await queue.show(passing)).toMatchObject({ state: 'completed', attempts: 3, failure: null });
  });

  it('goes on when nobody has the patience to wait for it', async () => {
    const queue = newQueue();
    const { handler } = await startWorkers();
    const held = newGate();
    handler.onPlan = () => held.opened;
    const handle = await queue.add('materialize', job('slow'));
    const error = await caught(handle.finished({ timeoutMs: 200 }));
    expect(error).toMatchObject({ reason: 'deadline_exceeded' });
    expect(error?.message).toBe(
      `job materialize/${handle.id} (demo.slow@1) has not ended after 200ms; it goes on, and "forebay jobs watch materialize/${handle.id}" shows how it ends`,
    );
    held.open();
    expect(await handle.finished(soon)).toEqual(RESULT);
  });

  it('is found by its kind and id, or its id alone', async () => {
    const queue = newQueue();
    const { id } = await queue.add('materialize', job('found'));
    expect(await queue.find(`materialize/${id}`)).toEqual({ kind: 'materialize', id });
    expect(await queue.find(id)).toEqual({ kind: 'materialize', id });
    expect(await caught(queue.find('materialize/999999'))).toMatchObject({ reason: 'not_found' });
    expect(await caught(queue.find('bake/1'))).toMatchObject({
      reason: 'invalid_request',
      message: expect.stringContaining('"bake" is no kind of job; there are materialize, backfill, rebuild'),
    });
    await startWorkers();
    await queue.handle('materialize', id).finished(soon);
  });
});

describe('a chunk', () => {
  it('that fails for a passing reason is tried again alone', async () => {
    const queue = newQueue();
    const { handler } = await startWorkers();
    handler.chunks = 4;
    let failed = 0;
    handler.onChunk = async (_, chunk) => {
      if (chunk === 2 && failed++ === 0) throw new ForebayError('unavailable', 'redis: away');
    };
    await (await queue.add('materialize', job('again'))).finished(soon);
    expect(handler.begun.filter((one) => one === 'again 2')).toHaveLength(2);
    expect(handler.begun).toHaveLength(5);
    expect(handler.plans).toHaveLength(1);
  });

  it('that fails for good ends the run with its reason; the run goes on at what is missing when it is let', async () => {
    const queue = newQueue();
    const { handler } = await startWorkers(new ScriptedHandler(), { concurrency: 1 });
    handler.chunks = 5;
    let mended = false;
    handler.onChunk = async (_, chunk) => {
      if (chunk === 3 && !mended) throw new ForebayError('failed_precondition', 'source "s": no column "x"');
    };
    const handle = await queue.add('materialize', job('mended'));
    expect(await caught(handle.finished(soon))).toMatchObject({
      reason: 'failed_precondition',
      message: 'source "s": no column "x"',
    });
    expect(handler.begun.slice(0, 4)).toEqual([0, 1, 2, 3].map((chunk) => `mended ${chunk}`));
    const begun = handler.begun.length; // the next chunk may have begun before the run knew
    expect(handler.failures).toEqual(['run-1: source "s": no column "x"']);
    mended = true;
    await queue.retry(handle, 'ann');
    expect(await handle.finished(soon)).toEqual(RESULT);
    expect(handler.begun.slice(begun)).toEqual(['mended 3', 'mended 4'].slice(0, begun === 4 ? 2 : 1));
    expect(handler.plans).toHaveLength(1);
    expect(await queue.show(handle)).toMatchObject({
      progress: { values: 50, chunksDone: 5 },
      log: ['tried again by ann'],
    });
  });

  it('that was done and is lost is done again, and only that', async () => {
    const queue = newQueue();
    const { handler } = await startWorkers();
    handler.chunks = 4;
    let finishes = 0;
    handler.onFinish = async (_, done) => {
      expect([...done.keys()].sort()).toEqual([0, 1, 2, 3]);
      return finishes++ === 0 ? { kind: 'again', chunks: [1, 3] } : { kind: 'done', result: RESULT };
    };
    await (await queue.add('materialize', job('lost'))).finished(soon);
    expect(handler.begun.slice(4).sort()).toEqual(['lost 1', 'lost 3']);
  });

  it('that is lost again and again ends the run', async () => {
    const queue = newQueue();
    const { handler } = await startWorkers();
    handler.onFinish = async () => ({ kind: 'again', chunks: [0] });
    const handle = await queue.add('materialize', job('never'));
    expect(await caught(handle.finished(soon))).toMatchObject({
      reason: 'failed_precondition',
      message: expect.stringContaining('what was written was lost 4 times'),
    });
    expect(handler.begun).toHaveLength(4);
  });

  it('that waits for something lets others work meanwhile', async () => {
    const queue = newQueue();
    const { handler } = await startWorkers(new ScriptedHandler(), { concurrency: 1 });
    let asked = 0;
    handler.onChunk = async ({ view }) => (view === 'patient' && asked++ < 3 ? { afterMs: 300 } : undefined);
    const patient = await queue.add('materialize', job('patient'));
    await waitFor(() => asked > 0, { deadlineMs: 5_000, message: 'it waits' });
    await (await queue.add('materialize', job('quick'))).finished(soon);
    expect(asked).toBeLessThan(4);
    expect(await patient.finished(soon)).toEqual(RESULT);
    expect(asked).toBe(4);
  });
});

describe('a plan', () => {
  it('that nobody would read any more is made again, and its chunks too', async () => {
    const queue = newQueue();
    const { handler } = await startWorkers();
    handler.chunks = 2;
    handler.onChunk = async (_, chunk) => {
      if (chunk === 1 && handler.plans.length === 1) throw new ForebayError('failed_precondition', 'not yet');
    };
    const handle = await queue.add('materialize', job('stale'));
    await caught(handle.finished(soon));
    handler.isGood = false;
    handler.onPlan = async () => {
      handler.isGood = true;
    };
    await queue.retry(handle, 'ann');
    expect(await handle.finished(soon)).toEqual(RESULT);
    expect(handler.plans.map(({ run }) => run)).toEqual(['run-1', 'run-2']);
    expect(handler.begun.filter((one) => one === 'stale 0')).toHaveLength(2);
  });
});

describe('cancelling', () => {
  it('ends a job that runs, at once; a retry goes on where it stopped', async () => {
    const queue = newQueue();
    const { handler } = await startWorkers(new ScriptedHandler(), { concurrency: 1 });
    handler.chunks = 4;
    let shut = true;
    handler.onChunk = (_, chunk, { signal }) =>
      shut && chunk === 2 ? untilAborted(signal) : Promise.resolve();
    const handle = await queue.add('materialize', job('cancelled'));
    await waitFor(() => handler.begun.length === 3, { deadlineMs: 5_000, message: 'the third chunk' });
    await queue.cancel(handle, 'ann');
    expect(await caught(handle.finished(soon))).toMatchObject({
      reason: 'cancelled',
      message: 'cancelled by ann; "forebay jobs retry" lets it go on',
    });
    expect(await queue.show(handle)).toMatchObject({ state: 'cancelled', log: ['cancelled by ann'] });
    expect(handler.begun).toHaveLength(3);
    expect(await queue.waitingChunks()).toBe(0);
    shut = false;
    await queue.retry(handle, 'bob');
    expect(await handle.finished(soon)).toEqual(RESULT);
    expect(handler.begun.slice(3)).toEqual(['cancelled 2', 'cancelled 3']);
  });

  it('ends a job that waits, without a step of it', async () => {
    const queue = newQueue();
    const handle = await queue.add('materialize', job('unwanted'));
    await queue.cancel(handle, 'ann');
    expect(await queue.show(handle)).toMatchObject({ state: 'waiting', cancelledBy: 'ann' });
    const { handler } = await startWorkers();
    expect(await caught(handle.finished(soon))).toMatchObject({ reason: 'cancelled' });
    expect(handler.taken).toEqual([]);
  });

  it('is refused for a job that has ended, and a retry for one that has not failed', async () => {
    const queue = newQueue();
    await startWorkers();
    const handle = await queue.add('materialize', job('over'));
    await handle.finished(soon);
    expect(await caught(queue.cancel(handle, 'ann'))).toMatchObject({
      reason: 'failed_precondition',
      message: `job materialize/${handle.id} is completed: there is nothing to cancel`,
    });
    expect(await caught(queue.retry(handle, 'ann'))).toMatchObject({ reason: 'failed_precondition' });
  });
});

describe('a time limit', () => {
  it('ends a run that takes longer, whichever step it is at, and does not try it again', async () => {
    const queue = newQueue();
    const { handler } = await startWorkers();
    handler.onPlan = ({ view }, { signal }) => (view === 'plans' ? untilAborted(signal) : Promise.resolve());
    handler.onChunk = ({ view }, _, { signal }) =>
      view === 'works' ? untilAborted(signal) : Promise.resolve();
    const handles = await Promise.all(
      ['plans', 'works'].map((view) => queue.add('materialize', job(view, { time_limit_ms: 400 }))),
    );
    for (const handle of handles) {
      expect(await caught(handle.finished(soon))).toMatchObject({
        reason: 'deadline_exceeded',
        message: expect.stringContaining('its time limit of 400ms is over; "forebay jobs retry"'),
      });
      expect(await queue.show(handle)).toMatchObject({ state: 'failed', attempts: 1 });
    }
    expect(handler.begun).toEqual(['works 0']);
  });

  it('begins again when somebody lets the job go on', async () => {
    const queue = newQueue();
    const { handler } = await startWorkers();
    let slow = true;
    handler.onChunk = (_, __, { signal }) => (slow ? untilAborted(signal) : Promise.resolve());
    const handle = await queue.add('materialize', job('longer', { time_limit_ms: 300 }));
    await caught(handle.finished(soon));
    slow = false;
    await queue.retry(handle, 'ann');
    expect(await handle.finished(soon)).toEqual(RESULT);
  });
});

describe('workers that are stopped', () => {
  it('give back what they have begun, and no attempt is lost', async () => {
    const queue = newQueue();
    const stopped = await startWorkers();
    stopped.handler.chunks = 2;
    stopped.handler.onChunk = (_, chunk, { signal }) =>
      chunk === 1 ? untilAborted(signal) : Promise.resolve();
    const handle = await queue.add('materialize', job('stopped'));
    await waitFor(() => stopped.handler.begun.length === 2, { deadlineMs: 5_000, message: 'it has begun' });
    await stopped.workers.close(50);
    expect(await queue.show(handle)).toMatchObject({ state: 'running', failure: null });
    const { handler } = await startWorkers();
    expect(await handle.finished(soon)).toEqual(RESULT);
    expect(handler.begun).toEqual(['stopped 1']);
    expect(handler.taken).toEqual([]);
    expect(await queue.show(handle)).toMatchObject({ attempts: 1, failure: null });
  });
});
