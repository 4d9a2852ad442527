import type { RedisConnection } from './connection';
import { REGISTRY_CHANNEL } from './keys';
import { loadRegistry, loadRegistryVersion, type StoredRegistry } from './registry-store';

export interface RegistryChannelOptions {
  /** How often the version is read although nothing was announced: an announcement can be lost. */
  readonly pollIntervalMs: number;
  /** A newer registry; called in order of versions, and once at open if there is a registry. */
  readonly onChange: (registry: StoredRegistry) => void;
  /** Reading failed; it is tried again at the next announcement, reconnect or poll. */
  readonly onError: (error: unknown) => void;
}

/** Follows the registry: announcements on a connection of its own, a poll as a safety net. Never goes back in versions. */
export class RegistryChannel {
  #version = 0;
  #refreshing: Promise<void> | null = null;
  #again = false;
  #closed = false;
  #poll: NodeJS.Timeout | null = null;

  private constructor(
    private readonly connection: RedisConnection,
    private readonly subscriber: RedisConnection,
    private readonly options: RegistryChannelOptions,
  ) {}

  /** Subscribes, then loads, so that no change falls between. Rejects if either fails. */
  static async open(connection: RedisConnection, options: RegistryChannelOptions): Promise<RegistryChannel> {
    const subscriber = await connection.duplicate('subscriber');
    const channel = new RegistryChannel(connection, subscriber, options);
    try {
      subscriber.client.on('message', () => void channel.refresh());
      subscriber.onReconnect(() => void channel.#subscribeAgain());
      await channel.#subscribe();
      await channel.#load();
    } catch (error) {
      await subscriber.close();
      throw error;
    }
    channel.#poll = setInterval(() => void channel.refresh(), options.pollIntervalMs);
    return channel;
  }

  /** The newest version that was handed to `onChange`; 0: none. */
  get version(): number {
    return this.#version;
  }

  /** Looks for a newer version now. A look that is asked for during another one follows it. */
  refresh(): Promise<void> {
    if (this.#refreshing !== null) {
      this.#again = true;
      return this.#refreshing;
    }
    this.#refreshing = this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#poll !== null) clearInterval(this.#poll);
    await this.subscriber.close();
    await this.#refreshing;
  }

  async #subscribe(): Promise<void> {
    await this.subscriber.run('subscribing to the registry', () =>
      this.subscriber.client.subscribe(REGISTRY_CHANNEL),
    );
  }

  /** If the connection breaks while it subscribes, the next reconnect does it again. */
  async #subscribeAgain(): Promise<void> {
    try {
      await this.#subscribe();
    } catch (error) {
      if (!this.#closed) this.options.onError(error);
    }
    await this.refresh();
  }

  async #refresh(): Promise<void> {
    do {
      this.#again = false;
      try {
        if ((await loadRegistryVersion(this.connection)) > this.#version) await this.#load();
      } catch (error) {
        if (!this.#closed) this.options.onError(error);
      }
    } while (this.#again && !this.#closed);
  }

  async #load(): Promise<void> {
    const registry = await loadRegistry(this.connection);
    if (registry === null || registry.version <= this.#version || this.#closed) return;
    this.#version = registry.version;
    this.options.onChange(registry);
  }
}
