/** Every fault, in the order in which a run tries them. */
import { brokerAway } from './broker-away';
import { brokerRestarted } from './broker-restarted';
import { clickhouseAway } from './clickhouse-away';
import { clockSkew } from './clock-skew';
import { disorder } from './disorder';
import type { Fault } from './fault';
import { hotKey } from './hot-key';
import { killAtPoints } from './kill-at-points';
import { killAtRandom } from './kill-at-random';
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
import { streamDead } from './stream-dead';
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
  brokerRestarted,
  brokerAway,
  topicDeleted,
  retentionPassed,
  streamDead,
  hotKey,
  poison,
  disorder,
  clockSkew,
];
