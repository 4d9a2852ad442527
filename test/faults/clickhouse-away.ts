import type { Fault } from './fault';
import { serverOf } from './support/servers';

export const clickhouseAway: Fault = {
  name: 'clickhouse-away',
  says: 'ClickHouse is killed; values go on without it; a member is killed with a full archiver; ClickHouse comes back',
  times: 3,
  shortTimes: 0,
  async disturb(scene, { index }) {
    const clickhouse = serverOf(scene.stack, 'clickhouse');
    await clickhouse.kill9();
    await scene.produce(3_000);
    await scene.readAll();
    if (index % 2 === 1) await scene.killMembers();
    await clickhouse.restart();
    if (index % 2 === 1) await scene.start();
    await scene.produce(500);
  },
};
