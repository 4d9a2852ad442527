import { checkpointKey } from '@forebay/online-store';
import type { Fault } from './fault';
import { withRedis } from './support/servers';

const ONLY_BUCKET = 0;
/** Of a checkpoint's bytes (docs/CODEC.md): what stands before its offsets, and each of these, a double. */
const HEADER_BYTES = 8;
const OFFSET_BYTES = 8;

export const replay: Fault = {
  name: 'replay',
  says: 'the checkpoint is set to the beginning, and the whole topic is read again into values that hold it',
  times: 3,
  shortTimes: 0,
  // without ids: copies would be known by them, too, and nothing but fences shall tell
  scene: { firstEvents: 6_000 },
  async disturb(scene) {
    await scene.killMembers();
    await scene.produce(500);
    await withRedis(scene.stack, async (redis) => {
      for (const { sourceId, topics } of scene.readings) {
        const bytes = OFFSET_BYTES * topics.length * scene.options.partitions;
        await redis.setrange(checkpointKey(ONLY_BUCKET, sourceId), HEADER_BYTES, Buffer.alloc(bytes));
      }
    });
    const before = await scene.checkpointed();
    if (before !== 0) throw new Error(`the checkpoint is ${before} records, not at the beginning`);
    await scene.start();
  },
  async arrange(scene) {
    await scene.start();
    await scene.readAll();
  },
};
