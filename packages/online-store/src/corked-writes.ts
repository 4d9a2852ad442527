import type { Redis } from 'ioredis';

/** What is taken from ioredis besides its public face; looked for before it is used. */
interface Inside {
  readonly stream?: { cork?(): void; uncork(): void };
}

/**
 * Keeps what is sent to a connection until the end of the turn, and then writes all of it at once: with many buckets there are
 * many small commands, and a write to a socket costs more than any of them.
 */
export class CorkedWrites {
  #corked: NonNullable<Inside['stream']>[] = [];
  readonly #uncork = () => {
    const streams = this.#corked;
    this.#corked = [];
    for (const stream of streams) stream.uncork();
  };

  /** Call it before a command is sent to the connection. */
  hold(connection: Redis): void {
    const { stream } = connection as unknown as Inside;
    if (stream?.cork === undefined || this.#corked.includes(stream)) return;
    stream.cork();
    if (this.#corked.length === 0) setImmediate(this.#uncork);
    this.#corked.push(stream);
  }
}
