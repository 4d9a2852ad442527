import type { Fault } from './fault';

const ENDS_WITHIN_MS = 40_000;
const POINTS = ['copies-stored', 'copies-made', 'values-stored', 'checkpoint-stored'] as const;

/** What was copied and not known to be is copied again, and a member that slept copies on where others have been since. */
export const reKeyed: Fault = {
  name: 're-keyed',
  says: 'a topic of 32 partitions that is re-keyed: one of two members dies while it copies, another one sleeps until others have its partitions',
  times: 4,
  shortTimes: 0,
  scene: { isKeyed: false, isRekeyed: true, partitions: 32 },
  async disturb(scene, { index }) {
    const point = `${POINTS[index % POINTS.length]}:${1 + scene.random.integer(4)}`;
    const dying = scene.launch({ FOREBAY_FAULT_POINT: point });
    dying.ready().catch(() => undefined);
    await scene.underLoad(() =>
      scene.within(ENDS_WITHIN_MS, `a member dies at ${point}`, () => !dying.isRunning),
    );
    if (dying.child.signalCode !== 'SIGKILL') throw new Error(`it ended otherwise\n${dying.log}`);
    await Promise.all(scene.members.slice(1).map((member) => member.terminate()));
    const sleeper = scene.members[0] ?? (await scene.start());
    sleeper.pause();
    await scene.underLoad(async () => {
      await scene.start();
      await scene.reached((await scene.checkpointed()) + 1_000);
    });
    sleeper.resume();
    await scene.underLoad(async () => {
      await scene.reached((await scene.checkpointed()) + 500);
    });
  },
};
