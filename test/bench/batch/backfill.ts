/** Two views filled from one reading of the archive: what it takes when its worker is killed ten times, beside an undisturbed run. */
import { setTimeout as sleep } from 'node:timers/promises';
import { applyProject, type RunningService } from '@forebay/cli';
import { compileProject } from '@forebay/definitions';
import type { JobHandle } from '@forebay/jobs';
import type { BenchCase } from '../report';
import { serverPid } from '../support/flights-installation';
import { cpuOf, processCpuUs } from '../support/process-cpu';
import { until } from '../support/until';
import { batchProject, PROJECT, SECOND_VIEW, WINDOWED_VIEW } from './declared';
import type { BatchInstallation } from './installation';

const KILLS = 10;
const MOST_WORK = 1.1;
/** Of each view: what is lost with a worker is a part of one or two of them. */
const CHUNKS = 100;
const CHUNKS_AT_A_TIME = '2';
const VIEWS = [WINDOWED_VIEW, SECOND_VIEW] as const;
/** Thirty days are of two months. */
const MOST_SLICES = 2;
const WITHIN_MS = 900_000;
const LOOK_MS = 20;
const SECOND_MS = 1_000;
const SECOND_US = 1_000_000;

interface Filled {
  readonly seconds: number;
  /** Of ClickHouse, Redis, and the workers from when they were ready. */
  readonly cpuUs: number;
  /** The parts of it. */
  readonly byProcess: Readonly<Record<'clickhouse' | 'redis' | 'workers', number>>;
  readonly values: number;
  readonly kills: number;
  /** Of the time the share after which all history was staged. */
  readonly stagedShare: number;
}

export async function backfillCases(installation: BatchInstallation): Promise<BenchCase[]> {
  const declared = compileProject(batchProject({ withSecond: true }));
  await applyProject(installation.servers, declared, { appliedBy: 'bench', clock: Date.now });
  // fills Redis: those that follow replace what is there
  await fill(installation, []);
  const undisturbed = await fill(installation, []);
  const killed = await fill(installation, killPoints(undisturbed));
  return [
    { case: 'backfill: two views, undisturbed', value: undisturbed.seconds, unit: 's', target: null },
    {
      case: 'backfill: two views',
      value: undisturbed.values / undisturbed.seconds,
      unit: 'values/s',
      target: null,
    },
    {
      case: 'backfill: CPU of a value',
      value: undisturbed.cpuUs / undisturbed.values,
      unit: 'µs/value',
      target: null,
    },
    { case: 'backfill: killed', value: killed.kills, unit: 'times', target: { atLeast: KILLS } },
    {
      case: 'backfill: work when killed at random points',
      ratio: killed.cpuUs / undisturbed.cpuUs,
      unit: '× undisturbed',
      target: { atMost: MOST_WORK },
    },
    {
      case: 'backfill: values after it',
      value: killed.values,
      unit: 'values',
      target: { atLeast: undisturbed.values },
    },
    { case: 'backfill: time when killed', value: killed.seconds, unit: 's', target: null },
    ...(['clickhouse', 'redis', 'workers'] as const).flatMap((name): BenchCase[] => [
      {
        case: `backfill: CPU of ${name}, undisturbed`,
        value: secondsOf(undisturbed, name),
        unit: 's',
        target: null,
      },
      { case: `backfill: CPU of ${name}, killed`, value: secondsOf(killed, name), unit: 's', target: null },
    ]),
  ];
}

/** Instants of a run, spread evenly over its time: of staging so long after a worker has begun, then by the share of the chunks that are done. */
function killPoints({ stagedShare, seconds }: Filled): KillPoint[] {
  const instants = Array.from({ length: KILLS }, () => Math.random()).sort((a, b) => a - b);
  return instants.map((at) =>
    at < stagedShare
      ? { afterMs: at * seconds * SECOND_MS }
      : { chunkShare: (at - stagedShare) / (1 - stagedShare) },
  );
}

type KillPoint = { readonly afterMs: number } | { readonly chunkShare: number };

/** @param points when the worker is killed, and another one started */
async function fill(installation: BatchInstallation, points: readonly KillPoint[]): Promise<Filled> {
  const { servers, stack, size } = installation;
  const pids = { clickhouse: serverPid(stack, 'clickhouse'), redis: serverPid(stack, 'redis') };
  const eventsPerChunk = Math.max(SECOND_MS, Math.ceil((size.entities * size.eventsOfEach) / CHUNKS));
  const startWorker = async () => {
    const { services } = await installation.start(['batch'], {
      FOREBAY_BATCH_EVENTS_PER_CHUNK: String(eventsPerChunk),
      FOREBAY_BATCH_CONCURRENCY: CHUNKS_AT_A_TIME,
    });
    const worker = services.batch as RunningService;
    return { worker, readyUs: processCpuUs(worker.pid) };
  };
  let current = await startWorker();
  const before = cpuOf(pids);
  const from = performance.now();
  const queue = await servers.queue();
  const job = await queue.add('backfill', {
    project: PROJECT,
    views: VIEWS.map((view) => ({ view, version: 1 })),
    requested_by: 'bench',
  });
  const progressOf = async ({ kind, id }: JobHandle<'backfill'>) => (await queue.show({ kind, id })).progress;
  let stagedMs = 0;
  const watchStaging = async () => {
    // first there are only the chunks that stage
    if ((await progressOf(job)).chunks > MOST_SLICES) stagedMs ||= performance.now() - from;
    return stagedMs > 0;
  };
  const staged = until('history to be staged', watchStaging, { everyMs: LOOK_MS, deadlineMs: WITHIN_MS });
  let workersUs = 0;
  let kills = 0;
  for (const point of points) {
    if ('afterMs' in point) await sleep(point.afterMs);
    else {
      const isThere = async () => {
        const { chunks, chunksDone } = await progressOf(job);
        return chunks > MOST_SLICES && chunksDone / chunks >= point.chunkShare;
      };
      await until('the next point', isThere, { everyMs: LOOK_MS, deadlineMs: WITHIN_MS });
    }
    workersUs += processCpuUs(current.worker.pid) - current.readyUs;
    await current.worker.kill();
    kills++;
    current = await startWorker();
  }
  const { views } = await job.finished({ timeoutMs: WITHIN_MS });
  await staged;
  const seconds = (performance.now() - from) / SECOND_MS;
  const after = cpuOf(pids);
  workersUs += processCpuUs(current.worker.pid) - current.readyUs;
  await current.worker.stop();
  const byProcess = {
    clickhouse: after.clickhouse - before.clickhouse,
    redis: after.redis - before.redis,
    workers: workersUs,
  };
  const cpuUs = byProcess.clickhouse + byProcess.redis + byProcess.workers;
  const values = views.reduce((sum, { result }) => sum + (result?.values_written ?? 0), 0);
  console.log(
    `filled ${values} values in ${seconds.toFixed(1)} s, killed ${kills} times: ${(cpuUs / SECOND_US).toFixed(1)} s of CPU`,
  );
  return {
    seconds,
    cpuUs,
    byProcess,
    values,
    kills,
    stagedShare: stagedMs / SECOND_MS / seconds,
  };
}

function secondsOf({ byProcess }: Filled, name: keyof Filled['byProcess']): number {
  return byProcess[name] / SECOND_US;
}
