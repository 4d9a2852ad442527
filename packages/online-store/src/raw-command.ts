import type { Command, Redis } from 'ioredis';

/**
 * A command whose bytes are already in the Redis protocol's form: no promise, no work per argument.
 * ioredis asks of a command what stands here; replies come as they were decoded, bulk strings as Buffers that are
 * slices of what was read from the socket.
 */
export class RawCommand {
  readonly args: readonly string[] = [];
  readonly inTransaction = false;
  /** Keeps ioredis from wrapping the promise, which there is not. */
  isTraced = true;
  /** In a cluster: where its keys are. */
  slot = 0;

  /**
   * `wire` must not change until one of the callbacks was called: the socket may still have to send it.
   * The callbacks must not throw.
   */
  constructor(
    readonly name: string,
    private readonly wire: Buffer,
    private readonly onReply: (reply: unknown) => void,
    private readonly onError: (error: Error) => void,
  ) {}

  getSlot(): number {
    return this.slot;
  }

  toWritable(): Buffer {
    return this.wire;
  }

  resolve(reply: unknown): void {
    this.onReply(reply);
  }

  reject(error: Error): void {
    this.onError(error);
  }

  setReplyContext(): void {}

  setTimeout(): void {}

  setBlockingTimeout(): void {}
}

export function sendRaw(client: Redis, command: RawCommand): void {
  client.sendCommand(command as unknown as Command);
}
