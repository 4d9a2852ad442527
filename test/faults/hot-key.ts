import type { Fault } from './fault';

const USUAL = 150;
const BURST = 100 * USUAL;

export const hotKey: Fault = {
  name: 'hot-key',
  says: `one user suddenly has ${BURST.toLocaleString('en-US')} events, 100 times as many as others, and a member dies among them`,
  times: 1,
  shortTimes: 0,
  scene: { hasIds: true, firstEvents: 3_000 },
  async disturb(scene) {
    const [first] = scene.members;
    for (let sent = 0; sent < BURST; sent += 1_000) await scene.produce(1_000, { user: 'user-0' });
    await scene.reachedSomewhere();
    await first?.kill9();
    await scene.start();
  },
};
