/** What faults do to the servers of the stack, and how these are made well again. */
import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalServer, LocalStack } from '@forebay/local-stack';
import { Redis } from 'ioredis';
import { waitFor } from '../../support/wait-for';

const REWRITTEN_WITHIN_MS = 30_000;
const WHOLE_WITHIN_MS = 30_000;

/** As a fault found them: running, awake, Redis with all memory that it wants. */
export async function heal(stack: LocalStack): Promise<void> {
  for (const server of [...Object.values(stack.servers), ...stack.redisNodes]) {
    if (server === null) continue;
    if (server.isRunning) server.resume();
    else await server.restart();
  }
  if (stack.redisNodes.length > 0) return clusterIsWhole(stack);
  await withRedis(stack, async (redis) => {
    await redis.config('SET', 'maxmemory', '0');
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
  });
}

/** The nodes of the Redis Cluster that run and have slots. */
export async function clusterMasters({ redisNodes }: LocalStack): Promise<LocalServer[]> {
  const masters: LocalServer[] = [];
  for (const node of redisNodes) {
    if (!node.isRunning) continue;
    const redis = new Redis(node.port);
    try {
      if ((await redis.role())[0] === 'master') masters.push(node);
    } finally {
      redis.disconnect();
    }
  }
  return masters;
}

/** Resolves when every replica of the Redis Cluster has what its master has. */
export async function clusterIsWhole({ redisNodes }: LocalStack): Promise<void> {
  const isWhole = async () => {
    for (const node of redisNodes) {
      const redis = new Redis(node.port);
      try {
        const info = await redis.info('replication');
        if (/role:slave/.test(info) && !/master_link_status:up/.test(info)) return false;
        if (!/cluster_state:ok/.test((await redis.cluster('INFO')) as string)) return false;
      } finally {
        redis.disconnect();
      }
    }
    return true;
  };
  await waitFor(isWhole, {
    deadlineMs: WHOLE_WITHIN_MS,
    message: 'the nodes of the cluster know one another',
  });
}

export async function withRedis<T>(
  { redisUrl }: Pick<LocalStack, 'redisUrl'>,
  act: (redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = new Redis(redisUrl);
  try {
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}

export function serverOf(stack: LocalStack, part: keyof LocalStack['servers']): LocalServer {
  const server = stack.servers[part];
  if (server === null)
    throw new Error(`the proof runs no ${part} of its own: unset the variable that names one`);
  return server;
}

/** The file that Redis appends its writes to; it stays the same one, as nothing makes a shorter one of it any more. */
export class AppendOnlyFile {
  private constructor(private readonly directory: string) {}

  static of(stack: LocalStack): Promise<AppendOnlyFile> {
    return withRedis(stack, async (redis) => {
      await redis.config('SET', 'auto-aof-rewrite-percentage', '0');
      const isRewriting = async () =>
        /aof_rewrite_(in_progress|scheduled):1/.test(await redis.info('persistence'));
      await waitFor(async () => !(await isRewriting()), {
        deadlineMs: REWRITTEN_WITHIN_MS,
        message: 'Redis has rewritten its append-only file',
      });
      const [, directory] = (await redis.config('GET', 'dir')) as string[];
      return new AppendOnlyFile(join(directory as string, 'appendonlydir'));
    });
  }

  get #path(): string {
    const name = readdirSync(this.directory)
      .filter((each) => each.endsWith('.incr.aof'))
      .sort((a, b) => Number(a.split('.')[2]) - Number(b.split('.')[2]))
      .at(-1);
    return join(this.directory, name as string);
  }

  get size(): number {
    return statSync(this.#path).size;
  }

  /** What was written behind `size` is lost. */
  cut(size: number): void {
    truncateSync(this.#path, size);
  }

  /** Everything is lost. */
  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
