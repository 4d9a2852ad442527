import type { Fault } from './fault';
import { forebay } from './support/forebay-command';
import type { Look } from './support/scene-comparison';
import { AppendOnlyFile, serverOf } from './support/servers';

const EXACT_WITHIN_MS = 60_000;

export const redisEmpty: Fault = {
  name: 'redis-empty',
  says: 'Redis is killed and comes back empty, then `forebay rebuild --all`; until all is there again no value claims to be exact and is not',
  times: 3,
  shortTimes: 0,
  scene: { hasIds: true, firstEvents: 6_000 },
  async disturb(scene) {
    await scene.readAll();
    await scene.within(EXACT_WITHIN_MS, 'every value is right', async () => (await scene.look()).wrong === 0);
    const file = await AppendOnlyFile.of(scene.stack);
    const redis = serverOf(scene.stack, 'redis');
    const watch = scene.watch();
    await redis.kill9();
    file.remove();
    await redis.restart();
    const emptyAt = performance.now();
    await forebay(scene, 'rebuild', '--all', '--timeout', '60s');
    let look: Look | null = null;
    await scene.within(
      EXACT_WITHIN_MS,
      () => `every value is right again: ${JSON.stringify(look)}`,
      async () => {
        look = await scene.look();
        return look.wrong === 0;
      },
    );
    const seconds = ((performance.now() - emptyAt) / 1_000).toFixed(1);
    scene.notes.add(`${scene.recordsSent.toLocaleString('en-US')} records made anew in ${seconds} s`);
    await watch.end();
  },
};
