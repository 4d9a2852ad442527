import { ForebayError } from '@forebay/contract';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { connectionOptions, QUEUE_PREFIX, type QueueServer, queueError } from './queue-connection';

const DEFAULT_ANSWER_WITHIN_MS = 5_000;

/** A BullMQ queue that fails when its server does not answer, instead of waiting for it without end. */
export class BoundedQueue {
  readonly #queue: Queue;
  /** Its own, not the queue's: that one could not be closed before it was first connected. */
  readonly #client: Redis;
  readonly #server: QueueServer;
  readonly #answerWithinMs: number;
  /** Why there is no connection; what a command throws only says that there is none. */
  #lost: Error | null = null;

  constructor(name: string, server: QueueServer, answerWithinMs: number = DEFAULT_ANSWER_WITHIN_MS) {
    this.#server = server;
    this.#answerWithinMs = answerWithinMs;
    this.#client = new Redis({
      ...connectionOptions(server),
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
    });
    this.#queue = new Queue(name, { connection: this.#client, prefix: QUEUE_PREFIX });
    const keep = (error: Error) => {
      this.#lost = error;
    };
    this.#client.on('error', keep);
    this.#queue.on('error', keep);
  }

  /** Throws `unavailable` with the server and its setting, or `invalid_configuration` when it refuses the password. */
  async ask<T>(question: (queue: Queue) => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const impatience = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(this.#lost ?? new Error(`no answer within ${this.#answerWithinMs} ms`)),
        this.#answerWithinMs,
      );
    });
    const answer = this.#queue.waitUntilReady().then(() => question(this.#queue));
    answer.catch(() => undefined); // it may fail after everybody stopped listening
    try {
      const answered = await Promise.race([answer, impatience]);
      this.#lost = null;
      return answered;
    } catch (thrown) {
      throw thrown instanceof ForebayError ? thrown : queueError(this.#server, this.#lost ?? thrown);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Answers under way are not waited for. */
  async close(): Promise<void> {
    await this.#queue.close();
    this.#client.disconnect();
  }
}
