import { ForebayError } from '@forebay/contract';
import { type Cluster, Command, type Redis } from 'ioredis';
import { CorkedWrites } from './corked-writes';
import { CLUSTER_BUCKETS } from './keys';
import type { RedisLink } from './link';
import { type RawCommand, sendRaw } from './raw-command';
import { isRedirect } from './redis-errors';
import { takeReplies } from './reply-intake';

/**
 * Whether a command that a server refuses, since its keys have moved, is sent on to where they are. Not for writers: what they
 * wrote before it may have been lost on the way, and they have to go back to their checkpoint first.
 */
export type Redirects = 'follow' | 'refuse';

interface Nodes {
  /** Of each slot, `host:port` of its master, then of its replicas. */
  readonly slots: readonly (readonly string[] | undefined)[];
}

const NO_SERVER = 'Connection is closed.';

/** Redis Cluster: a bucket is a hash tag, thus in one slot, thus on one server. */
export class ClusterLink implements RedisLink {
  readonly buckets = CLUSTER_BUCKETS;
  readonly client: Redis;
  /** By `host:port`: those that a connection is kept to. */
  readonly #nodes = new Map<string, Redis>();
  readonly #listeners: (() => void)[] = [];
  readonly #writes = new CorkedWrites();
  /** Of each bucket, its server when the slots were last asked for. */
  #owners: readonly (string | undefined)[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly redirects: Redirects,
    private readonly server: string,
  ) {
    // it has every command that this package sends through it
    this.client = cluster as unknown as Redis;
    cluster.on('+node', (node: Redis) => this.#added(node));
    cluster.on('-node', (node: Redis) => this.#removed(node));
    cluster.on('refresh', () => this.#slotsRead());
  }

  get isConnected(): boolean {
    return this.cluster.status === 'ready';
  }

  at(bucket: number): Redis {
    if (this.redirects === 'follow') return this.client;
    const node = this.#serverOf(bucket);
    if (node !== null) return node;
    throw new ForebayError('unavailable', `redis ${this.nameOf(bucket)}: no connection to this node`);
  }

  send(command: RawCommand, bucket: number): void {
    command.slot = slotOf(bucket);
    if (this.redirects === 'follow') {
      const owner = this.#nodes.get(ownerOf(this.cluster, bucket) ?? '');
      if (owner !== undefined) this.#writes.hold(owner);
      this.cluster.sendCommand(command as unknown as Command);
      return;
    }
    const node = this.#serverOf(bucket);
    if (node === null) command.reject(new Error(NO_SERVER));
    else {
      this.#writes.hold(node);
      sendRaw(node, command);
    }
  }

  /** It does so for every command. */
  holdWrites(): void {}

  takeReplies(): void {
    this.cluster.on('+node', takeReplies);
    for (const node of this.#nodes.values()) takeReplies(node);
  }

  masters(): readonly Redis[] {
    return this.cluster.nodes('master');
  }

  noteFailure(thrown: unknown): void {
    if (this.redirects === 'refuse' && isRedirect(thrown)) this.cluster.refreshSlotsCache();
  }

  onBreak(listener: () => void): void {
    this.#listeners.push(listener);
  }

  disconnect(): void {
    this.cluster.disconnect();
  }

  /** null: it is away, or not known; then the slots are asked for again, which connects to their servers. */
  #serverOf(bucket: number): Redis | null {
    const key = ownerOf(this.cluster, bucket);
    const node = key === undefined ? undefined : this.#nodes.get(key);
    if (node?.status === 'ready') return node;
    if (this.isConnected) this.cluster.refreshSlotsCache();
    return null;
  }

  nameOf(bucket: number): string {
    return ownerOf(this.cluster, bucket) ?? this.server;
  }

  /** Connects at once, instead of with the first command: until then, commands would wait unseen. */
  #added(node: Redis): void {
    const key = keyOf(node);
    this.#nodes.set(key, node);
    node.on('ready', () => {
      // a server that was away may come back without its last writes
      node.once('close', () => this.#broken());
    });
    if (!node.options.readOnly) node.connect().catch(() => undefined);
  }

  #removed(node: Redis): void {
    if (this.#nodes.get(keyOf(node)) === node) this.#nodes.delete(keyOf(node));
  }

  /** After a failover the new server may lack the last writes of the old one. */
  #slotsRead(): void {
    const before = this.#owners;
    this.#owners = Array.from({ length: this.buckets }, (_, bucket) => ownerOf(this.cluster, bucket));
    if (before.length > 0 && this.#owners.some((owner, bucket) => owner !== before[bucket])) this.#broken();
  }

  #broken(): void {
    for (const listener of this.#listeners) listener();
  }
}

const SLOTS: number[] = [];

/** The slot of the bucket's hash tag; exported for its test. Source: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ */
export function slotOf(bucket: number): number {
  SLOTS[bucket] ??= new Command('get', [`{${bucket}}`]).getSlot() as number;
  return SLOTS[bucket];
}

function ownerOf({ slots }: Nodes, bucket: number): string | undefined {
  return slots[slotOf(bucket)]?.[0];
}

const keyOf = ({ options: { host, port } }: Redis) => `${host}:${port}`;
