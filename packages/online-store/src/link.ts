import type { Redis } from 'ioredis';
import type { RawCommand } from './raw-command';

/** How commands reach their server: what differs between one server and a cluster. */
export interface RedisLink {
  /** For commands with one key, or none, that any server may be asked, and for messages; a cluster's has the same commands. */
  readonly client: Redis;
  /** Entity keys are spread over so many hash tags. */
  readonly buckets: number;
  readonly isConnected: boolean;
  /** The server of a bucket. Throws `unavailable` if it is away. */
  at(bucket: number): Redis;
  /** `host:port` of that server; as far as it is known. */
  nameOf(bucket: number): string;
  /** Sends to the server of the bucket; what goes wrong, is told to the command. */
  send(command: RawCommand, bucket: number): void;
  /** More will be sent in this turn of the event loop: all of it is written at its end, at once. */
  holdWrites(): void;
  /** From now on answers to MGET are taken by a ReplyIntake. */
  takeReplies(): void;
  /** Every server that holds keys. */
  masters(): readonly Redis[];
  /** Told what a command failed with: it may say that the keys of a bucket have another server now. */
  noteFailure(thrown: unknown): void;
  /** Calls back when what was written may have been lost: a connection was made anew, or keys have another server. */
  onBreak(listener: () => void): void;
  /** Ends at once. */
  disconnect(): void;
}
