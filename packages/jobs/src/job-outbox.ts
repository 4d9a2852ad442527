/** Texts that are to be sent elsewhere, in order, by whichever process lives: they wait in the queues' Redis. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoundedQueues } from './bounded-queues';
import { QUEUE_PREFIX } from './queue-connection';

/** Beside `src` and `dist`. */
const script = (name: string) => readFileSync(join(__dirname, '..', 'scripts', `${name}.lua`), 'utf8');
const APPEND = script('append-to-outbox');
const LEAD = script('lead-outbox');
const GIVE_UP = script('leave-outbox');
/** As long as finished jobs are kept. */
const KEEP_MS = 7 * 86_400_000;

/** All methods throw `unavailable` when the queue server does not answer. */
export class JobOutbox {
  /** Of this process, among those that would send. */
  readonly #member = randomUUID();
  readonly #list: string;
  readonly #leader: string;

  constructor(
    private readonly queues: BoundedQueues,
    name: string,
  ) {
    this.#list = `${QUEUE_PREFIX}:outbox:${name}`;
    this.#leader = `${this.#list}:leader`;
  }

  /** Appends a text; false: `max` wait already. What nobody has fetched for a week is dropped. */
  async append(text: string, max: number): Promise<boolean> {
    return (await this.#eval(APPEND, [this.#list], [text, max, KEEP_MS])) === 1;
  }

  /**
   * The first text, for the one member that is to send it: who asks while nobody leads, leads for so long, and longer by asking again.
   * @returns null: another member leads; empty: nothing waits
   */
  async first(leaseMs: number): Promise<string | null> {
    return (await this.#eval(LEAD, [this.#leader, this.#list], [this.#member, leaseMs])) as string | null;
  }

  /** Takes a text out that was sent. */
  async remove(text: string): Promise<void> {
    await this.queues.command((client) => client.lrem(this.#list, 1, text));
  }

  /** Lets another member lead at once. */
  async leave(): Promise<void> {
    await this.#eval(GIVE_UP, [this.#leader], [this.#member]);
  }

  #eval(text: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.queues.command((client) => client.eval(text, keys.length, ...keys, ...args));
  }
}
