/** gRPC over bare HTTP/2: any bytes, as no client library would send them. */
import { type ClientHttp2Session, connect, constants, type OutgoingHttpHeaders } from 'node:http2';

export interface RawReply {
  readonly httpStatus: number;
  /** As sent; null: there was none, the stream was reset. */
  readonly grpcStatus: number | null;
  readonly message: string;
  /** Headers and trailers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A message as gRPC frames it: whether it is compressed, its length, its bytes. */
export function framed(message: Uint8Array, { compressed = 0, length = message.length } = {}): Buffer {
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt8(compressed, 0);
  frame.writeUInt32BE(length, 1);
  frame.set(message, 5);
  return frame;
}

/** One connection. */
export class RawGrpc {
  readonly #session: ClientHttp2Session;

  constructor(address: string) {
    this.#session = connect(`http://${address}`);
    this.#session.on('error', () => undefined);
  }

  close(): void {
    this.#session.destroy();
  }

  call(path: string, body: Uint8Array, headers: OutgoingHttpHeaders = {}): Promise<RawReply> {
    return new Promise((resolve) => {
      const stream = this.#session.request({
        [constants.HTTP2_HEADER_METHOD]: 'POST',
        [constants.HTTP2_HEADER_PATH]: path,
        'content-type': 'application/grpc+proto',
        te: 'trailers',
        ...headers,
      });
      const seen: Record<string, string> = {};
      const note = (some: object) => {
        for (const [name, value] of Object.entries(some)) seen[name] = String(value);
      };
      const chunks: Buffer[] = [];
      stream.on('response', note);
      stream.on('trailers', note);
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', () => undefined);
      stream.on('close', () => {
        const status = seen['grpc-status'];
        resolve({
          httpStatus: Number(seen[constants.HTTP2_HEADER_STATUS] ?? 0),
          grpcStatus: status === undefined ? null : Number(status),
          message: decodeURIComponent(seen['grpc-message'] ?? ''),
          headers: seen,
          body: Buffer.concat(chunks),
        });
      });
      stream.end(body);
    });
  }
}
