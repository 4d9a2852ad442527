import type { Fault } from './fault';
import { HidingProxy } from './support/hiding-proxy';
import type { Scene } from './support/scene';
import { AppendOnlyFile, serverOf } from './support/servers';

const SECOND_MS = 1_000;
const proxies = new WeakMap<Scene, HidingProxy>();

/** No connection of the member is closed: only what the values and checkpoints say can tell it that the server went back in time. */
export const redisBehindProxy: Fault = {
  name: 'redis-behind-proxy',
  says: 'the same behind a proxy that keeps the connections of the member and hides that there was another server for a moment',
  times: 10,
  shortTimes: 0,
  async arrange(scene) {
    const proxy = await HidingProxy.start(scene.stack.redisUrl);
    proxies.set(scene, proxy);
    scene.onClose(() => proxy.stop());
    await scene.start({ FOREBAY_REDIS_URL: proxy.url });
  },
  async disturb(scene) {
    const proxy = proxies.get(scene) as HidingProxy;
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
      const kept = proxy.connections;
      await proxy.hide(async () => {
        await redis.kill9();
        file.cut(before + scene.random.integer(Math.floor((file.size - before) / 2)));
        await redis.restart();
      });
      if (proxy.connections !== kept) throw new Error('the proxy did not hide it: a connection was closed');
    });
  },
};
