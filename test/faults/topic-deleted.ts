import { waitFor } from '../support/wait-for';
import type { Fault } from './fault';

const REFUSED = /the topic was deleted and made anew|it lost records, or was made anew/;
const ENDS_WITHIN_MS = 30_000;

/** Of the events before it nothing is lost; those of the new topic are not read into values whose fences speak of the old one. */
export const topicDeleted: Fault = {
  name: 'topic-deleted',
  says: 'the topic is deleted and made again: the service stops and says so, and never reads on from the checkpoint',
  times: 1,
  shortTimes: 0,
  scene: { skewMs: 1_000 },
  async disturb(scene) {
    const { installation, topic } = scene;
    await scene.compare();
    await scene.killMembers();
    const { admin } = await installation.servers.eventLog();
    const size = await installation.topicSize();
    await admin.deleteTopic(topic);
    await waitFor(async () => (await admin.partitionCount(topic)) === null, {
      deadlineMs: ENDS_WITHIN_MS,
      message: 'the topic is gone',
    });
    await installation.apply(installation.declaration);
    await installation.forgetProducer();
    await installation.sendUncounted(
      Array.from({ length: 2 * size }, () => ({ time: Date.now(), user: 'a' })),
    );
    const before = await installation.checkpointed();
    const member = scene.launch({});
    member.ready().catch(() => undefined);
    await scene.within(ENDS_WITHIN_MS, 'the service stops', () => !member.isRunning);
    if (!member.logged(REFUSED)) throw new Error(`it does not say why\n${member.log}`);
    if ((await installation.checkpointed()) !== before) throw new Error('it has read');
  },
  losesRecords: true,
};
