/**
 * Queues materialize runs from a program of one's own, and watches them:
 *
 *   node .forebay/build/examples/jobs/run.js redis://127.0.0.1:6380 shop by_customer@1 by_merchant@2
 *
 * The batch services do the work; this program may end at any time, and the runs go on.
 */
import { userInfo } from 'node:os';
import { type JobHandle, JobQueue } from '@forebay/jobs';

const WAIT_MS = 3_600_000;

async function main([url, project, ...views]: readonly string[]): Promise<number> {
  if (url === undefined || project === undefined || views.length === 0) {
    console.error('usage: run.js QUEUE_URL PROJECT VIEW@VERSION...');
    return 2;
  }
  const queue = new JobQueue({ url, setting: 'the first argument' });
  try {
    if ((await queue.workers()) === 0)
      console.error('no batch service is connected: the runs will wait for one');
    const jobs = await Promise.all(
      views.map(async (reference) => {
        const [view = '', version = '1'] = reference.split('@');
        return queue.add('materialize', {
          project,
          view,
          version: Number(version),
          requested_by: userInfo().username,
          time_limit_ms: WAIT_MS,
        });
      }),
    );
    const ended = await Promise.all(jobs.map((job, i) => follow(job, views[i] as string)));
    return ended.every((good) => good) ? 0 : 1;
  } finally {
    await queue.close();
  }
}

/** Resolves to whether the run has ended well. */
async function follow(job: JobHandle<'materialize'>, view: string): Promise<boolean> {
  try {
    const result = await job.finished({
      timeoutMs: WAIT_MS,
      onProgress: ({ chunksDone, chunks, values, etaMs }) => {
        const left = etaMs === null ? '' : `, ${Math.ceil(etaMs / 1_000)} s left`;
        console.log(`${view}: ${chunksDone} of ${chunks} chunks, ${values} values${left}`);
      },
    });
    console.log(`${view}: ${result.values_written} values up to ${new Date(result.cut_ms).toISOString()}`);
    for (const warning of result.warnings) console.log(`${view}: ${warning}`);
    return true;
  } catch (error) {
    // what made it fail; or only that the time is over, and then the job goes on
    console.error(`${view}: job ${job.kind}/${job.id}: ${(error as Error).message}`);
    return false;
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
