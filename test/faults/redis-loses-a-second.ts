import type { Fault } from './fault';
import { AppendOnlyFile, serverOf } from './support/servers';

const SECOND_MS = 1_000;

/** Redis syncs its file every second, so what a machine that dies loses is the last second of it, or a part of that. */
export const redisLosesASecond: Fault = {
  name: 'redis-loses-a-second',
  says: 'Redis is killed under load, and the last second of its append-only file, or a part of it, is lost',
  times: 10,
  shortTimes: 1,
  async disturb(scene) {
    const redis = serverOf(scene.stack, 'redis');
    const file = await AppendOnlyFile.of(scene.stack);
    await scene.underLoad(async () => {
      const before = file.size;
      const startedAt = performance.now();
      await scene.within(
        30 * SECOND_MS,
        () => `a second of writes is in the append-only file, whose size is ${file.size} after ${before}`,
        () => performance.now() - startedAt > SECOND_MS && file.size > before + 1_000,
      );
      await redis.kill9();
      // in the middle of a command, most of the time
      file.cut(before + scene.random.integer(Math.floor((file.size - before) / 2)));
      await redis.restart();
    });
  },
};
