import type { Fault } from './fault';

/** Longer than the session of a scene's members. */
const TAKEN_OVER_WITHIN_MS = 30_000;

export const zombie: Fault = {
  name: 'zombie',
  says: 'a member is stopped (SIGSTOP) until another one has read on from its partitions, then goes on (SIGCONT)',
  times: 4,
  shortTimes: 0,
  async disturb(scene) {
    const [zombie] = scene.members;
    if (zombie === undefined) throw new Error('no member runs');
    await scene.underLoad(async () => {
      await scene.reachedSomewhere();
      zombie.pause();
      const heir = await scene.start();
      const before = await scene.checkpointed();
      await scene.within(
        TAKEN_OVER_WITHIN_MS,
        'another member reads on',
        async () => (await scene.checkpointed()) > before,
      );
      zombie.resume();
      // what it still has in its hands must not be written: it writes, and notices
      const zombieReads = /joined, with|not the leader|a write failed|reading from the checkpoint/;
      await scene.within(TAKEN_OVER_WITHIN_MS, 'the member that was stopped is awake', () =>
        zombie.logged(zombieReads),
      );
      await scene.reachedSomewhere();
      await heir.terminate();
    });
    if (!zombie.isRunning) throw new Error(`the member that was stopped has ended\n${zombie.log}`);
  },
};
