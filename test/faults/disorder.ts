import type { Fault } from './fault';

const MINUTE_MS = 60_000;

export const disorder: Fault = {
  name: 'disorder',
  says: 'events come in any order within the allowed lateness (1 h), and a member dies among them',
  times: 2,
  shortTimes: 0,
  scene: { hasIds: true, latenessMs: 60 * MINUTE_MS },
  async disturb(scene) {
    await scene.produce(4_000);
    await scene.reachedSomewhere();
    await scene.killMembers();
    await scene.start();
  },
};
