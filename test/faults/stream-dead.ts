import type { Fault } from './fault';
import type { Look } from './support/scene-comparison';

const MAX_STALENESS_MS = 5_000;
const EXACT_WITHIN_MS = 30_000;
const DEGRADED_WITHIN_MS = 5 * MAX_STALENESS_MS;

export const streamDead: Fault = {
  name: 'stream-dead',
  says: `nobody reads: once progress is older than max_staleness (${MAX_STALENESS_MS / 1_000} s here), every value is DEGRADED, and exact again later`,
  times: 2,
  shortTimes: 0,
  scene: { maxStalenessMs: MAX_STALENESS_MS },
  async disturb(scene) {
    await scene.readAll();
    await scene.within(EXACT_WITHIN_MS, 'every value is exact', async () => (await scene.look()).wrong === 0);
    await scene.killMembers();
    const diedAt = performance.now();
    let state: Look | null = null;
    await scene.within(
      DEGRADED_WITHIN_MS,
      () => `every value is DEGRADED: ${JSON.stringify(state)}`,
      async () => {
        state = await scene.look();
        if (state.falselyExact > 0) throw new Error(state.told);
        return state.exact === 0;
      },
    );
    scene.notes.add(`DEGRADED ${((performance.now() - diedAt) / 1_000).toFixed(1)} s after the end`);
    await scene.produce(2_000);
    await scene.start();
  },
};
