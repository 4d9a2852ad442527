import type { Fault } from './fault';
import { clusterIsWhole, clusterMasters } from './support/servers';

export const clusterMasterKilled: Fault = {
  name: 'cluster-master-killed',
  says: 'a master of a Redis Cluster is killed under load; its replica takes its place, and it comes back as the replica',
  times: 2,
  shortTimes: 0,
  isOnCluster: true,
  async disturb(scene) {
    await scene.underLoad(async () => {
      await scene.reachedSomewhere();
      const masters = await clusterMasters(scene.stack);
      const killed = scene.random.pick(masters);
      await killed.kill9();
      await scene.within(
        30_000,
        'another node has taken the place of the one that was killed',
        async () => (await clusterMasters(scene.stack)).length === masters.length,
      );
      await killed.restart();
      await clusterIsWhole(scene.stack);
      await scene.reached((await scene.checkpointed()) + 500);
    });
  },
};
