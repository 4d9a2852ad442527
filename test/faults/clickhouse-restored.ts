import type { Fault } from './fault';
import { forebay } from './support/forebay-command';
import type { Scene } from './support/scene';
import { withRedis } from './support/servers';

const EXACT_WITHIN_MS = 60_000;

export const clickhouseRestored: Fault = {
  name: 'clickhouse-restored',
  says: 'ClickHouse loses its database and gets it back from backups, whole and incremental, that are older than what was read since; the topic has the rest',
  times: 2,
  shortTimes: 0,
  scene: { hasIds: true },
  async disturb(scene, { index }) {
    const restore = await backedUp(scene, index);
    await scene.killMembers();
    // not read before the database is lost
    if (index % 2 === 1) await scene.produce(500);
    await restore();
    await scene.start();
    await scene.produce(500);
  },
};

export const allRestored: Fault = {
  name: 'all-restored',
  says: 'ClickHouse loses its database and both Redis all that they hold: the backup is restored, then `forebay rebuild --all`; the topic has the rest',
  times: 2,
  shortTimes: 0,
  scene: { hasIds: true },
  async disturb(scene, { index }) {
    const restore = await backedUp(scene, index);
    await scene.killMembers();
    await withRedis(scene.stack, (redis) => redis.flushall());
    await withRedis({ redisUrl: scene.stack.queueRedisUrl }, (redis) => redis.flushall());
    await restore();
    await scene.start();
    await scene.produce(500);
    await forebay(scene, 'rebuild', '--all', '--timeout', '60s');
    await scene.within(
      EXACT_WITHIN_MS,
      'every value is right again',
      async () => (await scene.look()).wrong === 0,
    );
  },
};

/** Backs up as docs/OPERATIONS.md says, and reads on; returns how to lose the database and to restore it. */
async function backedUp(scene: Scene, index: number): Promise<() => Promise<void>> {
  const { installation } = scene;
  const database = installation.environment.FOREBAY_CLICKHOUSE_DATABASE as string;
  const backup = (name: string) => `Disk('backups', '${database}-${name}-${index}')`;
  await scene.compare();
  await installation.sql(`BACKUP DATABASE ${database} TO ${backup('week')}`);
  await scene.produce(1_000);
  await scene.compare();
  await installation.sql(
    `BACKUP DATABASE ${database} TO ${backup('day')} SETTINGS base_backup = ${backup('week')}`,
  );
  await scene.produce(3_000);
  await scene.compare();
  return async () => {
    await installation.sql(`DROP DATABASE ${database} SYNC`, 'default');
    await installation.sql(`RESTORE DATABASE ${database} FROM ${backup('day')}`, 'default');
  };
}
