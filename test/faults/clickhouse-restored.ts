import type { Fault } from './fault';

export const clickhouseRestored: Fault = {
  name: 'clickhouse-restored',
  says: 'ClickHouse loses its database and gets it back from backups, whole and incremental, that are older than what was read since; the topic has the rest',
  times: 2,
  shortTimes: 0,
  scene: { hasIds: true },
  async disturb(scene, { index }) {
    const { installation } = scene;
    const database = installation.environment.FOREBAY_CLICKHOUSE_DATABASE as string;
    const backup = (name: string) => `Disk('backups', '${database}-${name}-${index}')`;
    await scene.compare();
    await installation.sql(`BACKUP DATABASE ${database} TO ${backup('whole')}`);
    await scene.produce(1_000);
    await scene.compare();
    await installation.sql(
      `BACKUP DATABASE ${database} TO ${backup('day')} SETTINGS base_backup = ${backup('whole')}`,
    );
    await scene.produce(3_000);
    await scene.compare();
    await scene.killMembers();
    // not read before the database is lost
    if (index % 2 === 1) await scene.produce(500);
    await installation.sql(`DROP DATABASE ${database} SYNC`, 'default');
    await installation.sql(`RESTORE DATABASE ${database} FROM ${backup('day')}`, 'default');
    await scene.start();
    await scene.produce(500);
  },
};
