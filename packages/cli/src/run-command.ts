import type { CommandContext } from './context';
import type { ExitCode } from './exit-codes';

/** Runs a command's work; the wrapper has its context, its errors and its exit code. */
export type RunCommand = (
  options: { readonly json?: boolean },
  work: (context: CommandContext) => Promise<ExitCode>,
) => Promise<void>;

/** An option that many commands have. */
export const PROJECT = '--project <name>';
export const PROJECT_HELP = 'the project, where several are applied';
