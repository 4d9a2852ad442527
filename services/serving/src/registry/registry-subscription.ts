import { ForebayError } from '@forebay/contract';
import { decodeRegistry } from '@forebay/definitions';
import { type RedisConnection, RegistryChannel, type StoredRegistry } from '@forebay/online-store';
import type { Logger, ReadinessHandle } from '@forebay/service-kit';
import { AppliedRegistry } from './applied-registry';

/** How long a lost announcement goes unnoticed. */
const POLL_INTERVAL_MS = 5_000;

export interface RegistrySubscriptionOptions {
  readonly logger: Logger;
  readonly readiness: ReadinessHandle;
}

/** Follows the registry; requests see one compiled snapshot or the next, never a mixture. */
export class RegistrySubscription {
  #current: AppliedRegistry | null = null;
  #channel: RegistryChannel | null = null;

  private constructor(private readonly options: RegistrySubscriptionOptions) {}

  /** Resolves when the registry, if there is one, is loaded. Rejects if it cannot be read. */
  static async open(
    connection: RedisConnection,
    options: RegistrySubscriptionOptions,
  ): Promise<RegistrySubscription> {
    const subscription = new RegistrySubscription(options);
    options.readiness.notReady('nothing applied yet: run forebay apply');
    subscription.#channel = await RegistryChannel.open(connection, {
      pollIntervalMs: POLL_INTERVAL_MS,
      onChange: (stored) => subscription.#swap(stored),
      onError: (error) => options.logger.warn({ err: error }, 'the registry could not be read; trying again'),
    });
    return subscription;
  }

  /** 0 before anything was applied. */
  get version(): number {
    return this.#current?.version ?? 0;
  }

  /** Throws `unavailable` before anything was applied. */
  get current(): AppliedRegistry {
    if (this.#current === null)
      throw new ForebayError('unavailable', 'nothing applied yet: run forebay apply');
    return this.#current;
  }

  async close(): Promise<void> {
    await this.#channel?.close();
  }

  /** A snapshot that cannot be read leaves the one before it in use. */
  #swap(stored: StoredRegistry): void {
    const { logger, readiness } = this.options;
    let applied: AppliedRegistry;
    try {
      applied = new AppliedRegistry(decodeRegistry(stored.snapshot), this.#current);
    } catch (error) {
      logger.error(
        { err: error, version: stored.version },
        `registry version ${stored.version} cannot be used`,
      );
      return;
    }
    for (const failure of applied.failures()) logger.error({ reason: failure.reason }, failure.message);
    this.#current = applied;
    readiness.ready();
    logger.info({ version: applied.version }, `registry version ${applied.version} is in use`);
  }
}
