/** The servers that faults break: those of a run, and beside them a Redis Cluster for the faults that want one. */
import { type LocalStack, type LocalStackOptions, startLocalStack } from '@forebay/local-stack';
import { HOME_DIR } from '../../support/stack';
import type { Fault } from '../fault';

const NODES = 3;

export class FaultStacks {
  #stack: LocalStack | null = null;
  #cluster: LocalStack | null = null;

  constructor(private readonly log: (message: string) => void) {}

  /** Each is started when it is first needed. */
  async of({ isOnCluster = false }: Fault): Promise<LocalStack> {
    this.#stack ??= await this.#start({});
    if (!isOnCluster) return this.#stack;
    this.#cluster ??= await this.#start({
      redisNodes: NODES,
      redisReplicas: 1,
      env: {
        FOREBAY_KAFKA_BROKERS: this.#stack.kafkaBrokers,
        FOREBAY_CLICKHOUSE_URL: this.#stack.clickhouseUrl,
        FOREBAY_QUEUE_REDIS_URL: this.#stack.queueRedisUrl,
      },
    });
    return this.#cluster;
  }

  #start(options: LocalStackOptions): Promise<LocalStack> {
    return startLocalStack({ homeDir: HOME_DIR, redisPersistence: 'aof', log: this.log, ...options });
  }

  async stop(): Promise<void> {
    await this.#cluster?.stop();
    await this.#stack?.stop();
  }
}
