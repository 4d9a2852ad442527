import type { Redis } from 'ioredis';
import { RawCommand } from './raw-command';
import { MalformedReply, replyEnd } from './reply-end';

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
 * Takes the answers to MGET from the socket of a connection and hands them to their commands, as slices of what was read; every
 * other reply goes to ioredis' own decoder, whole. The decoder makes a Buffer for each value with several calls; here a value
 * costs one object. The connection's life (handshake, TLS, reconnects, time limits) stays with ioredis. Where
 * ioredis is built otherwise than expected, its decoder goes on doing all of it.
 * Protocol: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export class ReplyIntake {
  /** Bytes of a line or of another reply that is not all there yet. */
  #rest: Buffer = NOTHING;
  /** The answer that is being read; null: none has begun. */
  #values: (Uint8Array | null)[] | null = null;
  #next = 0;
  /** A value that continues in the next chunk, and how much of it is there. */
  #partial: Uint8Array | null = null;
  #filled = 0;
  /** Bytes of a line end that the next chunk begins with. */
  #skip = 0;

  constructor(
    private readonly inside: Inside,
    private readonly decode: Listener,
  ) {}

  /** Throws MalformedReply; nothing may be taken afterwards. */
  take(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = NOTHING;
    let at = 0;
    while (at < bytes.length && this.#rest.length === 0) {
      at = this.#values === null ? this.#begin(bytes, at) : this.#fill(bytes, at, this.#values);
    }
  }

  /** Reads the head of an answer, or hands on another reply. Returns the position after what was read. */
  #begin(bytes: Buffer, at: number): number {
    const head = this.inside.commandQueue.peekFront()?.command;
    const isValues = bytes[at] === STAR && head instanceof RawCommand && head.name === 'mget';
    if (!isValues) {
      const end = replyEnd(bytes, at);
      if (end < 0) return this.#keep(bytes, at);
      this.decode(bytes.subarray(at, end));
      return end;
    }
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return this.#keep(bytes, at);
    const count = Number(bytes.toString('latin1', at + 1, end));
    if (!(count >= 0)) throw new MalformedReply(`an MGET was answered with ${count} values`);
    this.#values = new Array<Uint8Array | null>(count);
    this.#next = 0;
    if (count === 0) this.#deliver();
    return end + LINE_END_BYTES;
  }

  #keep(bytes: Buffer, at: number): number {
    this.#rest = bytes.subarray(at);
    return bytes.length;
  }

  #fill(bytes: Buffer, from: number, values: (Uint8Array | null)[]): number {
    let at = from;
    if (this.#partial !== null || this.#skip > 0) at = this.#continue(bytes, at, values);
    while (this.#next < values.length && at < bytes.length) {
      const line = at;
      const type = bytes[at++];
      let size = 0;
      let isNull = type === NULL;
      for (; at < bytes.length && bytes[at] !== CR; at++) {
        if (bytes[at] === MINUS) isNull = true;
        else size = 10 * size + ((bytes[at] as number) - ZERO);
      }
      if (at + LINE_END_BYTES > bytes.length) return this.#keep(bytes, line);
      if (type !== DOLLAR && type !== NULL)
        throw new MalformedReply(
          `an MGET was answered with a value of type ${String.fromCharCode(type as number)}`,
        );
      at += LINE_END_BYTES;
      if (isNull) values[this.#next++] = null;
      else if (at + size + LINE_END_BYTES <= bytes.length) {
        values[this.#next++] = new Uint8Array(bytes.buffer, bytes.byteOffset + at, size);
        at += size + LINE_END_BYTES;
      } else {
        this.#partial = new Uint8Array(size);
        this.#filled = 0;
        this.#skip = LINE_END_BYTES;
        at = this.#continue(bytes, at, values);
      }
    }
    if (this.#next === values.length && this.#skip === 0) this.#deliver();
    return at;
  }

  /** Goes on with a value that was cut, or with the line end after it. */
  #continue(bytes: Buffer, from: number, values: (Uint8Array | null)[]): number {
    let at = from;
    if (this.#partial !== null) {
      const part = bytes.subarray(at, at + this.#partial.length - this.#filled);
      this.#partial.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < this.#partial.length) return at;
      values[this.#next++] = this.#partial;
      this.#partial = null;
    }
    const skipped = Math.min(this.#skip, bytes.length - at);
    this.#skip -= skipped;
    return at + skipped;
  }

  #deliver(): void {
    const values = this.#values;
    this.#values = null;
    const { command } = this.inside.commandQueue.shift() as { command: RawCommand };
    command.resolve(values);
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
    const intake = new ReplyIntake(inside, decode.bind(stream));
    stream.off('data', decode);
    stream.prependListener('data', (chunk: Buffer) => {
      try {
        intake.take(chunk);
      } catch (error) {
        // a callback that throws is a mistake in the program, which is not hidden in a lost connection
        if (!(error instanceof MalformedReply)) throw error;
        // ioredis connects anew, and the commands fail
        (stream as unknown as { destroy(error: Error): void }).destroy(error);
      }
    });
  };
  setImmediate(attempt);
}
