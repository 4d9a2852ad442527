/**
 * Queues a backfill from a program of one's own, and watches it:
 *
 *   node .forebay/build/examples/jobs/run.js redis://127.0.0.1:6380 shop by_customer@2 by_merchant@1
 *
 * The batch services do the work; this program may end at any time, and the backfill goes on.
 */
import { userInfo } from 'node:os';
import { type JobHandle, JobQueue } from '@forebay/jobs';

const WAIT_MS = 3_600_000;
/** Beside live work. */
const EVENTS_PER_SECOND = 1_000_000;

async function main([url, project, ...views]: readonly string[]): Promise<number> {
  if (url === undefined || project === undefined || views.length === 0) {
    console.error('usage: run.js QUEUE_URL PROJECT VIEW@VERSION...   (all of one source)');
    return 2;
  }
  const queue = new JobQueue({ url, setting: 'the first argument' });
  try {
    if ((await queue.workers()) === 0)
      console.error('no batch service is connected: the backfill will wait for one');
    const job = await queue.add('backfill', {
      project,
      views: views.map((reference) => {
        const [view = '', version = '1'] = reference.split('@');
        return { view, version: Number(version) };
      }),
      events_per_second: EVENTS_PER_SECOND,
      requested_by: userInfo().username,
      time_limit_ms: WAIT_MS,
    });
    return (await follow(job)) ? 0 : 1;
  } finally {
    await queue.close();
  }
}

/** Resolves to whether it has ended well. */
async function follow(job: JobHandle<'backfill'>): Promise<boolean> {
  try {
    const { views } = await job.finished({
      timeoutMs: WAIT_MS,
      onProgress: ({ chunksDone, chunks, values, etaMs }) => {
        const left = etaMs === null ? '' : `, ${Math.ceil(etaMs / 1_000)} s left`;
        console.log(`${chunksDone} of ${chunks} chunks, ${values} values${left}`);
      },
    });
    for (const { view, result } of views) {
      const until = new Date(result?.cut_ms ?? 0).toISOString();
      console.log(`${view}: ${result?.values_written} values up to ${until}`);
      for (const warning of result?.warnings ?? []) console.log(`${view}: ${warning}`);
    }
    return true;
  } catch (error) {
    // what made it fail; or only that the time is over, and then the job goes on
    console.error(`job ${job.kind}/${job.id}: ${(error as Error).message}`);
    return false;
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
