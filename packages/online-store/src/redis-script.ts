import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RedisConnection } from './connection';
import { isNoScript } from './redis-errors';

/** Beside `src` and `dist`. */
const SCRIPTS_FOLDER = join(__dirname, '..', 'scripts');

/** One atomic command: a file of `scripts/`, called by the SHA-1 of its text. */
export class RedisScript {
  readonly source: string;
  readonly sha: string;

  constructor(readonly name: string) {
    this.source = readFileSync(join(SCRIPTS_FOLDER, `${name}.lua`), 'utf8');
    this.sha = createHash('sha1').update(this.source).digest('hex');
  }

  /** Runs it on the server of a bucket, null: on that of the keys. Replies are as decoded: integers as numbers, strings as Buffers. */
  async run(
    connection: RedisConnection,
    bucket: number | null,
    keys: readonly string[],
    args: readonly Buffer[],
  ): Promise<unknown> {
    const call = () => {
      const client = bucket === null ? connection.client : connection.at(bucket);
      return client.callBuffer('EVALSHA', [this.sha, keys.length, ...keys, ...args]);
    };
    return connection.run(this.name, async () => {
      try {
        return await call();
      } catch (thrown) {
        if (!isNoScript(thrown)) throw thrown;
        await this.load(connection);
        return call();
      }
    });
  }

  /** A server knows no script after it was restarted, and none that its primary was given after a failover. */
  async load(connection: RedisConnection): Promise<void> {
    const loads = connection.link.masters().map((master) => master.script('LOAD', this.source));
    const outcomes = await Promise.allSettled(loads);
    // a node that is away is told when it is asked again; the call that follows says what is wrong
    if (outcomes.every(({ status }) => status === 'rejected')) await loads[0];
  }
}
