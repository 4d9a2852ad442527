import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ForebayError } from '@forebay/contract';
import { KAFKA_SECURITY_SETTINGS, type SASL_MECHANISMS } from '../common-settings';
import type { Configuration } from '../setting';

export interface KafkaSecurity {
  /** PEM. Undefined: connections are plain. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: (typeof SASL_MECHANISMS)[number];
    readonly username: string;
    readonly password: string;
  };
}

export type KafkaSecurityConfiguration = Configuration<typeof KAFKA_SECURITY_SETTINGS>;

/**
 * Reads the files that the settings name.
 * @throws ForebayError `invalid_configuration` for settings that need others, and for files that cannot be read or used; without contents.
 */
export function readKafkaSecurity(configuration: KafkaSecurityConfiguration): KafkaSecurity {
  const tls = readTls(configuration);
  const sasl = readSasl(configuration);
  return { ...(tls === null ? {} : { tls }), ...(sasl === null ? {} : { sasl }) };
}

function readTls(configuration: KafkaSecurityConfiguration): NonNullable<KafkaSecurity['tls']> | null {
  const files = (['kafkaCaFile', 'kafkaCertFile', 'kafkaKeyFile'] as const).filter(
    (key) => configuration[key],
  );
  if (!configuration.kafkaTls) {
    const [first] = files;
    if (first === undefined) return null;
    throw wrong(
      `${nameOf(first)} is set, but ${nameOf('kafkaTls')} is false: set it to true, or unset the file`,
    );
  }
  requireBoth(configuration, 'kafkaCertFile', 'kafkaKeyFile');
  const ca = contentsOf(configuration, 'kafkaCaFile');
  const cert = contentsOf(configuration, 'kafkaCertFile');
  const key = contentsOf(configuration, 'kafkaKeyFile');
  const tls = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  if (ca?.includes('-----BEGIN CERTIFICATE-----') === false) {
    throw wrong(`${nameOf('kafkaCaFile')}: ${configuration.kafkaCaFile} has no certificate in PEM form`);
  }
  try {
    createSecureContext(tls);
  } catch (thrown) {
    const named = files.map(nameOf).join(', ');
    throw wrong(`the files of ${named} cannot be used together: ${(thrown as Error).message}`);
  }
  return tls;
}

function readSasl(configuration: KafkaSecurityConfiguration): NonNullable<KafkaSecurity['sasl']> | null {
  const { kafkaSaslMechanism: mechanism, kafkaUser: username, kafkaPassword: password } = configuration;
  requireBoth(configuration, 'kafkaUser', 'kafkaPassword');
  if (mechanism === undefined) {
    if (username === undefined) return null;
    throw wrong(`${nameOf('kafkaUser')} is set: set ${nameOf('kafkaSaslMechanism')} too, or unset it`);
  }
  if (username !== undefined && password !== undefined) return { mechanism, username, password };
  throw wrong(
    `${nameOf('kafkaSaslMechanism')} is set: set ${nameOf('kafkaUser')} and ${nameOf('kafkaPassword')} too, or unset it`,
  );
}

type Key = keyof typeof KAFKA_SECURITY_SETTINGS;

const nameOf = (key: Key) => KAFKA_SECURITY_SETTINGS[key].env;

function requireBoth(configuration: KafkaSecurityConfiguration, one: Key, other: Key): void {
  if ((configuration[one] === undefined) === (configuration[other] === undefined)) return;
  const [set, missing] = configuration[one] === undefined ? [other, one] : [one, other];
  throw wrong(`${nameOf(set)} is set without ${nameOf(missing)}: set both, or neither`);
}

function contentsOf(
  configuration: KafkaSecurityConfiguration,
  key: 'kafkaCaFile' | 'kafkaCertFile' | 'kafkaKeyFile',
): string | undefined {
  const path = configuration[key];
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    throw wrong(`${nameOf(key)}: ${path} cannot be read: ${(thrown as Error).message}`);
  }
}

const wrong = (message: string) => new ForebayError('invalid_configuration', message);
