/** Requests that the client library does not speak, on a connection of their own: bytes out, bytes back, encrypted and authenticated as the settings say. */
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ForebayError } from '@forebay/contract';
import type { BrokerSecurity } from './broker-security';
import { authenticate } from './sasl';

const LONGEST_ANSWER_BYTES = 64 * 1_024 * 1_024;

/** A broker that does not know a version closes the connection. */
export class ConnectionEnded extends Error {}

/** Sends a request with its size before it, and resolves to the answer behind its size. */
export type Exchange = (request: Buffer) => Promise<Buffer>;

export interface ExchangeOptions {
  /** `host:port` */
  readonly broker: string;
  readonly security: BrokerSecurity;
  readonly timeoutMs: number;
}

/** One request and its answer. Rejects with ConnectionEnded when the broker ended the connection instead. */
export async function exchangeOnce(options: ExchangeOptions, request: Buffer): Promise<Buffer> {
  const socket = open(options);
  try {
    const exchange = exchangeOver(socket, options.timeoutMs);
    const { sasl } = options.security;
    if (sasl !== undefined) await authenticate(exchange, sasl).catch(refused);
    return await exchange(request);
  } finally {
    socket.destroy();
  }
}

function refused(thrown: unknown): never {
  if (thrown instanceof ConnectionEnded) throw new Error('the broker ended the connection at its start');
  throw thrown;
}

function open({ broker, security: { tls } }: ExchangeOptions): Socket {
  const colon = broker.lastIndexOf(':');
  const host = broker.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const address = { host, port: Number(broker.slice(colon + 1)) };
  if (tls === undefined) return connect(address);
  return connectTls({ ...address, ...tls, ...(isIP(host) === 0 ? { servername: host } : {}) });
}

function exchangeOver(socket: Socket, timeoutMs: number): Exchange {
  let failure: Error | null = null;
  let held = Buffer.alloc(0);
  let wake: () => void = () => undefined;
  const fail = (error: Error) => {
    failure ??= error;
    wake();
  };
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
  socket.on('error', fail);
  socket.on('end', () => fail(new ConnectionEnded('the broker closed the connection')));
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    wake();
  });
  return async (request) => {
    socket.write(request);
    for (;;) {
      const answer = answerIn(held);
      if (answer !== null) {
        held = held.subarray(4 + answer.length);
        return answer;
      }
      if (failure !== null) throw failure;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
}

function answerIn(held: Buffer): Buffer | null {
  if (held.length < 4) return null;
  const size = held.readInt32BE(0);
  if (size < 0 || size > LONGEST_ANSWER_BYTES) {
    throw new ForebayError(
      'unavailable',
      `an answer of ${size} bytes: is this port a broker's, and with TLS?`,
    );
  }
  return held.length < 4 + size ? null : held.subarray(4, 4 + size);
}
