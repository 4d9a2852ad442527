/** As much of HTTP/2 (RFC 9113) and HPACK (RFC 7541) as a client of unary gRPC calls needs. */

export const FRAME = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
} as const;
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4 } as const;
export const FRAME_HEADER_BYTES = 9;

/** Window that is as good as none: the client reads everything at once. */
const WINDOW_BYTES = 2 ** 31 - 1;
const DEFAULT_WINDOW_BYTES = 65_535;
const SETTINGS_INITIAL_WINDOW_SIZE = 4;

export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  bytes.set(payload, FRAME_HEADER_BYTES);
  return bytes;
}

const uint32 = (value: number) => {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** What a connection begins with. */
export const preface = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(
    FRAME.settings,
    0,
    0,
    Buffer.concat([Buffer.from([0, SETTINGS_INITIAL_WINDOW_SIZE]), uint32(WINDOW_BYTES)]),
  ),
  windowUpdate(WINDOW_BYTES - DEFAULT_WINDOW_BYTES),
]);

/** Gives back what was received on the connection. */
export function windowUpdate(bytes: number): Buffer {
  return frame(FRAME.windowUpdate, 0, 0, uint32(bytes));
}

const STATIC = { post: 0x83, http: 0x86 } as const;
const DYNAMIC_BEGIN = 62;
const INDEXED = 0x80;
const LITERAL_INDEXED = 0x40;

/** Headers of the calls of one connection: in full the first time, and from the compression table from then on. */
export class CallHeaders {
  readonly #names: readonly (readonly [string, string])[];

  constructor(path: string, metadata: Readonly<Record<string, string>>) {
    this.#names = [
      [':path', path],
      [':authority', 'localhost'],
      ['content-type', 'application/grpc'],
      ['te', 'trailers'],
      ...Object.entries(metadata),
    ];
  }

  first(): Buffer {
    const literal = (text: string) => Buffer.concat([lengthOf(text), Buffer.from(text)]);
    const fields = this.#names.flatMap(([name, value]) => [
      Buffer.from([LITERAL_INDEXED]),
      literal(name),
      literal(value),
    ]);
    return Buffer.concat([Buffer.from([STATIC.post, STATIC.http]), ...fields]);
  }

  later(): Buffer {
    const last = DYNAMIC_BEGIN + this.#names.length - 1;
    return Buffer.from([STATIC.post, STATIC.http, ...this.#names.map((_, i) => INDEXED | (last - i))]);
  }
}

const SHORT = 127;

/** HPACK's integer of seven bits, without Huffman. */
function lengthOf(text: string): Buffer {
  if (text.length < SHORT) return Buffer.from([text.length]);
  const bytes = [SHORT];
  let rest = text.length - SHORT;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

/** gRPC's prefix (not compressed, length) and the message. */
export function grpcMessage(message: Uint8Array): Buffer {
  const bytes = Buffer.alloc(5 + message.length);
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, 5);
  return bytes;
}
