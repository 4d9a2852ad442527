import { ForebayError } from '@forebay/contract';
import { JobQueue, JobWorkers } from '@forebay/jobs';
import { waitFor } from '../support/stack';
import { useCli } from './cli-harness';
import { caught, job, newGate, ScriptedHandler, untilAborted } from './jobs-fixture';

// before the hook that stops their server
afterAll(async () => {
  await workers?.close(0);
  await queue.close();
});
const cli = useCli({ own: ['queueRedis'] });
const handler = new ScriptedHandler();
let queue: JobQueue;
let workers: JobWorkers | null = null;

beforeAll(() => {
  queue = new JobQueue(serverOf());
});

function serverOf() {
  return { url: cli.environment.FOREBAY_QUEUE_REDIS_URL as string, setting: 'FOREBAY_QUEUE_REDIS_URL' };
}

async function startWorkers(): Promise<void> {
  workers = new JobWorkers({
    server: serverOf(),
    concurrency: 2,
    handlers: { materialize: handler },
    onError: () => undefined,
  });
  await workers.ready();
}

const soon = { timeoutMs: 10_000 };

test('nothing is kept, and nothing can be watched', async () => {
  expect(await cli.run(['jobs', 'list'])).toMatchObject({ code: 0, out: 'no such job is kept\n' });
  expect(await cli.run(['jobs', 'watch'])).toMatchObject({ code: 0, out: 'no job waits or runs\n' });
  expect(await cli.run(['jobs', 'show', 'materialize/1'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('there is no job "materialize/1"; "forebay jobs list" shows'),
  });
  expect(await cli.run(['jobs', 'list', '--kind', 'bake'])).toMatchObject({ code: 2 });
});

test('a job that waits is listed, with the warning that nobody works, and is cancelled before it has begun', async () => {
  const { id } = await queue.add('materialize', job('visits'));
  const listed = await cli.run(['jobs', 'list']);
  expect(listed.out).toMatch(new RegExp(`materialize/${id} .*demo\\.visits@1 .*waiting`));
  expect(listed.err).toContain('no worker is connected to the queue');
  const cancelled = await cli.run(['jobs', 'cancel', `materialize/${id}`, 'materialize/99']);
  expect(cancelled.code).toBe(1);
  expect(cancelled.out).toContain(`job materialize/${id} is cancelled`);
  expect(cancelled.err).toContain('there is no job "materialize/99"');
  expect((await cli.run(['jobs', 'list'])).out).toContain('waiting, is being cancelled');
  await startWorkers();
  await caught(queue.handle('materialize', id).finished(soon));
  expect(handler.taken).toEqual([]);
  const { jobs } = await cli.json(['jobs', 'list', '--state', 'cancelled', '--view', 'visits']);
  expect(jobs).toMatchObject([{ kind: 'materialize', id, view: 'demo.visits@1', state: 'cancelled' }]);
});

test('a job is watched to its end; one that failed is shown with its reason, and let go on', async () => {
  handler.chunks = 4;
  const gate = newGate();
  let mended = false;
  handler.onChunk = async ({ view }, chunk) => {
    if (chunk === 3) await gate.opened;
    if (view === 'broken' && chunk === 2 && !mended)
      throw new ForebayError('failed_precondition', 'source "visits": no column "at"');
  };
  const good = await queue.add('materialize', job('good'));
  const broken = await queue.add('materialize', job('broken'));
  const watching = cli.run(['jobs', 'watch', '--json', `materialize/${good.id}`, `materialize/${broken.id}`]);
  await waitFor(async () => (await queue.show(good)).progress.chunksDone === 3, {
    deadlineMs: 10_000,
    message: 'three chunks',
  });
  const shown = await cli.run(['jobs', 'show', good.id]);
  expect(shown.out).toContain(`materialize/${good.id}`);
  expect(shown.out).toMatch(/chunks +3 of 4: 30 values, 300 B/);
  expect(shown.out).toMatch(/queued +\S+ by ann/);
  gate.open();
  const watched = await watching;
  expect(watched.code).toBe(1);
  expect(JSON.parse(watched.out).jobs).toMatchObject([
    { job: `materialize/${good.id}`, view: 'demo.good@1', state: 'completed', error: null },
    {
      job: `materialize/${broken.id}`,
      view: 'demo.broken@1',
      state: 'failed',
      error: 'source "visits": no column "at"',
    },
  ]);
  expect((await cli.run(['jobs', 'show', broken.id])).out).toContain(
    'failed_precondition: source "visits": no column "at"',
  );
  const plans = handler.plans.length;
  mended = true;
  expect(await cli.run(['jobs', 'retry', broken.id])).toMatchObject({
    code: 0,
    out: `job materialize/${broken.id} is queued again, and goes on where it stopped\n`,
  });
  const again = await cli.run(['jobs', 'watch', broken.id]);
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('demo.broken@1: completed') });
  expect(handler.plans).toHaveLength(plans);
});

test('watching without names is watching all that have not ended, and may end before they do', async () => {
  handler.chunks = 1;
  handler.onChunk = (_, __, { signal }) => untilAborted(signal);
  const { id } = await queue.add('materialize', job('endless'));
  const watched = await cli.run(['jobs', 'watch', '--timeout', '1s']);
  expect(watched.code).toBe(1);
  expect(watched.err).toContain(`demo.endless@1: running`);
  expect(watched.err).toContain('has not ended after 1s; it goes on');
  await cli.run(['jobs', 'cancel', id]);
  await caught(queue.handle('materialize', id).finished(soon));
  expect((await cli.run(['jobs', 'list', '--state', 'cancelled'])).out).toContain('cancelled by');
});

test('schedules are shown with their next run and what they have missed', async () => {
  await queue.setSchedules([
    {
      kind: 'materialize',
      project: 'demo',
      view: 'hourly',
      version: 1,
      everyMs: 3_600_000,
      offsetMs: 300_000,
    },
  ]);
  const { schedules } = await cli.json(['jobs', 'list', '--schedules']);
  expect(schedules).toMatchObject([
    {
      kind: 'materialize',
      view: 'demo.hourly@1',
      everyMs: 3_600_000,
      nextAtMs: expect.any(Number),
      missed: 0,
    },
  ]);
  expect((await cli.run(['jobs', 'list', '--schedules'])).out).toMatch(/demo\.hourly@1 .*1h/);
});
