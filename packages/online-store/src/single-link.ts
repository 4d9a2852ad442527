import type { Redis } from 'ioredis';
import { CorkedWrites } from './corked-writes';
import { SINGLE_NODE_BUCKETS } from './keys';
import type { RedisLink } from './link';
import { type RawCommand, sendRaw } from './raw-command';
import { takeReplies } from './reply-intake';

/** One server, whose keys are in one bucket. */
export class SingleLink implements RedisLink {
  readonly buckets = SINGLE_NODE_BUCKETS;
  readonly #writes = new CorkedWrites();

  constructor(
    readonly client: Redis,
    private readonly server: string,
  ) {}

  get isConnected(): boolean {
    return this.client.status === 'ready';
  }

  at(): Redis {
    return this.client;
  }

  nameOf(): string {
    return this.server;
  }

  send(command: RawCommand): void {
    sendRaw(this.client, command);
  }

  holdWrites(): void {
    this.#writes.hold(this.client);
  }

  takeReplies(): void {
    takeReplies(this.client);
  }

  masters(): readonly Redis[] {
    return [this.client];
  }

  noteFailure(): void {}

  onBreak(listener: () => void): void {
    this.client.on('ready', listener);
  }

  disconnect(): void {
    this.client.disconnect();
  }
}
