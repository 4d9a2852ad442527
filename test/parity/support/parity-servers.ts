/** The servers of a run, with the names that it uses in them. */
import { randomBytes } from 'node:crypto';
import { ParityArchive } from './parity-archive';
import { ParityRedis } from './parity-redis';

export interface ParityServers {
  readonly archive: ParityArchive;
  readonly redis: ParityRedis;
}

/** An empty database of its own in ClickHouse; in Redis keys of view ids that no registry gives. */
export async function withServers<Result>(
  urls: { readonly clickhouseUrl: string; readonly redisUrl: string },
  body: (servers: ParityServers) => Promise<Result>,
): Promise<Result> {
  const database = `parity_${randomBytes(5).toString('hex')}`;
  const command = async (sql: string) => {
    const response = await fetch(urls.clickhouseUrl, { method: 'POST', body: sql });
    const text = await response.text();
    if (!response.ok) throw new Error(`${sql}: ${text}`);
  };
  await command(`CREATE DATABASE ${database}`);
  const archive = await ParityArchive.open(urls.clickhouseUrl, database);
  const redis = await ParityRedis.connect(urls.redisUrl);
  try {
    return await body({ archive, redis });
  } finally {
    await redis.close();
    await archive.close();
    await command(`DROP DATABASE ${database}`);
  }
}
