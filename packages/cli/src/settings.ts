import {
  type Configuration,
  type Environment,
  readConfiguration,
  SERVER_SETTINGS,
  textSetting,
} from '@forebay/service-kit';

/** What the command reads from the environment; the servers' names are the same as the services'. */
export const CLI_SETTINGS = {
  ...SERVER_SETTINGS,
  servingAddress: textSetting({
    env: 'FOREBAY_CLI_SERVING_ADDRESS',
    pattern: /^[A-Za-z0-9_.:[\]-]+:\d+$/,
    allowed: 'host:port',
    default: '127.0.0.1:50051',
    description: 'Where the serving service answers gRPC.',
  }),
};

export type CliConfiguration = Configuration<typeof CLI_SETTINGS>;

/** Throws `invalid_configuration`. */
export function readCliConfiguration(environment: Environment): CliConfiguration {
  return readConfiguration(CLI_SETTINGS, environment);
}
