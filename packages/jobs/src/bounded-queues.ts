import { ForebayError } from '@forebay/contract';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { CHUNKS_QUEUE } from './job-kinds';
import { connectionOptions, QUEUE_PREFIX, type QueueServer, queueError } from './queue-connection';

const DEFAULT_ANSWER_WITHIN_MS = 5_000;

/** BullMQ's queues over one connection, which fail when their server does not answer, instead of waiting for it without end. */
export class BoundedQueues {
  readonly #queues = new Map<string, Queue>();
  /** Its own, not the queues': those could not be closed before they were first connected. */
  readonly #client: Redis;
  readonly #server: QueueServer;
  readonly #answerWithinMs: number;
  /** Why there is no connection; what a command throws only says that there is none. */
  #lost: Error | null = null;

  constructor(server: QueueServer, answerWithinMs: number = DEFAULT_ANSWER_WITHIN_MS) {
    this.#server = server;
    this.#answerWithinMs = answerWithinMs;
    this.#client = new Redis({
      ...connectionOptions(server),
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
    });
    this.#client.on('error', (error) => this.#keep(error));
  }

  #keep(error: Error): void {
    this.#lost = error;
  }

  /** Throws `unavailable` with the server and its setting, or `invalid_configuration` when it refuses the password; so does `command`. */
  async ask<T>(name: string, question: (queue: Queue) => Promise<T>): Promise<T> {
    const queue = this.queue(name);
    return this.#bounded(queue.waitUntilReady().then(() => question(queue)));
  }

  /** For what is no queue's. */
  async command<T>(question: (client: Redis) => Promise<T>): Promise<T> {
    const ready = this.queue(CHUNKS_QUEUE).waitUntilReady();
    return this.#bounded(ready.then(() => question(this.#client)));
  }

  /** For what BullMQ's own tools want to have in their hands; it waits for its server without end. */
  queue(name: string): Queue {
    const opened =
      this.#queues.get(name) ?? new Queue(name, { connection: this.#client, prefix: QUEUE_PREFIX });
    if (!this.#queues.has(name)) {
      this.#queues.set(name, opened);
      opened.on('error', (error) => this.#keep(error));
    }
    return opened;
  }

  async #bounded<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const impatience = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(this.#lost ?? new Error(`no answer within ${this.#answerWithinMs} ms`)),
        this.#answerWithinMs,
      );
    });
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
    for (const queue of this.#queues.values()) await queue.close();
    this.#client.disconnect();
  }
}
