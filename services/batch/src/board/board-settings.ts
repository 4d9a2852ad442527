import { ForebayError } from '@forebay/contract';
import { type Configuration, durationSetting, portSetting, textSetting } from '@forebay/service-kit';

const file = { pattern: /^\S(.*\S)?$/, allowed: 'a path', optional: true } as const;

/** The board of jobs for operators; without a port there is none. */
export const BOARD_SETTINGS = {
  boardPort: portSetting({
    env: 'FOREBAY_BATCH_BOARD_PORT',
    optional: true,
    description: 'The port of the board of jobs (bull-board); unset: there is none.',
  }),
  boardHost: textSetting({
    env: 'FOREBAY_BATCH_BOARD_HOST',
    default: '127.0.0.1',
    description: 'The address that the board listens on.',
  }),
  boardAccessFile: textSetting({
    ...file,
    env: 'FOREBAY_BATCH_BOARD_ACCESS_FILE',
    description:
      'The list of access tokens (hashed) with their grants, as of serving; the board is for those with admin:*/*. With a port it is required.',
  }),
  boardTlsCertFile: textSetting({
    ...file,
    env: 'FOREBAY_BATCH_BOARD_TLS_CERT_FILE',
    description:
      "The board's certificate, PEM; unset: plain HTTP, for this machine or behind a proxy that ends TLS.",
  }),
  boardTlsKeyFile: textSetting({
    ...file,
    env: 'FOREBAY_BATCH_BOARD_TLS_KEY_FILE',
    description: "The certificate's private key, PEM, not encrypted.",
  }),
  boardReloadEveryMs: durationSetting({
    env: 'FOREBAY_BATCH_BOARD_RELOAD_INTERVAL',
    minMs: 50,
    maxMs: 3_600_000,
    default: '5s',
    description: 'How often access file, certificate and key are looked at for changes.',
  }),
};

export interface BoardTerms {
  readonly port: number;
  readonly host: string;
  readonly accessFile: string;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly reloadEveryMs: number;
}

/** Null: there is no board. Throws `invalid_configuration` for settings that do not fit together. */
export function boardTerms(configuration: Configuration<typeof BOARD_SETTINGS>): BoardTerms | null {
  const { boardPort, boardHost, boardAccessFile, boardTlsCertFile, boardTlsKeyFile, boardReloadEveryMs } =
    configuration;
  if (boardPort === undefined) return null;
  if (boardAccessFile === undefined)
    throw new ForebayError(
      'invalid_configuration',
      'FOREBAY_BATCH_BOARD_PORT is set, and nobody could be let in: set FOREBAY_BATCH_BOARD_ACCESS_FILE to a list of tokens, made with "forebay token create --grant admin:*/*"',
    );
  if ((boardTlsCertFile === undefined) !== (boardTlsKeyFile === undefined))
    throw new ForebayError(
      'invalid_configuration',
      'of FOREBAY_BATCH_BOARD_TLS_CERT_FILE and FOREBAY_BATCH_BOARD_TLS_KEY_FILE only one is set: set both, or neither',
    );
  return {
    port: boardPort,
    host: boardHost,
    accessFile: boardAccessFile,
    tls:
      boardTlsCertFile === undefined || boardTlsKeyFile === undefined
        ? null
        : { certFile: boardTlsCertFile, keyFile: boardTlsKeyFile },
    reloadEveryMs: boardReloadEveryMs,
  };
}
