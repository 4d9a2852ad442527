import { StoreReconnected } from './flusher';

/** Whether the store that answers is in the state that was read when reading began: after a reconnect it may be another server, or an older state. */
export class StoreSession {
  /** Connections so far, and the one that the start points were read on. */
  #connections = 0;
  #begunOn = 0;

  constructor(private readonly source: string) {}

  reconnected(): void {
    this.#connections++;
  }

  get isCurrent(): boolean {
    return this.#begunOn === this.#connections;
  }

  /** Call it before the start points are read, and what it returns when they are known. */
  begin(): () => void {
    const connection = this.#connections;
    return () => {
      this.#begunOn = connection;
    };
  }

  /** Throws `StoreReconnected` if what was read is void: a rewind waits in the queue. */
  check(): void {
    if (!this.isCurrent) throw new StoreReconnected(this.source);
  }
}
