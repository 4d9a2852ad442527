import type { Fault } from './fault';

const ENDS_WITHIN_MS = 40_000;

/** Two members write the same entities, so they meet each other's values all the time; one of them dies where it has met one. */
export const unKeyed: Fault = {
  name: 'un-keyed',
  says: 'a topic that is not keyed by the entity, two members that write the same entities, and one dies at a conflict',
  times: 4,
  shortTimes: 0,
  scene: { isKeyed: false, partitions: 4 },
  async disturb(scene) {
    const dying = scene.launch({ FOREBAY_FAULT_POINT: `conflict-found:${1 + scene.random.integer(4)}` });
    dying.ready().catch(() => undefined);
    await scene.underLoad(() =>
      scene.within(ENDS_WITHIN_MS, 'a member dies at a conflict', () => !dying.isRunning),
    );
    if (dying.child.signalCode !== 'SIGKILL') throw new Error(`it ended otherwise\n${dying.log}`);
    // two healthy members, of which one came late
    await Promise.all(scene.members.slice(1).map((member) => member.terminate()));
    await scene.start();
    await scene.underLoad(async () => {
      await scene.reached((await scene.checkpointed()) + 1_500);
    });
  },
};
