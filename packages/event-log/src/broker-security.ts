import type { KafkaConfig } from 'kafkajs';

/** How brokers are spoken to: encrypted or not, and as whom. */
export interface BrokerSecurity {
  /** PEM; without `ca`, the authorities that Node.js trusts. Undefined: connections are plain. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: SaslCredentials;
}

export interface SaslCredentials {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** As the client library takes it. */
export function clientSecurity({ tls, sasl }: BrokerSecurity): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  return {
    ...(tls === undefined ? {} : { ssl: { ...tls } }),
    ...(sasl === undefined ? {} : { sasl: { ...sasl } as NonNullable<KafkaConfig['sasl']> }),
  };
}
