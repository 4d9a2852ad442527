import { ForebayError } from '@forebay/contract';
import { type Instruments, type Logger, WatchedFiles } from '@forebay/service-kit';
import type { JSONWebKeySet } from 'jose';
import { type JwtKeys, parseKeySet } from './jwt-keys';

export interface JwtKeyFileOptions {
  readonly path: string;
  readonly reloadEveryMs: number;
  readonly logger: Logger;
  readonly instruments: Instruments;
}

/** Keys of a file, which is read again when it changes. Throws `invalid_configuration` if it cannot be used. */
export async function openJwtKeyFile(options: JwtKeyFileOptions): Promise<JwtKeys> {
  const { path, reloadEveryMs, logger, instruments } = options;
  const reloads = instruments.counter('forebay_reloads_total');
  const files = await WatchedFiles.open<'keys', JSONWebKeySet>({
    what: 'the keys of JWTs',
    paths: { keys: path },
    parse: ({ keys }) => {
      try {
        return parseKeySet(keys.toString());
      } catch (error) {
        throw ForebayError.from(error, `file "${path}"`);
      }
    },
    everyMs: reloadEveryMs,
    onRefused: (error) => {
      reloads.add({ what: 'jwt_keys', outcome: 'refused' });
      logger.error({ err: error }, `${error.message}; the keys before stay in use`);
    },
  });
  files.onChange(({ keys }) => {
    reloads.add({ what: 'jwt_keys', outcome: 'taken_up' });
    logger.info(`file "${path}": ${keys.length} keys of JWTs taken up`);
  });
  return {
    current: () => files.current,
    refresh: async () => false,
    onChange: (listener) => files.onChange(listener),
    close: () => files.close(),
  };
}
