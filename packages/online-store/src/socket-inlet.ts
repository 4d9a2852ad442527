import { createConnection, type Socket, type TcpNetConnectOpts } from 'node:net';
import { AbstractConnector, type RedisOptions } from 'ioredis';
import { ReplyMemory } from './reply-memory';

/** Takes what a socket reads in place of its listeners. */
export interface Inlet {
  /** Where the next read goes to. */
  room(): Buffer;
  /** So many bytes of it were read. */
  taken(count: number): void;
}

/** What a socket reads: to its listeners, as of any socket, until an inlet is attached. */
class SocketInlet {
  readonly memory = new ReplyMemory();
  #attached: Inlet | null = null;

  /** Everything that was read before has gone to the listeners. */
  attach(inlet: Inlet): void {
    this.#attached = inlet;
  }

  room(): Buffer {
    return this.#attached === null ? this.memory.bytes : this.#attached.room();
  }

  taken(socket: Socket, count: number): void {
    if (this.#attached !== null) this.#attached.taken(count);
    else socket.emit('data', Buffer.from(this.memory.bytes.subarray(0, count)));
  }
}

const inlets = new WeakMap<object, SocketInlet>();

/** null: the socket was made otherwise, as with TLS, and has buffers of its own. */
export function inletOf(stream: object): SocketInlet | null {
  return inlets.get(stream) ?? null;
}

type Target = Pick<RedisOptions, 'host' | 'port' | 'family' | 'path' | 'disconnectTimeout'>;

/** Connects as ioredis does to one server without TLS, but with a socket that reads to an inlet's memory. */
export class InletConnector extends AbstractConnector {
  constructor(private readonly target: Target) {
    super(target.disconnectTimeout ?? 0);
  }

  connect(): Promise<Socket> {
    this.connecting = true;
    return new Promise((resolve, reject) => {
      process.nextTick(() => {
        if (!this.connecting) {
          reject(new Error('Connection is closed.'));
          return;
        }
        const socket = openSocket(this.target);
        socket.once('error', (error) => {
          this.firstError = error;
        });
        this.stream = socket;
        resolve(socket);
      });
    });
  }
}

function openSocket({ host, port, family, path }: Target): Socket {
  const inlet = new SocketInlet();
  const onread = {
    buffer: () => inlet.room(),
    callback: (count: number) => {
      inlet.taken(socket, count);
      return true;
    },
  };
  const to = path ? { path } : { host, port, family };
  const socket: Socket = createConnection({ ...to, onread } as TcpNetConnectOpts);
  inlets.set(socket, inlet);
  return socket;
}
