import type { Fault } from './fault';
import { inContent } from './support/in-content';
import { serverOf } from './support/servers';

export const clickhouseAway: Fault = {
  name: 'clickhouse-away',
  says: 'ClickHouse is killed; values go on without it; every other time the member is killed with what it could not archive',
  times: 3,
  shortTimes: 0,
  disturb: (scene, { index }) => whileAway(scene, index, true),
};

/** What fields were looked up as is archived before values are made of them. */
export const enrichedClickhouseAway: Fault = inContent(
  {
    ...clickhouseAway,
    says: 'ClickHouse is killed; values wait for it; every other time the member is killed with what it could not archive',
    disturb: (scene, { index }) => whileAway(scene, index, false),
  },
  'enriched',
  2,
);

async function whileAway(
  scene: Parameters<Fault['disturb']>[0],
  index: number,
  valuesGoOn: boolean,
): Promise<void> {
  const clickhouse = serverOf(scene.stack, 'clickhouse');
  // where to begin is known only with the archive
  await scene.readAll();
  await clickhouse.kill9();
  await scene.produce(3_000);
  if (valuesGoOn) await scene.readAll();
  if (index % 2 === 1) await scene.killMembers();
  await clickhouse.restart();
  if (index % 2 === 1) await scene.start();
  await scene.produce(500);
}
