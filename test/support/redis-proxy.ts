import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What becomes of reads; all else passes. */
export type ProxyMode =
  | { readonly kind: 'pass' }
  /** Every answer comes so much later. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Every MGET is answered with this error, such as `LOADING Redis is loading the dataset in memory`. */
  | { readonly kind: 'refuse'; readonly error: string };

/** Stands between a reader and a Redis, to make it slow or to answer in its place. */
export class RedisProxy {
  mode: ProxyMode = { kind: 'pass' };
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async start(targetUrl: string): Promise<RedisProxy> {
    const server = createServer();
    const proxy = new RedisProxy(server, new URL(targetUrl));
    server.on('connection', (socket) => proxy.#join(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(client: Socket): void {
    const redis = connect(Number(this.target.port), this.target.hostname);
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (command) => {
      const { mode } = this;
      if (mode.kind === 'refuse' && command.includes('MGET')) client.write(`-${mode.error}\r\n`);
      else redis.write(command);
    });
    redis.on('data', (reply) => {
      const { mode } = this;
      if (mode.kind === 'slow') setTimeout(() => client.write(reply), mode.delayMs);
      else client.write(reply);
    });
  }
}
