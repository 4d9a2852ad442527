import type { Fault } from './fault';
import { replay } from './replay';

/** Of ordinary events without ids that would be further events; of pairs the ids say that they are the same. */
export const pairsComeAgain: Fault = {
  name: 'pairs-come-again',
  says: 'joined and sequence sources: all records are sent once more while they are read, then the checkpoint is set to the beginning',
  times: 2,
  shortTimes: 0,
  scene: { content: 'pairs', firstEvents: 2_000 },
  async disturb(scene, attempt) {
    await scene.reachedSomewhere();
    await scene.sendAgain();
    // what is not there yet cannot be set back
    await scene.readAll();
    await replay.disturb(scene, attempt);
  },
};
