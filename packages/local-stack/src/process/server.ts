import { statSync } from 'node:fs';
import { ForebayError } from '@forebay/contract';
import { findFreePorts } from './free-ports';
import { logTail, readLog } from './log-tail';
import { type Command, type Exit, ManagedProcess } from './managed-process';
import type { Reaper } from './reaper';
import { waitUntil } from './wait-until';

/** What differs between the kinds of servers. */
export interface ServerSpec {
  /** For messages and the log file's name. */
  readonly name: string;
  /** Where the program runs; exists. */
  readonly directory: string;
  readonly logPath: string;
  /** How many adjacent ports it listens on; clients use the first. */
  readonly portCount: number;
  readonly startDeadlineMs: number;
  readonly stopDeadlineMs: number;
  /** The address that clients use. */
  url(port: number): string;
  /** Writes what the program reads at its start. */
  prepare?(ports: readonly number[]): Promise<void>;
  command(ports: readonly number[]): Command;
  /** Whether it answers; `log` is what it has logged since this start. */
  isReady(port: number, log: () => string): Promise<boolean>;
}

export interface ServerContext {
  readonly reaper: Reaper;
  readonly log: (message: string) => void;
}

const PORT_ATTEMPTS = 5;
const PORT_TAKEN = /address already in use|EADDRINUSE|Unable to start acceptor|Failed listening on port/i;

/** One server process, with handles to break it in tests. It keeps its port and its data over restarts. */
export class LocalServer {
  readonly #spec: ServerSpec;
  readonly #context: ServerContext;
  #ports: readonly number[] = [];
  #process: ManagedProcess | null = null;
  #endIsWanted = false;

  private constructor(spec: ServerSpec, context: ServerContext) {
    this.#spec = spec;
    this.#context = context;
  }

  /** Starts the server on free ports and resolves when it answers; throws `unavailable` with the log's tail when it does not. */
  static async start(spec: ServerSpec, context: ServerContext): Promise<LocalServer> {
    const server = new LocalServer(spec, context);
    for (let attempt = 1; ; attempt++) {
      server.#ports = await findFreePorts(spec.portCount);
      try {
        await server.#run();
        return server;
      } catch (error) {
        await server.kill9();
        if (!(error instanceof PortTakenError) || attempt === PORT_ATTEMPTS) throw error;
        context.log(`${spec.name}: port ${server.port} was taken meanwhile, trying others`);
      }
    }
  }

  get name(): string {
    return this.#spec.name;
  }

  get port(): number {
    return this.#ports[0] as number;
  }

  get url(): string {
    return this.#spec.url(this.port);
  }

  get logPath(): string {
    return this.#spec.logPath;
  }

  get isRunning(): boolean {
    return this.#process !== null && this.#process.exit === null;
  }

  /** The process id; throws `failed_precondition` when the server is not running. */
  get pid(): number {
    return this.#running().pid;
  }

  /** SIGKILL; resolves when the process has ended. Nothing happens when it is not running. */
  async kill9(): Promise<void> {
    this.#endIsWanted = true;
    this.#process?.signal('SIGKILL');
    await this.#process?.exited;
  }

  /** SIGTERM, and SIGKILL after a deadline; resolves when the process has ended. Nothing happens when it is not running. */
  async terminate(): Promise<void> {
    this.#endIsWanted = true;
    await this.#process?.terminate(this.#spec.stopDeadlineMs);
  }

  /** Starts it again, on the same port and data, after terminating it when it still runs. Resolves when it answers. */
  async restart(): Promise<void> {
    await this.terminate();
    await this.#run();
  }

  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void {
    this.#running().signal('SIGSTOP');
  }

  /** SIGCONT. */
  resume(): void {
    this.#running().signal('SIGCONT');
  }

  #running(): ManagedProcess {
    if (this.#process === null || this.#process.exit !== null) {
      throw new ForebayError('failed_precondition', `${this.name} is not running: restart() it first`);
    }
    return this.#process;
  }

  async #run(): Promise<void> {
    const { logPath, directory, startDeadlineMs } = this.#spec;
    await this.#spec.prepare?.(this.#ports);
    const logStart = statSync(logPath, { throwIfNoEntry: false })?.size ?? 0;
    const started = ManagedProcess.start(this.#spec.command(this.#ports), {
      logPath,
      cwd: directory,
      reaper: this.#context.reaper,
    });
    this.#process = started;
    this.#endIsWanted = false;
    const log = () => readLog(logPath, logStart);
    const inTime = await waitUntil(
      async () => started.exit !== null || (await this.#spec.isReady(this.port, log)),
      startDeadlineMs,
    );
    if (inTime && started.exit === null) return this.#reportUnwantedEnd(started);
    if (started.exit !== null && PORT_TAKEN.test(log())) throw new PortTakenError(this.name, this.port);
    const what =
      started.exit === null
        ? `did not answer on port ${this.port} within ${startDeadlineMs / 1000} s`
        : `ended while starting (${describeExit(started.exit)})`;
    throw new ForebayError(
      'unavailable',
      `${this.name} ${what}; the end of ${logPath}:\n${logTail(logPath, logStart)}`,
    );
  }

  #reportUnwantedEnd(running: ManagedProcess): void {
    void running.exited.then((exit) => {
      if (this.#endIsWanted) return;
      this.#context.log(`${this.name} has ended (${describeExit(exit)}): see ${this.logPath}`);
    });
  }
}

function describeExit(exit: Exit): string {
  return exit.signal ?? `exit code ${exit.code}`;
}

class PortTakenError extends ForebayError {
  constructor(name: string, port: number) {
    super('unavailable', `${name}: port ${port} of 127.0.0.1 is in use by another program`);
  }
}
