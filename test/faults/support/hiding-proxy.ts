/** Stands between members and a Redis, and keeps their connections while the server behind it is another one for a moment. */
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { waitFor } from '../../support/wait-for';
import { countCommands, countReplies } from './redis-commands';

const ANSWERED_WITHIN_MS = 10_000;

/** A client's connection: its commands are passed on whole, or held. */
class Link {
  #upstream: Socket;
  #held: Buffer = Buffer.alloc(0);
  #unread: Buffer = Buffer.alloc(0);
  isHolding = false;
  /** Commands that were passed on and are not answered; of a subscriber, which is told more than it asks, below 0. */
  owed = 0;

  constructor(
    private readonly client: Socket,
    private readonly open: () => Socket,
  ) {
    this.#upstream = this.#connect();
    client.on('data', (bytes) => {
      this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
      this.#pass();
    });
    client.on('close', () => this.#upstream.destroy());
    client.on('error', () => this.#upstream.destroy());
  }

  #connect(): Socket {
    const upstream = this.open();
    upstream.on('data', (reply) => {
      if (upstream !== this.#upstream) return;
      this.client.write(reply);
      const bytes = Buffer.concat([this.#unread, reply]);
      const { count, end } = countReplies(bytes);
      this.#unread = bytes.subarray(end);
      this.owed -= count;
    });
    upstream.on('error', () => undefined);
    upstream.on('close', () => {
      if (!this.isHolding && upstream === this.#upstream) this.client.destroy();
    });
    return upstream;
  }

  #pass(): void {
    if (this.isHolding) return;
    const { count, end } = countCommands(this.#held);
    if (count === 0) return;
    this.owed += count;
    this.#upstream.write(this.#held.subarray(0, end));
    this.#held = this.#held.subarray(end);
  }

  hold(): void {
    this.isHolding = true;
  }

  /** To the server that is there now. */
  release(): void {
    this.#upstream.destroy();
    this.#upstream = this.#connect();
    this.#unread = Buffer.alloc(0);
    this.owed = 0;
    this.isHolding = false;
    this.#pass();
  }
}

export class HidingProxy {
  readonly #links = new Map<Socket, Link>();

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async start(targetUrl: string): Promise<HidingProxy> {
    const server = createServer();
    const proxy = new HidingProxy(server, new URL(targetUrl));
    server.on('connection', (client) => proxy.#join(client));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Connections of clients so far, those that were closed too. */
  connections = 0;

  #join(client: Socket): void {
    this.connections++;
    const open = () => connect(Number(this.target.port), this.target.hostname);
    this.#links.set(client, new Link(client, open));
    client.on('close', () => this.#links.delete(client));
  }

  /** Holds commands back, lets the answers to earlier ones through, acts, and goes on with what the server is then. */
  async hide(act: () => Promise<void>): Promise<void> {
    const links = [...this.#links.values()];
    for (const link of links) link.hold();
    const areAnswered = () => links.every(({ owed }) => owed <= 0);
    await waitFor(areAnswered, { deadlineMs: ANSWERED_WITHIN_MS, message: 'all commands are answered' });
    await act();
    for (const link of links) link.release();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const client of this.#links.keys()) client.destroy();
    await closed;
  }
}
