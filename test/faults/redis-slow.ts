import { RedisProxy } from '../support/redis-proxy';
import type { Fault } from './fault';
import type { Scene } from './support/scene';

const DELAY_MS = 150;
const proxies = new WeakMap<Scene, RedisProxy>();

export const redisSlow: Fault = {
  name: 'redis-slow',
  says: `every answer of Redis comes ${DELAY_MS} ms late, under load`,
  times: 2,
  shortTimes: 0,
  async arrange(scene) {
    const proxy = await RedisProxy.start(scene.stack.redisUrl);
    proxies.set(scene, proxy);
    scene.onClose(() => proxy.stop());
    await scene.start({ FOREBAY_REDIS_URL: proxy.url });
  },
  async disturb(scene) {
    const proxy = proxies.get(scene) as RedisProxy;
    await scene.underLoad(async () => {
      proxy.mode = { kind: 'slow', delayMs: DELAY_MS };
      await scene.reached((await scene.checkpointed()) + 1_000);
      proxy.mode = { kind: 'pass' };
    });
  },
};
