import { createConnection, type Socket } from 'node:net';
import {
  CallHeaders,
  FLAG,
  FRAME,
  FRAME_HEADER_BYTES,
  frame,
  grpcMessage,
  preface,
  windowUpdate,
} from './http2-frames';

/** Received bytes after which the connection's window is given back. */
const GIVE_BACK_BYTES = 2 ** 29;

/** Told what becomes of the calls, by their stream. */
export interface LoadListener {
  answered(stream: number): void;
  /** It ended without the message that was expected. */
  refused(stream: number, messageBytes: number): void;
  /** The connection is of no use any more. */
  failed(error: Error): void;
}

export interface LoadTarget {
  readonly port: number;
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Taken in turn. */
  readonly requests: readonly Uint8Array[];
  /** Length of every answer's message; null: any but an empty one. */
  readonly answerBytes: number | null;
}

/**
 * One HTTP/2 connection that makes unary calls and looks at nothing but the lengths of their answers: it costs a fraction of
 * what the server does, so that the server is what is measured.
 */
export class LoadConnection {
  readonly #socket: Socket;
  readonly #first: Buffer;
  readonly #later: Buffer;
  readonly #bodies: readonly Buffer[];
  readonly #received = new Map<number, number>();
  #rest: Buffer = Buffer.alloc(0);
  #stream = 1;
  #next: number;
  #unreturned = 0;
  #failure: Error | null = null;

  private constructor(
    private readonly target: LoadTarget,
    socket: Socket,
    private readonly listener: LoadListener,
    seed: number,
  ) {
    const headers = new CallHeaders(target.path, target.metadata);
    this.#first = headers.first();
    this.#later = headers.later();
    this.#bodies = target.requests.map(grpcMessage);
    this.#next = seed;
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
    socket.write(preface);
  }

  static open(target: LoadTarget, listener: LoadListener, seed: number): Promise<LoadConnection> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ port: target.port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new LoadConnection(target, socket, listener, seed)));
    });
  }

  /** Sends one call; returns its stream. Calls of one turn go out together. */
  call(): number {
    const stream = this.#stream;
    this.#stream += 2;
    const body = this.#bodies[this.#next++ % this.#bodies.length] as Buffer;
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork();
      process.nextTick(() => this.#socket.uncork());
    }
    const headers = stream === 1 ? this.#first : this.#later;
    this.#socket.write(frame(FRAME.headers, FLAG.endHeaders, stream, headers));
    this.#socket.write(frame(FRAME.data, FLAG.endStream, stream, body));
    return stream;
  }

  close(): void {
    this.#failure = new Error('closed');
    this.#socket.destroy();
  }

  #fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.listener.failed(error);
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= FRAME_HEADER_BYTES) {
      const length = bytes.readUIntBE(at, 3);
      if (bytes.length - at < FRAME_HEADER_BYTES + length) break;
      this.#take(bytes, at, length);
      at += FRAME_HEADER_BYTES + length;
    }
    this.#rest = bytes.subarray(at);
    if (this.#unreturned < GIVE_BACK_BYTES) return;
    this.#socket.write(windowUpdate(this.#unreturned));
    this.#unreturned = 0;
  }

  #take(bytes: Buffer, at: number, length: number): void {
    const type = bytes[at + 3] as number;
    const flags = bytes[at + 4] as number;
    const stream = bytes.readUInt32BE(at + 5);
    if (type === FRAME.data) {
      this.#received.set(stream, (this.#received.get(stream) ?? 0) + length);
      this.#unreturned += length;
    } else if (type === FRAME.headers && (flags & FLAG.endStream) !== 0) this.#ended(stream);
    else if (type === FRAME.settings && (flags & FLAG.ack) === 0)
      this.#socket.write(frame(FRAME.settings, FLAG.ack, 0, Buffer.alloc(0)));
    else if (type === FRAME.ping && (flags & FLAG.ack) === 0) {
      const payload = bytes.subarray(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + length);
      this.#socket.write(frame(FRAME.ping, FLAG.ack, 0, payload));
    } else if (type === FRAME.reset || type === FRAME.goaway)
      this.#fail(new Error(`the server sent a frame of type ${type}`));
  }

  /** A call that failed has no message. */
  #ended(stream: number): void {
    const message = (this.#received.get(stream) ?? 0) - 5;
    this.#received.delete(stream);
    const { answerBytes } = this.target;
    if (message > 0 && (answerBytes === null || message === answerBytes)) this.listener.answered(stream);
    else this.listener.refused(stream, Math.max(0, message));
  }
}
