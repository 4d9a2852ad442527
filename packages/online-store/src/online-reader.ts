import { ForebayError } from '@forebay/contract';
import type { RedisConnection } from './connection';
import { EncodedMgetBatch, type KeySink, type MgetBatch } from './mget-batch';
import { StoredValues } from './stored-values';

/** Bounds for how long one command blocks Redis, at hardly any cost for throughput. */
export const MAX_KEYS_PER_MGET = 400;
/** Keys whose answers are awaited; beyond it, Redis does not keep up and reads are refused. */
export const MAX_KEYS_IN_FLIGHT = 100_000;
/** A read without a timeout of its own. */
export const DEFAULT_READ_TIMEOUT_MS = 1_000;
const KEPT_BATCHES = 16;
/** Deadlines are looked at so often: a timer for each command would cost more than the rest of its sending. */
const LOOK_EVERY_MS = 10;
const NO_PREFIX = new Uint8Array(0);
const NO_VALUES = new StoredValues();
/**
 * A command waits at most so many turns of the event loop for reads that are about to come. Each look at the sockets costs
 * microseconds, and each command many: of the calls that a server has at a time, one turn sees only those of some sockets.
 */
const MOST_TURNS = 4;
/** How fast the usual number of reads at a time is forgotten, per command. */
const FORGETTING = 0.97;

/**
 * Keys that many reads have in common, such as the markers of a view: of all reads of a command that name the same object,
 * they are asked for once.
 */
export interface SharedKeys {
  readonly keyCount: number;
  /** Writes the keys, in order. */
  writeKeys(keys: KeySink): void;
  /** All reads of the command have been answered: what was kept of its answers may go. */
  forget(): void;
}

/** One read: what it asks for, and who gets the answer. Its functions must not throw. */
export interface ReadJob {
  /** null: the read has only keys of its own. */
  readonly shared: SharedKeys | null;
  /** Of its own. */
  readonly keyCount: number;
  /** Whether the answers are read after `onValues` has returned: then they get memory that is not used again. */
  readonly keepsValues: boolean;
  /** Writes the keys of its own, in order; called once, within `read`. */
  writeKeys(keys: KeySink): void;
  /**
   * The answers are the values `[from, from + keyCount)`, those of the shared keys begin at `sharedFrom`. Others share them, so
   * do not write; and unless the read `keepsValues`, their memory is used again when this has returned. All values are of one
   * instant.
   */
  onValues(values: StoredValues, from: number, sharedFrom: number): void;
  /** `deadline_exceeded`, `unavailable`, `overloaded`, or what the server answered. */
  onError(error: ForebayError): void;
}

interface Waiting {
  readonly job: ReadJob;
  readonly from: number;
  readonly sharedFrom: number;
  readonly deadlineMs: number;
}

interface Turn {
  readonly batch: MgetBatch;
  /** null: answered already, by its deadline. */
  readonly waiting: (Waiting | null)[];
  readonly startedMs: number;
  /** What is asked for in this command, and the positions of its answers. */
  readonly shared: SharedKeys[];
  readonly sharedFrom: number[];
  firstDeadlineMs: number;
}

/** How many keys' answers are awaited, by all readers of a connection. */
export interface KeysInFlight {
  keys: number;
}

/**
 * Reads many values at once: all reads of one turn of the event loop travel in one MGET (more than one when there are
 * more than MAX_KEYS_PER_MGET keys; the keys of one read always stay in one command, so they are of one instant).
 * It reads from one bucket; BucketReaders has one for each.
 */
export class OnlineReader {
  readonly #free: MgetBatch[] = [];
  readonly #endTurn = () => this.endTurn();
  readonly #look = () => this.#expireDue();
  #turn: Turn | null = null;
  /** Sent, and not answered. */
  readonly #owed: Turn[] = [];
  #isLooking = false;
  #readsInFlight = 0;
  /** So many reads there lately were at a time. */
  #usualReads = 0;
  /** Of the command that is being put together: turns that it has waited, and its reads at the end of the last one. */
  #turnsWaited = 0;
  #readsBefore = 0;

  constructor(
    private readonly connection: RedisConnection,
    bucket = 0,
    private readonly makeBatch: () => MgetBatch = () => new EncodedMgetBatch(connection, bucket),
    private readonly inFlight: KeysInFlight = { keys: 0 },
  ) {
    connection.takeReplies();
  }

  /** The answers for whole keys, in order; rejects as `ReadJob.onError` says. */
  mget(
    keys: readonly (string | Uint8Array)[],
    timeoutMs = DEFAULT_READ_TIMEOUT_MS,
  ): Promise<(Buffer | null)[]> {
    return new Promise((resolve, reject) => {
      const job: ReadJob = {
        shared: null,
        keyCount: keys.length,
        keepsValues: true,
        writeKeys: (sink) => {
          for (const key of keys) sink.key(NO_PREFIX, key);
        },
        onValues: (values, from) => resolve(keys.map((_, i) => asBuffer(values.at(from + i)))),
        onError: reject,
      };
      this.read(job, timeoutMs);
    });
  }

  /** Answers `job` within `timeoutMs`, never before this returns. */
  read(job: ReadJob, timeoutMs = DEFAULT_READ_TIMEOUT_MS): void {
    const { keyCount, shared } = job;
    if (this.inFlight.keys + keyCount > MAX_KEYS_IN_FLIGHT) {
      const message = `redis ${this.connection.server} owes answers for ${this.inFlight.keys} keys; try again later, or add readers`;
      setImmediate(() => job.onError(new ForebayError('overloaded', message)));
      return;
    }
    const most = keyCount + (shared === null ? 0 : shared.keyCount);
    if (this.#turn !== null && this.#turn.batch.keyCount + most > MAX_KEYS_PER_MGET) {
      this.connection.holdWrites();
      this.#send();
    }
    this.#turn ??= this.#begin();
    const turn = this.#turn;
    const before = turn.batch.keyCount;
    const sharedFrom = shared === null ? 0 : askOnce(turn, shared);
    const from = turn.batch.keyCount;
    job.writeKeys(turn.batch);
    this.inFlight.keys += turn.batch.keyCount - before;
    const deadlineMs = turn.startedMs + timeoutMs;
    if (deadlineMs < turn.firstDeadlineMs) turn.firstDeadlineMs = deadlineMs;
    turn.waiting.push({ job, from, sharedFrom, deadlineMs });
    this.#readsInFlight++;
  }

  #begin(): Turn {
    this.#turnsWaited = 0;
    this.#readsBefore = 0;
    setImmediate(this.#endTurn);
    return {
      batch: this.#free.pop() ?? this.makeBatch(),
      waiting: [],
      startedMs: performance.now(),
      shared: [],
      sharedFrom: [],
      firstDeadlineMs: Number.POSITIVE_INFINITY,
    };
  }

  /**
   * Sends, unless this turn has brought reads and there usually are more. It is called at the end of each turn; who reads within
   * that end calls it again when all has been read.
   */
  endTurn(): void {
    const turn = this.#turn;
    if (turn === null) return;
    const reads = turn.waiting.length;
    const mayBeMore = reads > this.#readsBefore && reads < this.#usualReads;
    if (!mayBeMore || ++this.#turnsWaited === MOST_TURNS) {
      this.#send();
      return;
    }
    this.#readsBefore = reads;
    setImmediate(this.#endTurn);
  }

  #send(): void {
    const turn = this.#turn;
    if (turn === null) return;
    this.#turn = null;
    this.#usualReads = Math.max(this.#readsInFlight, FORGETTING * this.#usualReads);
    if (turn.batch.keyCount === 0) {
      this.#settle(turn, ({ job }) => job.onValues(NO_VALUES, 0, 0));
      return;
    }
    this.#owed.push(turn);
    this.#lookSoon();
    turn.batch.send(
      (values) => {
        let kept: StoredValues | null = null;
        this.#settle(turn, ({ job, from, sharedFrom }) => {
          if (job.keepsValues) kept ??= values.kept();
          job.onValues(job.keepsValues ? (kept as StoredValues) : values, from, sharedFrom);
        });
      },
      (thrown) => {
        const error = this.connection.failure(thrown, 'reading values');
        this.#settle(turn, ({ job }) => job.onError(error));
      },
    );
  }

  #settle(turn: Turn, answer: (waiting: Waiting) => void): void {
    // in the order in which they were sent, nearly always
    const owed = this.#owed.indexOf(turn);
    if (owed >= 0) this.#owed.splice(owed, 1);
    this.inFlight.keys -= turn.batch.keyCount;
    this.#readsInFlight -= turn.waiting.length;
    if (this.#free.length < KEPT_BATCHES && turn.batch.keyCount <= MAX_KEYS_PER_MGET) {
      turn.batch.clear();
      this.#free.push(turn.batch);
    }
    for (const waiting of turn.waiting) if (waiting !== null) answer(waiting);
    for (const shared of turn.shared) shared.forget();
  }

  #lookSoon(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    setTimeout(this.#look, LOOK_EVERY_MS);
  }

  #expireDue(): void {
    this.#isLooking = false;
    const nowMs = performance.now();
    for (const turn of [...this.#owed]) if (turn.firstDeadlineMs <= nowMs) this.#expire(turn, nowMs);
    if (this.#owed.length > 0) this.#lookSoon();
  }

  /** Answers the reads whose time is up; the others go on waiting. */
  #expire(turn: Turn, nowMs: number): void {
    turn.firstDeadlineMs = Number.POSITIVE_INFINITY;
    for (let i = 0; i < turn.waiting.length; i++) {
      const waiting = turn.waiting[i] as Waiting | null;
      if (waiting === null) continue;
      if (waiting.deadlineMs > nowMs) {
        turn.firstDeadlineMs = Math.min(turn.firstDeadlineMs, waiting.deadlineMs);
        continue;
      }
      turn.waiting[i] = null;
      const message = `redis ${this.connection.server} did not answer in time`;
      waiting.job.onError(new ForebayError('deadline_exceeded', message));
    }
  }
}

/** Where the answers of the shared keys will stand in the turn's command. */
function askOnce({ batch, shared, sharedFrom }: Turn, wanted: SharedKeys): number {
  const known = shared.indexOf(wanted);
  if (known >= 0) return sharedFrom[known] as number;
  const from = batch.keyCount;
  shared.push(wanted);
  sharedFrom.push(from);
  wanted.writeKeys(batch);
  return from;
}

const asBuffer = (bytes: Uint8Array | null) =>
  bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
