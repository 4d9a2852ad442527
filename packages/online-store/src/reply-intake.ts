import type { Redis } from 'ioredis';
import { RawCommand } from './raw-command';
import { MalformedReply, replyEnd } from './reply-end';
import { ReplyMemory } from './reply-memory';
import { inletOf } from './socket-inlet';
import { ABSENT, StoredValues } from './stored-values';

/** What is taken from ioredis besides its public face; looked for before it is used. */
interface Inside {
  readonly stream: NodeJS.ReadWriteStream & { readonly destroyed: boolean };
  readonly commandQueue: {
    readonly length: number;
    peekFront(): { readonly command: unknown } | undefined;
    shift(): { readonly command: unknown } | undefined;
  };
}

type Listener = (chunk: Buffer) => void;

/** How often a connection that always owes answers is tried. */
const TRY_AGAIN_MS = 5;

const [CR, DOLLAR, MINUS, ZERO, NULL, STAR] = [13, 36, 45, 48, 95, 42];
const LINE_END_BYTES = 2;
const NOTHING = Buffer.alloc(0);

/**
 * Takes the answers to MGET from what a connection's socket reads and hands them to their commands, in place; every other reply
 * goes to ioredis' own decoder, whole. The decoder makes a Buffer for each value with several calls; here a value costs two
 * numbers. The connection's life (handshake, TLS, reconnects, time limits) stays with ioredis. Where
 * ioredis is built otherwise than expected, its decoder goes on doing all of it.
 * Protocol: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export class ReplyIntake {
  readonly #memory: ReplyMemory;
  /** Of the answer that is being read; each command gets the same object. */
  readonly #values = new StoredValues();
  #isReading = false;
  #next = 0;
  /** What comes next to be looked at, in the memory. */
  #at = 0;

  constructor(
    private readonly inside: Inside,
    private readonly decode: Listener,
    memory = new ReplyMemory(),
  ) {
    this.#memory = memory;
  }

  /** Where the socket is to read to next. */
  room(): Buffer {
    this.#makeRoom();
    const { bytes, end } = this.#memory;
    return end === 0 ? bytes : bytes.subarray(end);
  }

  #makeRoom(count?: number): void {
    const moved = this.#memory.makeRoom(count);
    if (moved === 0) return;
    this.#at -= moved;
    if (this.#isReading) this.#values.move(this.#next, -moved);
  }

  /** Of a socket that has buffers of its own. Throws MalformedReply; nothing may be taken afterwards. */
  take(chunk: Buffer): void {
    this.#makeRoom(chunk.length);
    chunk.copy(this.#memory.bytes, this.#memory.end);
    this.taken(chunk.length);
  }

  /** `count` bytes were read to `room()`. Throws MalformedReply; nothing may be taken afterwards. */
  taken(count: number): void {
    const memory = this.#memory;
    memory.end += count;
    while (this.#at < memory.end && (this.#isReading ? this.#fill() : this.#begin()));
    if (memory.begin === memory.end) {
      memory.clear();
      this.#at = 0;
    }
  }

  /** Reads the head of an answer, or hands on another reply. Returns false if it is not all there. */
  #begin(): boolean {
    const { bytes, end } = this.#memory;
    const at = this.#at;
    const head = this.inside.commandQueue.peekFront()?.command;
    const isValues = bytes[at] === STAR && head instanceof RawCommand && head.name === 'mget';
    if (!isValues) {
      const length = replyEnd(bytes.subarray(at, end), 0);
      if (length < 0) return false;
      this.#doneUpTo(at + length);
      // the decoder keeps what it is given
      this.decode(Buffer.from(bytes.subarray(at, at + length)));
      return true;
    }
    const lineEnd = bytes.subarray(at, end).indexOf('\r\n');
    if (lineEnd < 0) return false;
    const count = Number(bytes.toString('latin1', at + 1, at + lineEnd));
    if (!(count >= 0)) throw new MalformedReply(`an MGET was answered with ${count} values`);
    this.#at = at + lineEnd + LINE_END_BYTES;
    this.#values.begin(count);
    this.#next = 0;
    this.#isReading = true;
    if (count === 0) this.#deliver();
    return true;
  }

  /** Finds the values of the answer. Returns false if they are not all there. */
  #fill(): boolean {
    const { bytes, end } = this.#memory;
    const values = this.#values;
    const count = values.length;
    let next = this.#next;
    let at = this.#at;
    while (next < count) {
      const type = bytes[at];
      let size = 0;
      let isNull = type === NULL;
      let digit = at + 1;
      for (; digit < end && bytes[digit] !== CR; digit++) {
        if (bytes[digit] === MINUS) isNull = true;
        else size = 10 * size + ((bytes[digit] as number) - ZERO);
      }
      const from = digit + LINE_END_BYTES;
      if (from > end) break;
      if (type !== DOLLAR && type !== NULL)
        throw new MalformedReply(
          `an MGET was answered with a value of type ${String.fromCharCode(type as number)}`,
        );
      if (isNull) {
        values.place(next++, from, ABSENT);
        at = from;
      } else {
        if (from + size + LINE_END_BYTES > end) break;
        values.place(next++, from, size);
        at = from + size + LINE_END_BYTES;
      }
    }
    this.#next = next;
    this.#at = at;
    if (next < count) return false;
    this.#deliver();
    return true;
  }

  #deliver(): void {
    const values = this.#values;
    const { command } = this.inside.commandQueue.shift() as { command: RawCommand };
    values.memory = this.#memory.bytes;
    this.#isReading = false;
    command.resolve(values);
    this.#doneUpTo(this.#at);
  }

  #doneUpTo(at: number): void {
    this.#at = at;
    this.#memory.begin = at;
  }
}

/** From now on, also after reconnects, the connection's answers to MGET are taken by a ReplyIntake. */
export function takeReplies(client: Redis): void {
  client.on('ready', () => attach(client));
  if (client.status === 'ready') attach(client);
}

/** Only while no answer is owed does ioredis' decoder stand at the end of a reply. */
function attach(client: Redis): void {
  const inside = client as unknown as Inside;
  const { stream } = inside;
  const attempt = () => {
    if (inside.stream !== stream || stream.destroyed || client.status !== 'ready') return;
    if (inside.commandQueue.length > 0) {
      setTimeout(attempt, TRY_AGAIN_MS).unref();
      return;
    }
    const [decode] = stream.listeners('data') as Listener[];
    if (decode === undefined || typeof inside.commandQueue.peekFront !== 'function') return;
    stream.off('data', decode);
    takeFrom(stream, inside, decode.bind(stream));
  };
  setImmediate(attempt);
}

function takeFrom(stream: Inside['stream'], inside: Inside, decode: Listener): void {
  const inlet = inletOf(stream);
  const intake = new ReplyIntake(inside, decode, inlet?.memory);
  const guarded = (take: () => void) => {
    try {
      take();
    } catch (error) {
      // a callback that throws is a mistake in the program, which is not hidden in a lost connection
      if (!(error instanceof MalformedReply)) throw error;
      // ioredis connects anew, and the commands fail
      (stream as unknown as { destroy(error: Error): void }).destroy(error);
    }
  };
  if (inlet === null) {
    stream.prependListener('data', (chunk: Buffer) => guarded(() => intake.take(chunk)));
    return;
  }
  inlet.attach({
    room: () => intake.room(),
    taken: (count) => {
      guarded(() => intake.taken(count));
      // ioredis measures by it how long the server has been silent
      stream.emit('data', NOTHING);
    },
  });
}
