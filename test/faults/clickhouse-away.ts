import type { Fault } from './fault';
import { serverOf } from './support/servers';

export const clickhouseAway: Fault = {
  name: 'clickhouse-away',
  says: 'ClickHouse is killed; values go on without it; every other time the member is killed with what it could not archive',
  times: 3,
  shortTimes: 0,
  async disturb(scene, { index }) {
    const clickhouse = serverOf(scene.stack, 'clickhouse');
    // where to begin is known only with the archive
    await scene.readAll();
    await clickhouse.kill9();
    await scene.produce(3_000);
    await scene.readAll();
    if (index % 2 === 1) await scene.killMembers();
    await clickhouse.restart();
    if (index % 2 === 1) await scene.start();
    await scene.produce(500);
  },
};
