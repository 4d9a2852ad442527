/**
 * The least that writing values takes: a loop that gives ready-made values to the script that lets only newer ones through, with
 * nothing computed and nothing received. Each message is a BareJob; the answer is what its writes took.
 */
import { type BatchPart, BatchWriter, connectRedis, TableWriter } from '@forebay/online-store';
import { serveJobs } from '../training/job-process';

export interface BareJob {
  readonly redisUrl: string;
  readonly viewId: number;
  readonly part: BatchPart | 'table';
  readonly entities: number;
  /** Base64: values as a run has written them; entities take turns with them. */
  readonly values: readonly string[];
  /** The clock of the run that they are said to be of. */
  readonly runClockMs: number;
}

export interface BareDone {
  readonly seconds: number;
  /** Of this process. */
  readonly cpuUs: number;
  readonly bytes: number;
}

/** Where a batch list has the clock of its run. */
const RUN_CLOCK_AT = 16;
const KEEP_MS = 3_600_000;

async function write(job: BareJob): Promise<BareDone> {
  const { redisUrl, viewId, part, entities, runClockMs } = job;
  const values = job.values.map((text) => {
    const value = Buffer.from(text, 'base64');
    if (part !== 'table') value.writeDoubleLE(runClockMs, RUN_CLOCK_AT);
    return value;
  });
  const keys = Array.from({ length: entities }, (_, i) => Buffer.from(`user-${i}`));
  const redis = await connectRedis({ url: redisUrl, role: 'batch', setting: 'the Redis of the benchmark' });
  const from = performance.now();
  const cpuFrom = process.cpuUsage();
  const writer =
    part === 'table'
      ? new TableWriter(redis, { viewId, keepMs: null, replacesUpToMs: Number.MAX_SAFE_INTEGER })
      : new BatchWriter(redis, { viewId, part, expiresAtMs: runClockMs + KEEP_MS });
  for (let i = 0; i < entities; i++) {
    const room = writer.write(keys[i] as Buffer, values[i % values.length] as Buffer);
    if (room !== null) await room;
  }
  const { older, bytes } = await writer.finish();
  const seconds = (performance.now() - from) / 1_000;
  const { user, system } = process.cpuUsage(cpuFrom);
  await redis.close();
  if (older > 0) throw new Error(`${older} of the ready-made values were older than those that are stored`);
  return { seconds, cpuUs: user + system, bytes };
}

serveJobs(write);
