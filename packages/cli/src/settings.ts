import {
  type Configuration,
  choiceSetting,
  type Environment,
  LINEAGE_SETTINGS,
  OBJECT_STORE_SETTINGS,
  readConfiguration,
  SERVER_SETTINGS,
  textSetting,
} from '@forebay/service-kit';

/** What the command reads from the environment; the servers' names are the same as the services'. */
export const CLI_SETTINGS = {
  ...SERVER_SETTINGS,
  ...LINEAGE_SETTINGS,
  ...OBJECT_STORE_SETTINGS,
  servingAddress: textSetting({
    env: 'FOREBAY_CLI_SERVING_ADDRESS',
    pattern: /^[A-Za-z0-9_.:[\]-]+:\d+$/,
    allowed: 'host:port',
    default: '127.0.0.1:50051',
    description: 'Where the serving service answers gRPC.',
  }),
  servingTransport: choiceSetting({
    env: 'FOREBAY_CLI_SERVING_TRANSPORT',
    choices: ['plaintext', 'tls'],
    default: 'plaintext',
    description: 'How the serving service is spoken to.',
  }),
  servingCaFile: textSetting({
    env: 'FOREBAY_CLI_SERVING_CA_FILE',
    allowed: 'a path',
    optional: true,
    description:
      "With tls: the authority of the serving service's certificate, PEM. Unset: those that this machine trusts.",
  }),
  servingCertFile: textSetting({
    env: 'FOREBAY_CLI_SERVING_CERT_FILE',
    allowed: 'a path',
    optional: true,
    description: 'For mutual TLS: the certificate that is shown to the serving service, PEM.',
  }),
  servingKeyFile: textSetting({
    env: 'FOREBAY_CLI_SERVING_KEY_FILE',
    allowed: 'a path',
    optional: true,
    description: 'For mutual TLS: the key of that certificate, PEM.',
  }),
  servingToken: textSetting({
    env: 'FOREBAY_CLI_SERVING_TOKEN',
    allowed: 'a token',
    optional: true,
    secret: true,
    description: 'The access token or JWT that calls of the serving service carry; needs tls.',
  }),
};

export type CliConfiguration = Configuration<typeof CLI_SETTINGS>;

/** Throws `invalid_configuration`. */
export function readCliConfiguration(environment: Environment): CliConfiguration {
  return readConfiguration(CLI_SETTINGS, environment);
}
