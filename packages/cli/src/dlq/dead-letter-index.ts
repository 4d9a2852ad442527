import { ForebayError } from '@forebay/contract';
import { type DeadLetterOrigin, type EventRecord, readDeadLetterOrigin } from '@forebay/event-log';

/** A dead letter without its bytes. */
export interface DeadLetterEntry {
  /** Of the original: `partition:offset`, of a topic beyond the source's first `topic/partition:offset`. */
  readonly id: string;
  readonly origin: DeadLetterOrigin;
  /** Where the letter stands in the dead letter topic. */
  readonly partition: number;
  readonly offset: number;
  readonly keyBytes: number;
  readonly valueBytes: number;
}

export interface DeadLetterChoice {
  /** The event source that gave the record up. */
  readonly source: string;
  /** The first topic of the source. */
  readonly topic: string;
  /** Empty: any. */
  readonly reasons?: readonly string[];
  /** Empty: any. */
  readonly ids?: readonly string[];
  /** By when the original arrived, `[sinceMs, untilMs)`. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
}

/** Letters that a command keeps in memory: some 300 bytes each. */
const MAX_LETTERS = 1_000_000;

/**
 * The letters of a choice, one for each original: of one that failed several times the last. A letter that was written twice, since
 * its writer was killed in between, is one too.
 */
export class DeadLetterIndex {
  readonly #entries = new Map<string, DeadLetterEntry>();
  readonly #reasons: ReadonlySet<string>;
  readonly #ids: ReadonlySet<string>;
  /** Records of the topic that are no dead letters. */
  strangers = 0;

  constructor(
    private readonly choice: DeadLetterChoice,
    private readonly limit = MAX_LETTERS,
  ) {
    this.#reasons = new Set(choice.reasons);
    this.#ids = new Set(choice.ids);
  }

  /** Throws `failed_precondition` when there are too many to be held. */
  add(partition: number, { headers, key, value, offset }: EventRecord): void {
    const origin = readDeadLetterOrigin(headers);
    if (origin === null) {
      this.strangers++;
      return;
    }
    if (!this.#isChosen(origin)) return;
    const original = originalOf(origin);
    const held = this.#entries.get(original);
    if (held !== undefined && held.origin.attempt > origin.attempt) return;
    if (held === undefined && this.#entries.size >= this.limit) {
      throw new ForebayError(
        'failed_precondition',
        `more than ${this.limit} dead letters are chosen: choose fewer, with --reason, --since or --until`,
      );
    }
    this.#entries.delete(original);
    this.#entries.set(original, {
      id: this.#idOf(origin),
      origin,
      partition,
      offset,
      keyBytes: key?.length ?? 0,
      valueBytes: value?.length ?? 0,
    });
  }

  #isChosen(origin: DeadLetterOrigin): boolean {
    const { source, sinceMs, untilMs } = this.choice;
    if (origin.source !== source) return false;
    if (sinceMs !== undefined && origin.timestampMs < sinceMs) return false;
    if (untilMs !== undefined && origin.timestampMs >= untilMs) return false;
    return this.#ids.size === 0 || this.#ids.has(this.#idOf(origin));
  }

  #idOf({ topic, partition, offset }: DeadLetterOrigin): string {
    return `${topic === this.choice.topic ? '' : `${topic}/`}${partition}:${offset}`;
  }

  /** In the order in which they were given up the last time. */
  get entries(): DeadLetterEntry[] {
    // A reason is that of the last time: a letter that failed differently before is not one of it.
    return [...this.#entries.values()].filter(
      ({ origin }) => this.#reasons.size === 0 || this.#reasons.has(origin.reason),
    );
  }
}

const originalOf = ({ topic, partition, offset, timestampMs }: DeadLetterOrigin) =>
  `${topic}/${partition}/${offset}/${timestampMs}`;

/** Letters and how many of them have counted since, by reason. */
export interface ReasonCount {
  readonly reason: string;
  readonly waiting: number;
  readonly replayed: number;
}

/** The most frequent first. `isReplayed`: whether a replay of the letter has counted. */
export function countReasons(
  entries: readonly DeadLetterEntry[],
  isReplayed: (entry: DeadLetterEntry) => boolean,
): ReasonCount[] {
  const counts = new Map<string, { waiting: number; replayed: number }>();
  for (const entry of entries) {
    const { reason } = entry.origin;
    const count = counts.get(reason) ?? { waiting: 0, replayed: 0 };
    if (isReplayed(entry)) count.replayed++;
    else count.waiting++;
    counts.set(reason, count);
  }
  return [...counts]
    .map(([reason, count]) => ({ reason, ...count }))
    .sort((a, b) => b.waiting - a.waiting || b.replayed - a.replayed || (a.reason < b.reason ? -1 : 1));
}
