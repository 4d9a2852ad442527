/** Every fault, in the order in which a run tries them. */
import { batchKilled, batchZombie } from './batch-killed';
import { batchMissed } from './batch-missed';
import { batchBeside, batchCancelled, batchTwice } from './batch-requests';
import {
  batchClickhouseAway,
  batchClickhouseFull,
  batchRedisAway,
  batchRedisLoses,
} from './batch-servers-away';
import { batchTablesKilled, batchTablesMissed, withTables } from './batch-tables';
import { batchTrainingSetBroken, batchTrainingSetKilled } from './batch-training-set';
import { batchTrainingSetObjects } from './batch-training-set-objects';
import { brokerAway } from './broker-away';
import { brokerRestarted } from './broker-restarted';
import { clickhouseAway, enrichedClickhouseAway } from './clickhouse-away';
import { allRestored, clickhouseRestored } from './clickhouse-restored';
import { clockSkew } from './clock-skew';
import { clusterMasterKilled } from './cluster-master-killed';
import { clusterSlotsMove } from './cluster-slots-move';
import { disorder } from './disorder';
import type { Fault } from './fault';
import { hotKey } from './hot-key';
import { enrichedKillAtPoints, killAtPoints, outputsKillAtPoints, pairsKillAtPoints } from './kill-at-points';
import { killAtRandom } from './kill-at-random';
import { pairsComeAgain } from './pairs-come-again';
import { pairsMadeAnew } from './pairs-made-anew';
import { partitionsAdded } from './partitions-added';
import { poison } from './poison';
import { reKeyed } from './re-keyed';
import { rebalance } from './rebalance';
import { redisBehindProxy } from './redis-behind-proxy';
import { redisEmpty } from './redis-empty';
import { redisFull } from './redis-full';
import { redisLosesASecond } from './redis-loses-a-second';
import { redisSlow } from './redis-slow';
import { replay } from './replay';
import { retentionPassed } from './retention-passed';
import { scaled } from './scaled';
import { streamDead } from './stream-dead';
import { inContent, withOutputs } from './support/in-content';
import { topicDeleted } from './topic-deleted';
import { unKeyed } from './un-keyed';
import { zombie } from './zombie';

export const ALL_FAULTS: readonly Fault[] = [
  killAtPoints,
  killAtRandom,
  zombie,
  rebalance,
  partitionsAdded,
  unKeyed,
  reKeyed,
  replay,
  redisLosesASecond,
  redisBehindProxy,
  redisEmpty,
  redisFull,
  redisSlow,
  clickhouseAway,
  clickhouseRestored,
  allRestored,
  brokerRestarted,
  brokerAway,
  topicDeleted,
  retentionPassed,
  streamDead,
  hotKey,
  poison,
  disorder,
  clockSkew,
  pairsKillAtPoints,
  inContent(zombie, 'pairs', 1),
  inContent(rebalance, 'pairs', 2),
  inContent(redisLosesASecond, 'pairs', 4),
  inContent(redisBehindProxy, 'pairs', 3),
  inContent(redisEmpty, 'pairs', 1, { firstEvents: 4_000 }),
  inContent(redisFull, 'pairs', 1),
  inContent(clickhouseAway, 'pairs', 1),
  inContent(brokerRestarted, 'pairs', 1),
  pairsComeAgain,
  pairsMadeAnew,
  outputsKillAtPoints,
  withOutputs(zombie, 2),
  withOutputs(reKeyed, 2),
  withOutputs(inContent(rebalance, 'pairs', 1), 1),
  enrichedKillAtPoints,
  inContent(zombie, 'enriched', 1),
  inContent(rebalance, 'enriched', 1),
  inContent(replay, 'enriched', 1, { firstEvents: 3_000 }),
  inContent(redisLosesASecond, 'enriched', 2),
  inContent(redisEmpty, 'enriched', 1, { firstEvents: 3_000 }),
  enrichedClickhouseAway,
  batchKilled,
  batchZombie,
  batchClickhouseAway,
  batchClickhouseFull,
  batchRedisAway,
  batchRedisLoses,
  batchTwice,
  batchBeside,
  batchCancelled,
  batchMissed,
  scaled,
  batchTablesKilled,
  batchTablesMissed,
  withTables(batchClickhouseAway, 2),
  withTables(batchClickhouseFull, 1),
  withTables(batchRedisAway, 4),
  withTables(batchRedisLoses, 2),
  withTables(batchTwice, 2),
  withTables(batchCancelled, 2),
  batchTrainingSetKilled,
  batchTrainingSetBroken,
  batchTrainingSetObjects,
  clusterMasterKilled,
  clusterSlotsMove,
  withOutputs(clusterMasterKilled, 2),
  withOutputs(clusterSlotsMove, 1),
  inContent(clusterMasterKilled, 'pairs', 1),
  { ...pairsMadeAnew, name: 'cluster-pairs-made-anew', isOnCluster: true, times: 2 },
  inContent(clusterSlotsMove, 'enriched', 1),
];
