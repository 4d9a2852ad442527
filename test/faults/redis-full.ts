import type { Fault } from './fault';
import { withRedis } from './support/servers';

const STAYS_FULL_MS = 3_000;

export const redisFull: Fault = {
  name: 'redis-full',
  says: 'Redis is at its memory limit and refuses every write, then has room again',
  times: 2,
  shortTimes: 1,
  async disturb(scene) {
    await scene.underLoad(async () => {
      await withRedis(scene.stack, (redis) => redis.config('SET', 'maxmemory', '1mb'));
      const since = performance.now();
      const [member] = scene.members;
      await scene.within(30_000, 'a write was refused', () => member?.logged(/OOM|out of memory|maxmemory/i));
      const before = await scene.checkpointed();
      await scene.within(30_000, 'Redis stays full', () => performance.now() - since > STAYS_FULL_MS);
      if ((await scene.checkpointed()) !== before)
        throw new Error('the checkpoint moved while nothing could be written');
      await withRedis(scene.stack, (redis) => redis.config('SET', 'maxmemory', '0'));
    });
  },
};
