import type { Fault } from './fault';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The source allows as much; what lies further ahead is refused, as poison is. */
export const clockSkew: Fault = {
  name: 'clock-skew',
  says: 'the clocks of producers are an hour ahead and an hour behind, and a member dies',
  times: 2,
  shortTimes: 0,
  scene: { latenessMs: 80 * MINUTE_MS, skewMs: 70 * MINUTE_MS },
  async disturb(scene) {
    for (const skewMs of [HOUR_MS, -5 * MINUTE_MS, HOUR_MS, 0])
      await scene.produce(800, { nowMs: Date.now() + skewMs });
    await scene.reachedSomewhere();
    await scene.killMembers();
    await scene.start();
  },
};
