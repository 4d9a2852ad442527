import { ForebayError } from '@forebay/contract';
import { type ChannelCredentials, Client, connectivityState, credentials } from '@grpc/grpc-js';
import type { CompiledOptions, TlsOptions } from './connect-options';

/** How long an answer to a keep-alive ping is waited for. */
const KEEP_ALIVE_TIMEOUT_MS = 10_000;
const LOOK_AGAIN_MS = 200;
const FIRST_RECONNECT_MS = 100;
const LONGEST_RECONNECT_MS = 1_000;

/** One connection, or several where a name has several addresses; one of its own for each address that is given. */
export class Channels {
  readonly #clients: readonly Client[];
  #next = 0;
  #isClosed = false;

  constructor(private readonly options: CompiledOptions) {
    const channelCredentials = credentialsOf(options.tls);
    const channelOptions = channelOptionsOf(options);
    this.#clients = options.addresses.map(
      (address) => new Client(address, channelCredentials, channelOptions),
    );
  }

  /** Takes turns, past those that cannot be reached now while any other can. */
  next(): { readonly client: Client; readonly address: string } {
    const count = this.#clients.length;
    let at = this.#next;
    for (let tried = 1; tried < count && this.#isFailing(at); tried++) at = (at + 1) % count;
    this.#next = (at + 1) % count;
    return { client: this.#clients[at] as Client, address: this.options.addresses[at] as string };
  }

  /** Asked without starting to connect: the call does that. */
  #isFailing(at: number): boolean {
    const state = (this.#clients[at] as Client).getChannel().getConnectivityState(false);
    return state === connectivityState.TRANSIENT_FAILURE;
  }

  /** Resolves when any of them is connected; throws `unavailable`. */
  async waitForReady(withinMs: number): Promise<void> {
    const wait: Wait = { deadline: Date.now() + withinMs, isOver: false };
    const ready = await anyOf(
      this.#clients.map((client) => whenReady(client.getChannel(), wait, () => this.#isClosed)),
    );
    wait.isOver = true;
    if (ready) return;
    const message = this.#isClosed
      ? 'the client was closed while it waited for a feature server'
      : `no feature server answered at ${this.options.addresses.join(', ')} within ${withinMs} ms; start it, or correct the address`;
    throw new ForebayError('unavailable', message);
  }

  /** Calls in flight fail. */
  close(): void {
    this.#isClosed = true;
    for (const client of this.#clients) client.close();
  }
}

interface Wait {
  readonly deadline: number;
  isOver: boolean;
}

/** Whether the channel was connected, while that is waited for. */
async function whenReady(
  channel: ReturnType<Client['getChannel']>,
  wait: Wait,
  isClosed: () => boolean,
): Promise<boolean> {
  while (!isClosed() && !wait.isOver && Date.now() < wait.deadline) {
    const state = channel.getConnectivityState(true);
    if (state === connectivityState.READY) return true;
    // in short steps, since a channel's watcher keeps the process until its deadline, whatever becomes of the channel
    const until = Math.min(wait.deadline, Date.now() + LOOK_AGAIN_MS);
    await new Promise<void>((resolve) => channel.watchConnectivityState(state, until, () => resolve()));
  }
  return false;
}

/** true as soon as one is, false when none was. */
function anyOf(all: readonly Promise<boolean>[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let open = all.length;
    for (const one of all)
      one.then((isTrue) => {
        open--;
        if (isTrue || open === 0) resolve(isTrue);
      }, reject);
  });
}

function credentialsOf(tls: TlsOptions | null): ChannelCredentials {
  if (tls === null) return credentials.createInsecure();
  try {
    return credentials.createSsl(pem(tls.ca), pem(tls.key), pem(tls.certificate));
  } catch (error) {
    const { message } = ForebayError.from(error);
    throw new ForebayError('invalid_configuration', `reading the certificates of tls: ${message}`, {
      cause: error,
    });
  }
}

function pem(text: string | Uint8Array | undefined): Buffer | null {
  if (text === undefined) return null;
  return typeof text === 'string' ? Buffer.from(text) : Buffer.from(text);
}

function channelOptionsOf({ tls, keepAliveMs, maxResponseBytes, maxRequestBytes }: CompiledOptions) {
  return {
    'grpc.max_receive_message_length': maxResponseBytes,
    'grpc.max_send_message_length': maxRequestBytes,
    'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
    'grpc.initial_reconnect_backoff_ms': FIRST_RECONNECT_MS,
    'grpc.max_reconnect_backoff_ms': LONGEST_RECONNECT_MS,
    // a connection that was dropped on the way is noticed between calls, not by the next call
    'grpc.keepalive_time_ms': keepAliveMs,
    'grpc.keepalive_timeout_ms': Math.min(keepAliveMs, KEEP_ALIVE_TIMEOUT_MS),
    'grpc.keepalive_permit_without_calls': 1,
    'grpc.enable_channelz': 0,
    // two clients of one process have connections of their own, which closing one does not take from the other
    'grpc.use_local_subchannel_pool': 1,
    ...(tls?.serverName === undefined
      ? {}
      : {
          'grpc.ssl_target_name_override': tls.serverName,
          'grpc.default_authority': tls.serverName,
        }),
  };
}
