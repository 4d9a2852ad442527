import type { Fault } from './fault';

/** The same group: the next member gets the partitions when the session of the dead one has ended. */
export const killAtRandom: Fault = {
  name: 'kill-at-random',
  says: 'the only member is killed at no particular point, and another one of its group takes over',
  times: 5,
  shortTimes: 0,
  scene: { hasIds: true },
  async disturb(scene) {
    await scene.produce(3_000);
    await scene.reachedSomewhere();
    await scene.killMembers();
    await scene.start();
  },
};
