import type { Fault } from './fault';
import type { Scene } from './support/scene';

/** Until all have joined, something of each has come through. */
async function goOn(scene: Scene): Promise<void> {
  const before = await scene.checkpointed();
  await scene.reached(before + 500);
}

export const rebalance: Fault = {
  name: 'rebalance',
  says: 'one member becomes three, then two, then one, under load; one leaves in good order, one is killed',
  times: 3,
  shortTimes: 0,
  scene: { partitions: 6 },
  async disturb(scene) {
    await scene.underLoad(async () => {
      await goOn(scene);
      await Promise.all([scene.start(), scene.start()]);
      await goOn(scene);
      await scene.members[0]?.terminate();
      await goOn(scene);
      await scene.members[0]?.kill9();
      await goOn(scene);
    });
  },
};
