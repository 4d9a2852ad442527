import { ForebayError } from '@forebay/contract';
import type { Environment } from '@forebay/service-kit';
import { CommanderError } from 'commander';
import { version } from '../package.json';
import type { CommandContext } from './context';
import { EXIT, type ExitCode } from './exit-codes';
import { Output, type TextSink } from './output';
import { buildProgram } from './program';
import { Servers } from './servers';
import { type CliConfiguration, readCliConfiguration } from './settings';

export interface Streams {
  readonly out: TextSink;
  readonly err: TextSink;
  readonly input: AsyncIterable<Buffer | string>;
}

/** Runs one command line (`argv` as a process has it) with the given environment; returns the exit code. Never throws. */
export async function main(
  argv: readonly string[],
  environment: Environment,
  streams: Streams = { out: process.stdout, err: process.stderr, input: process.stdin },
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = buildProgram({
    version,
    out: streams.out,
    err: streams.err,
    run: async (options, work) => {
      exitCode = await runCommand(environment, streams, options.json ?? false, work);
    },
  });
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
    streams.err.write(`error ${ForebayError.from(thrown).message}\n`);
    return EXIT.failure;
  }
}

async function runCommand(
  environment: Environment,
  { out, err, input }: Streams,
  json: boolean,
  work: (context: CommandContext) => Promise<ExitCode>,
): Promise<ExitCode> {
  const colors = out.isTTY === true && !environment.NO_COLOR;
  const output = new Output({ json, colors, out, err });
  let configuration: CliConfiguration;
  try {
    configuration = readCliConfiguration(environment);
  } catch (thrown) {
    output.error(ForebayError.from(thrown));
    return EXIT.usage;
  }
  const servers = new Servers(configuration);
  try {
    return await work({ configuration, servers, output, environment, input, interruption });
  } catch (thrown) {
    const error = ForebayError.from(thrown);
    output.error(error);
    return error.reason === 'invalid_definition' ? EXIT.refused : EXIT.failure;
  } finally {
    await servers.close();
  }
}

/** A second signal ends the process at once. */
function interruption(): AbortSignal {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (abort.signal.aborted) process.exit(EXIT.failure);
      abort.abort();
    });
  }
  return abort.signal;
}
