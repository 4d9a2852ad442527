/** A process of its own for the jobs of one side, so that its CPU time and memory are that side's alone. */
import type { ChildProcess } from 'node:child_process';
import { processCpuUs } from '../support/process-cpu';

/** What a job took, from just before it starts until its file is written. */
export interface Cost {
  /** User and system time, all threads, s. */
  readonly cpuS: number;
  readonly wallS: number;
  /** The most memory that the process had since it began, MB. */
  readonly peakMb: number;
}

/** What a process answers to each job. */
export type JobAnswer<Done> = { readonly done: Done; readonly cost: Cost } | { readonly failed: string };

/** In the process: runs the job of each message, one at a time, and says first that it is ready. */
export function serveJobs<Job, Done>(run: (job: Job) => Promise<Done>): void {
  process.on('message', (job: Job) => {
    void measured(() => run(job)).then((answer) => process.send?.(answer));
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

async function measured<Done>(work: () => Promise<Done>): Promise<JobAnswer<Done>> {
  const from = performance.now();
  const cpuFrom = processCpuS();
  try {
    const done = await work();
    const cost = {
      cpuS: processCpuS() - cpuFrom,
      wallS: (performance.now() - from) / 1_000,
      peakMb: process.resourceUsage().maxRSS / 1_024,
    };
    return { done, cost };
  } catch (thrown) {
    return { failed: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  }
}

/** Of this process, with its threads. */
export function processCpuS(): number {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return (userCPUTime + systemCPUTime) / 1e6;
}

/** Of another process. */
export function serverCpuS(pid: number): number {
  return processCpuUs(pid) / 1e6;
}

/** In the benchmark: has the process do a job. */
export function askJob<Job extends object, Done>(
  child: ChildProcess,
  job: Job,
): Promise<{ done: Done; cost: Cost }> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the process of a job ended before it answered'));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      const answer = message as JobAnswer<Done>;
      if ('failed' in answer) reject(new Error(answer.failed));
      else resolve(answer);
    });
    child.send(job);
  });
}
