import type { Fault } from './fault';
import { forebay } from './support/forebay-command';

const REFUSED = /were deleted by Kafka before they were read/;
const REPAIR = /forebay rebuild --source orders/;
const ENDS_WITHIN_MS = 30_000;

export const retentionPassed: Fault = {
  name: 'retention-passed',
  says: 'Kafka deletes records that were not read: the service stops, says which, and offers the repair, which is done; no value that lacks them claims to be exact',
  times: 1,
  shortTimes: 0,
  isFresh: true,
  async disturb(scene) {
    const { installation, topic } = scene;
    await scene.compare();
    await scene.killMembers();
    const before = await installation.checkpointed();
    const [unread] = scene.take(400, { reachMs: 60_000 });
    await installation.sendUncounted(
      (unread?.events ?? []).map((order) => ({ ...order, account: order.user ?? null })),
    );
    const { admin } = await installation.servers.eventLog();
    const ends = await admin.endOffsets(topic);
    await admin.deleteRecords(
      topic,
      [...ends].map(([partition, offset]) => ({ partition, offset })),
    );
    const member = scene.launch({});
    member.ready().catch(() => undefined);
    await scene.within(ENDS_WITHIN_MS, 'the service stops', () => !member.isRunning);
    for (const said of [REFUSED, REPAIR])
      if (!member.logged(said)) throw new Error(`it does not say ${said}\n${member.log}`);
    if ((await installation.checkpointed()) !== before) throw new Error('it has jumped over records');
    await forebay(scene, 'rebuild', '--source', 'orders', '--no-wait');
    await scene.start();
    await scene.produce(1_000);
    await scene.readAll();
  },
  losesRecords: true,
};
