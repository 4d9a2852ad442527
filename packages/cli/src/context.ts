import type { Environment } from '@forebay/service-kit';
import type { Output } from './output';
import type { Servers } from './servers';
import type { CliConfiguration } from './settings';

/** What a command works with. */
export interface CommandContext {
  readonly configuration: CliConfiguration;
  readonly servers: Servers;
  readonly output: Output;
  /** For what a command starts. */
  readonly environment: Environment;
  readonly input: AsyncIterable<Buffer | string>;
  /** From the first call on, SIGINT and SIGTERM abort the signal instead of ending the process. */
  readonly interruption: () => AbortSignal;
}
