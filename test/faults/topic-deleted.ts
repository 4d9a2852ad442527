import { waitFor } from '../support/wait-for';
import type { Fault } from './fault';
import type { Scene } from './support/scene';

const GONE_WITHIN_MS = 30_000;

async function makeAnew({ installation, topic }: Scene): Promise<void> {
  const { admin } = await installation.servers.eventLog();
  await admin.deleteTopic(topic);
  await waitFor(async () => (await admin.partitionCount(topic)) === null, {
    deadlineMs: GONE_WITHIN_MS,
    message: 'the topic is gone',
  });
  await installation.apply(installation.declaration);
  await installation.forgetProducer();
}

/** Offsets begin again, so a record of the new topic has the position of one of the old; both are events, and both count. */
export const topicDeleted: Fault = {
  name: 'topic-deleted',
  says: 'the topic is deleted and made again, while nobody reads or while a member does; events of both count',
  times: 4,
  shortTimes: 0,
  async disturb(scene, { index }) {
    // what nobody has read is lost with a topic
    await scene.compare();
    const isRead = index % 2 === 1;
    if (!isRead) await scene.killMembers();
    await makeAnew(scene);
    scene.topicEpoch++;
    // longer or shorter than what was read of the old one
    await scene.produce(index < 2 ? 2_500 : 500);
    if (!isRead) await scene.start();
  },
};
