import { ForebayError } from '@forebay/contract';

/** PEM texts. */
export interface TlsOptions {
  /** Who signed the server's certificate; left out: who this machine trusts. */
  readonly ca?: string | Uint8Array | undefined;
  /** Of the client, for mutual TLS: a certificate and its key. */
  readonly certificate?: string | Uint8Array | undefined;
  readonly key?: string | Uint8Array | undefined;
  /** The name that the server's certificate must have, where it is not the address'. */
  readonly serverName?: string | undefined;
}

/** Calls of one turn of the event loop that ask for the same are answered by one call. */
export interface BatchingOptions {
  /** Rows of a merged call at most; default 100. */
  readonly maxRows?: number | undefined;
}

export interface ConnectOptions {
  /**
   * `host:port`, or any gRPC target such as `dns:///serving:50051`. Calls take turns over all addresses that a name has, and
   * over the names of a list.
   */
  readonly address: string | readonly string[];
  /** How long a call takes at most, retries included, unless it says otherwise; default 5 s. */
  readonly deadlineMs?: number | undefined;
  /** Calls that find no server are tried so often in all; default 4. */
  readonly attempts?: number | undefined;
  /** true: as this machine trusts; left out: plain text. */
  readonly tls?: TlsOptions | boolean | undefined;
  /** A bearer token, or what gives the present one for each call. Never over plain text, unless `allowTokenOverPlainText`. */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /** The token can then be read by everybody on the way: for a proxy on this machine, and tests. */
  readonly allowTokenOverPlainText?: boolean | undefined;
  /** How often a connection is tried that nothing comes from, so that one that is gone is noticed; default 60 s. */
  readonly keepAliveMs?: number | undefined;
  /** Longer ones are refused; default 16 MiB, as the server has it. */
  readonly maxResponseBytes?: number | undefined;
  /** Longer ones are not sent; default 4 MiB, as the server has it. */
  readonly maxRequestBytes?: number | undefined;
  /** Default: every call is a call. */
  readonly batching?: BatchingOptions | boolean | undefined;
}

/** The options, whole and checked. */
export interface CompiledOptions {
  readonly addresses: readonly string[];
  readonly deadlineMs: number;
  readonly attempts: number;
  /** null: plain text. */
  readonly tls: TlsOptions | null;
  /** null: none is sent. */
  readonly token: (() => string | Promise<string>) | null;
  readonly keepAliveMs: number;
  readonly maxResponseBytes: number;
  readonly maxRequestBytes: number;
  /** 0: calls are not merged. */
  readonly mergedRows: number;
}

const DEFAULTS = {
  deadlineMs: 5_000,
  attempts: 4,
  keepAliveMs: 60_000,
  maxResponseBytes: 16 * 1_024 * 1_024,
  maxRequestBytes: 4 * 1_024 * 1_024,
  mergedRows: 100,
} as const;

/** Throws `invalid_configuration`. */
export function compileOptions(options: ConnectOptions): CompiledOptions {
  const { address, tls = false, token, batching = false } = options;
  const addresses = typeof address === 'string' ? [address] : [...address];
  if (addresses.length === 0 || addresses.some((one) => one.trim() === ''))
    throw refused('address is empty: give host:port, or a list of them');
  const compiledTls = tls === false ? null : tls === true ? {} : tls;
  if (compiledTls !== null && (compiledTls.certificate === undefined) !== (compiledTls.key === undefined))
    throw refused('tls has one of certificate and key: mutual TLS needs both');
  if (token !== undefined && compiledTls === null && options.allowTokenOverPlainText !== true)
    throw refused(
      'a token is not sent over plain text, where everybody on the way can read it: set tls, or allowTokenOverPlainText if nobody else is on the way',
    );
  if (typeof token === 'string') checkToken(token);
  return {
    addresses,
    deadlineMs: positive('deadlineMs', options.deadlineMs ?? DEFAULTS.deadlineMs),
    attempts: positive('attempts', options.attempts ?? DEFAULTS.attempts),
    tls: compiledTls,
    token: token === undefined ? null : typeof token === 'string' ? () => token : token,
    keepAliveMs: positive('keepAliveMs', options.keepAliveMs ?? DEFAULTS.keepAliveMs),
    maxResponseBytes: positive('maxResponseBytes', options.maxResponseBytes ?? DEFAULTS.maxResponseBytes),
    maxRequestBytes: positive('maxRequestBytes', options.maxRequestBytes ?? DEFAULTS.maxRequestBytes),
    mergedRows:
      batching === false
        ? 0
        : positive(
            'batching.maxRows',
            (batching === true ? undefined : batching.maxRows) ?? DEFAULTS.mergedRows,
          ),
  };
}

/** The token does not appear in the message. Throws `invalid_configuration`. */
export function checkToken(token: string): void {
  if (/^[\x21-\x7e]+$/.test(token)) return;
  throw refused(
    'the token is empty, or has characters that no header carries: give it without spaces and line ends',
  );
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw refused(`${name} is ${value}: give a whole number above 0`);
}

function refused(what: string): ForebayError {
  return new ForebayError('invalid_configuration', `connecting to the feature server: ${what}`);
}
