import { checkpointKey } from '@forebay/online-store';
import type { Fault } from './fault';
import { withRedis } from './support/servers';

const ONLY_BUCKET = 0;

export const replay: Fault = {
  name: 'replay',
  says: 'the checkpoint is deleted, and the whole topic is read again into values that hold it',
  times: 3,
  shortTimes: 0,
  // without ids: copies would be known by them, too, and nothing but fences shall tell
  scene: { firstEvents: 6_000 },
  async disturb(scene) {
    await scene.killMembers();
    await scene.produce(500);
    const deleted = await withRedis(scene.stack, (redis) =>
      redis.del(checkpointKey(ONLY_BUCKET, scene.installation.source.id)),
    );
    // before the first try nobody may have written one
    if (deleted === 0) throw new Error('there was no checkpoint to delete');
    await scene.start();
  },
  async arrange(scene) {
    await scene.start();
    await scene.readAll();
  },
};
