import { bucketOf, CLUSTER_BUCKETS, checkpointKey } from '@forebay/online-store';
import { moveSlotOf } from '../support/redis-slots';
import type { Fault } from './fault';
import { clusterMasters } from './support/servers';

const MOVED = 4;

export const clusterSlotsMove: Fault = {
  name: 'cluster-slots-move',
  says: `${MOVED} slots of a Redis Cluster, with values of users in them, move to other nodes under load`,
  times: 2,
  shortTimes: 0,
  isOnCluster: true,
  async disturb(scene) {
    // a slot is told by the checkpoint in it
    await scene.reached(1);
    await scene.underLoad(async () => {
      for (let i = 0; i < MOVED; i++) {
        const bucket = bucketOf(`user-${scene.random.integer(20)}`, CLUSTER_BUCKETS);
        const [reading] = scene.readings;
        await moveSlotOf(checkpointKey(bucket, reading?.sourceId ?? 0), await clusterMasters(scene.stack));
        await scene.reached((await scene.checkpointed()) + 300);
      }
    });
  },
};
