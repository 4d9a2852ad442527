import { waitFor } from '../support/wait-for';
import type { Fault } from './fault';
import type { Scene } from './support/scene';

const REFUSED = /the topic was deleted and made anew|it lost records, or was made anew|is not in \d+ … \d+/;
const GONE_WITHIN_MS = 30_000;
const ENDS_WITHIN_MS = 90_000;

/** The new topic is longer than what was read of the old one, so that offsets alone tell nothing. */
async function makeAnew({ installation, topic }: Scene): Promise<void> {
  const { admin } = await installation.servers.eventLog();
  const size = await installation.topicSize();
  await admin.deleteTopic(topic);
  await waitFor(async () => (await admin.partitionCount(topic)) === null, {
    deadlineMs: GONE_WITHIN_MS,
    message: 'the topic is gone',
  });
  await installation.apply(installation.declaration);
  await installation.forgetProducer();
  await installation.sendUncounted(Array.from({ length: 2 * size }, () => ({ time: Date.now(), user: 'a' })));
}

/** Records of a topic that has taken the place of the one that was read are not read into values whose fences speak of the old one. */
export const topicDeleted: Fault = {
  name: 'topic-deleted',
  says: 'the topic is deleted and made again while it is read: the member stops and says so, one that begins does too, and none reads on from the checkpoint',
  times: 1,
  shortTimes: 0,
  isFresh: true,
  scene: { skewMs: 1_000 },
  losesRecords: true,
  async disturb(scene) {
    const { installation } = scene;
    await scene.compare();
    const [reader] = scene.members;
    if (reader === undefined) throw new Error('no member runs');
    const before = await installation.checkpointed();
    await makeAnew(scene);
    await scene.within(ENDS_WITHIN_MS, 'the member that reads stops', () => !reader.isRunning);
    if (!reader.logged(REFUSED)) throw new Error(`it does not say why\n${reader.log}`);
    const next = scene.launch({});
    next.ready().catch(() => undefined);
    await scene.within(ENDS_WITHIN_MS, 'a member that begins stops', () => !next.isRunning);
    if (!next.logged(REFUSED)) throw new Error(`it does not say why\n${next.log}`);
    if ((await installation.checkpointed()) !== before) throw new Error('it has read');
  },
};
