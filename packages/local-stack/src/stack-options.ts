import { resolve } from 'node:path';
import { ForebayError } from '@forebay/contract';
import type { KafkaProperties } from './kafka/kafka-config';
import type { RedisPersistence } from './redis/redis-server';

/** The servers of a stack, in the order in which they are told to stop. */
export const PARTS = {
  kafka: { variable: 'FOREBAY_KAFKA_BROKERS' },
  clickhouse: { variable: 'FOREBAY_CLICKHOUSE_URL' },
  queueRedis: { variable: 'FOREBAY_QUEUE_REDIS_URL' },
  redis: { variable: 'FOREBAY_REDIS_URL' },
} as const satisfies Record<string, { variable: string }>;

export type Part = keyof typeof PARTS;

export const ALL_PARTS = Object.keys(PARTS) as readonly Part[];

/** Fewer cannot agree on who is away. */
const MIN_CLUSTER_NODES = 3;

export interface LocalStackOptions {
  /** Holds downloaded programs and, by default, data. Default: `.forebay` in the working directory. */
  readonly homeDir?: string;
  /** This stack's data and logs; what is there from an earlier run is used. Default: a new directory in `homeDir`. */
  readonly dataDir?: string;
  /** Whether the data stays after `stop()`. Default: only with `dataDir`. */
  readonly keep?: boolean;
  /** The servers wanted. Default: all. */
  readonly parts?: readonly Part[];
  /** Environment variables; an address in FOREBAY_KAFKA_BROKERS, FOREBAY_REDIS_URL, … stands for a server of one's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Of the Redis for features; the one for queues always has `aof`. Default: `none`. */
  readonly redisPersistence?: RedisPersistence;
  /** The Redis for features is a Redis Cluster of so many nodes, at least 3; 1: one server, no cluster. Default: 1. */
  readonly redisNodes?: number;
  /** Of each node of a Redis Cluster, so many further nodes that take its place when it is away. Default: 0. */
  readonly redisReplicas?: number;
  /** Of the broker, beyond its own, or in their place. Default: none. */
  readonly kafkaProperties?: KafkaProperties;
  /** For `kafka-storage format`, such as `--add-scram`. Default: none. */
  readonly kafkaFormatArguments?: readonly string[];
  /** Told what happens, one line at a time. Default: nobody. */
  readonly log?: (message: string) => void;
}

export interface ResolvedOptions {
  readonly homeDir: string;
  /** Null for a new directory. */
  readonly dataDir: string | null;
  readonly keep: boolean;
  readonly parts: readonly Part[];
  /** Null for a server to be started. */
  readonly addresses: Readonly<Record<Part, string | null>>;
  readonly redisPersistence: RedisPersistence;
  readonly redisNodes: number;
  readonly redisReplicas: number;
  readonly kafkaProperties: KafkaProperties;
  readonly kafkaFormatArguments: readonly string[];
  readonly log: (message: string) => void;
}

/** Fills in defaults; throws `invalid_configuration` for parts that do not exist. */
export function resolveOptions(options: LocalStackOptions): ResolvedOptions {
  const unknown = options.parts?.find((part) => !(part in PARTS));
  if (unknown !== undefined) {
    throw new ForebayError(
      'invalid_configuration',
      `the local stack has no part "${unknown}": its parts are ${ALL_PARTS.join(', ')}`,
    );
  }
  const address = (part: Part) => options.env?.[PARTS[part].variable] || null;
  return {
    homeDir: resolve(options.homeDir ?? '.forebay'),
    dataDir: options.dataDir === undefined ? null : resolve(options.dataDir),
    keep: options.keep ?? options.dataDir !== undefined,
    parts: ALL_PARTS.filter((part) => options.parts?.includes(part) ?? true),
    addresses: {
      kafka: address('kafka'),
      clickhouse: address('clickhouse'),
      queueRedis: address('queueRedis'),
      redis: address('redis'),
    },
    redisPersistence: options.redisPersistence ?? 'none',
    redisNodes: nodesOf(options.redisNodes ?? 1),
    redisReplicas: options.redisReplicas ?? 0,
    kafkaProperties: options.kafkaProperties ?? {},
    kafkaFormatArguments: options.kafkaFormatArguments ?? [],
    log: options.log ?? (() => undefined),
  };
}

function nodesOf(count: number): number {
  if (count === 1 || (Number.isInteger(count) && count >= MIN_CLUSTER_NODES)) return count;
  throw new ForebayError(
    'invalid_configuration',
    `a Redis Cluster has at least ${MIN_CLUSTER_NODES} nodes, not ${count}; 1 is one server`,
  );
}
