/** A small service of a test's own, as a process: what is built, with a start that the test writes. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { waitFor } from './wait-for';

/** Tests run in the project's directory. */
const ROOT = process.cwd();

/** The names of the components in `start`; each line that a component writes is `name did`. */
const PRELUDE = `
  const { runService, connectWithRetry, inCallersTrace, inSpan } = require('@forebay/service-kit');
  const { ForebayError } = require('@forebay/contract');
  const say = (text) => process.stdout.write(text + '\\n');
  const part = (service, name) =>
    service.component(name, () => say(name + ' started'), () => say(name + ' stopped'));
  const run = (start, environment = {}) =>
    runService({
      name: 'trial', version: '1.2.3', settings: {},
      environment: { FOREBAY_SHUTDOWN_GRACE: '10s', ...environment }, start,
    });
`;

export interface TrialService {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly lines: () => Record<string, unknown>[];
  /** Waits until the output has the text. */
  readonly says: (text: string) => Promise<void>;
  readonly exitCode: Promise<number | null>;
}

/** To be called before the first: the services run what is built. */
export function buildServiceKit(): void {
  execFileSync('npx', ['tsc', '-b', 'packages/service-kit'], { cwd: ROOT });
}

export interface LaunchOptions {
  readonly ipc?: boolean;
  /** Of the process, beside the tests' own. */
  readonly environment?: Readonly<Record<string, string>>;
}

export function launch(script: string, { ipc = false, environment = {} }: LaunchOptions = {}): TrialService {
  const child = spawn(process.execPath, ['-e', PRELUDE + script], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
  });
  let text = '';
  for (const output of [child.stdout, child.stderr]) {
    output?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return {
    child,
    output: () => text,
    lines: () =>
      text
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
    says: async (wanted) => {
      await waitFor(() => text.includes(wanted), {
        deadlineMs: 15_000,
        message: `no "${wanted}" in: ${text}`,
      }).catch(() => {
        throw new Error(`no "${wanted}" in: ${text}`);
      });
    },
    // Not the event `close`: it does not come once the channel to the child was let go.
    exitCode: Promise.all([once(child, 'exit'), ended(child.stdout), ended(child.stderr)]).then(
      ([[code]]) => code as number | null,
    ),
  };
}

async function ended(stream: Readable | null): Promise<void> {
  if (stream !== null && !stream.readableEnded) await once(stream, 'end');
}
