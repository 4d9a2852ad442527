import { ForebayError } from '@forebay/contract';
import { type Instruments, type Logger, maskPasswords, type ReadinessHandle } from '@forebay/service-kit';
import type { JSONWebKeySet } from 'jose';
import { type JwtKeys, parseKeySet } from './jwt-keys';

/** A set of keys is a few kB. */
const MAX_RESPONSE_BYTES = 256 * 1_024;
const FETCH_TIMEOUT_MS = 5_000;
/** After a failure; also how often JWTs with unknown keys may cause a request, whoever sends them. */
const RETRY_MS = 5_000;
/** Keys that could not be read anew for so long are no longer trusted: one of them may have been revoked. */
const MAX_AGE_MS = 24 * 3_600_000;

export interface JwtKeyUrlOptions {
  readonly url: string;
  readonly refreshEveryMs: number;
  readonly logger: Logger;
  readonly instruments: Instruments;
  /** Ready from the first time on that the keys were read. */
  readonly readiness: ReadinessHandle;
  /** The wall clock, ms. */
  readonly clock: () => number;
}

/**
 * Keys from a URL: read at the start, at an interval, and when a JWT names a key that is not among them. While the URL
 * does not answer, the keys that were read last stay in use.
 */
export class JwtKeyUrl implements JwtKeys {
  #keys: JSONWebKeySet | null = null;
  #text = '';
  #readAtMs = Number.NEGATIVE_INFINITY;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<boolean> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #failing = false;
  #closed = false;
  readonly #listeners = new Set<() => void>();
  readonly #url: string;
  readonly #stopMetric: () => void;

  constructor(private readonly options: JwtKeyUrlOptions) {
    this.#url = maskPasswords(options.url);
    this.#stopMetric = options.instruments
      .gauge('forebay_jwt_keys_age_seconds')
      .observe(() => (this.#keys === null ? [] : [[{}, (options.clock() - this.#readAtMs) / 1_000]]));
  }

  /** Begins to read; resolves after the first attempt, whatever became of it. */
  async start(): Promise<void> {
    await this.#read();
  }

  current(nowMs: number): JSONWebKeySet {
    if (this.#keys === null) {
      throw new ForebayError(
        'unavailable',
        `the keys of JWTs have not been read from ${this.#url} yet: try again`,
      );
    }
    if (nowMs - this.#readAtMs > MAX_AGE_MS) {
      throw new ForebayError('unavailable', `the keys of JWTs could not be read from ${this.#url} for a day`);
    }
    return this.#keys;
  }

  refresh(): Promise<boolean> {
    if (this.#reading === null && this.options.clock() - this.#triedAtMs < RETRY_MS)
      return Promise.resolve(false);
    return this.#read();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#stopMetric();
    this.#listeners.clear();
  }

  /** One request at a time; whether it brought other keys. */
  #read(): Promise<boolean> {
    this.#reading ??= this.#attempt().finally(() => {
      this.#reading = null;
      if (this.#closed) return;
      clearTimeout(this.#timer);
      const afterMs = this.#failing
        ? Math.min(RETRY_MS, this.options.refreshEveryMs)
        : this.options.refreshEveryMs;
      this.#timer = setTimeout(() => void this.#read(), afterMs).unref();
    });
    return this.#reading;
  }

  async #attempt(): Promise<boolean> {
    const { clock, readiness } = this.options;
    this.#triedAtMs = clock();
    try {
      const text = await fetchText(this.options.url);
      const changed = text !== this.#text;
      if (changed) this.#takeUp(text);
      this.#readAtMs = clock();
      this.#failing = false;
      readiness.ready();
      if (changed) for (const listener of this.#listeners) listener();
      return changed;
    } catch (error) {
      this.#tellFailure(error);
      return false;
    }
  }

  #takeUp(text: string): void {
    const keys = parseKeySet(text);
    this.#keys = keys;
    this.#text = text;
    this.options.instruments.counter('forebay_reloads_total').add({ what: 'jwt_keys', outcome: 'taken_up' });
    this.options.logger.info(`${this.#url}: ${keys.keys.length} keys of JWTs taken up`);
  }

  #tellFailure(error: unknown): void {
    const { instruments, readiness, logger } = this.options;
    instruments.counter('forebay_reloads_total').add({ what: 'jwt_keys', outcome: 'refused' });
    const why = `keys of JWTs from ${this.#url}: ${reasonOf(error)}`;
    if (this.#keys === null) readiness.notReady(why);
    const consequence = this.#keys === null ? 'no JWT can be verified' : 'the keys before stay in use';
    if (!this.#failing) logger.error(`${why}; ${consequence}; it is tried again every ${RETRY_MS / 1_000} s`);
    this.#failing = true;
  }
}

/** Nothing but a 200 from this very URL, in bounded time and size. */
async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new ForebayError('unavailable', `the answer has status ${response.status}`);
  }
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_RESPONSE_BYTES) {
      throw new ForebayError('unavailable', `the answer is longer than ${MAX_RESPONSE_BYTES} bytes`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** fetch hides what happened in a cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as {
    readonly message?: string;
    readonly cause?: { readonly code?: string; readonly message?: string };
  };
  return cause === undefined ? String(message) : `${message} (${cause.code ?? cause.message})`;
}
