import { type ChildProcess, fork } from 'node:child_process';
import { ForebayError } from '@forebay/contract';
import { asReadyAnnouncement, type Environment, type Ports } from '@forebay/service-kit';
import { LogLines } from './log-lines';
import { type ServiceName, serviceProgram } from './service-program';

/** A service gives up on its servers by itself after FOREBAY_STARTUP_DEADLINE (60 s); this is for one that hangs. */
const READY_WITHIN_MS = 90_000;
/** A service gives up on its own stop after FOREBAY_SHUTDOWN_GRACE (20 s). */
const STOP_WITHIN_MS = 25_000;

export interface ServiceProcessOptions {
  /** All that the child gets of an environment. */
  readonly environment: Environment;
  /** Each line that the child writes. */
  readonly log: (service: ServiceName, line: string) => void;
  readonly readyWithinMs?: number;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
}

export interface ServiceEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One service as a child process, ready to work. It ends with this process, however that ends. */
export class RunningService {
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<ServiceEnd>;

  private constructor(
    readonly name: ServiceName,
    private readonly child: ChildProcess,
    private readonly lines: LogLines,
    /** By what listens there: `metrics`, and `grpc` of serving. */
    public ports: Ports = {},
  ) {
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
      child.once('error', () => resolve({ code: null, signal: null }));
    });
  }

  /** Resolves when the service says that it is ready. Throws `unavailable` with the last lines that it wrote. */
  static async start(name: ServiceName, options: ServiceProcessOptions): Promise<RunningService> {
    const { environment, log, readyWithinMs = READY_WITHIN_MS } = options;
    const child = fork(serviceProgram(name), [], {
      env: { ...environment },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A process group of its own: Ctrl-C reaches the parent alone, which stops its services in order.
      detached: true,
    });
    const lines = new LogLines((line) => log(name, line));
    if (child.stdout !== null) lines.follow(child.stdout);
    if (child.stderr !== null) lines.follow(child.stderr);
    const service = new RunningService(name, child, lines);
    try {
      service.ports = await service.ready(readyWithinMs, options.signal);
    } catch (error) {
      await service.stop();
      throw error;
    }
    return service;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get isRunning(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What to say when it ended unasked. */
  failure(end: ServiceEnd): ForebayError {
    const how = end.signal === null ? `with code ${end.code}` : `by ${end.signal}`;
    return new ForebayError(
      'unavailable',
      `service "${this.name}" ended ${how}; its last lines:\n${this.lines.last}`,
    );
  }

  /** SIGTERM, and SIGKILL to one that takes too long. Resolves when the process has ended. */
  async stop(withinMs = STOP_WITHIN_MS): Promise<void> {
    if (!this.isRunning) return;
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), withinMs);
    this.child.kill('SIGTERM');
    await this.ended;
    clearTimeout(impatience);
  }

  /** SIGKILL: the service has no chance to finish anything. Resolves when the process has ended. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private async ready(withinMs: number, signal?: AbortSignal): Promise<Ports> {
    let deadline: NodeJS.Timeout | undefined;
    try {
      return await Promise.race([
        new Promise<Ports>((resolve) => {
          this.child.on('message', (message) => {
            const announcement = asReadyAnnouncement(message);
            if (announcement !== null) resolve(announcement.ports);
          });
        }),
        this.ended.then((end) => Promise.reject(this.failure(end))),
        new Promise<never>((_, reject) => {
          deadline = setTimeout(() => reject(this.late(withinMs)), withinMs);
          const givenUp = () =>
            reject(new ForebayError('unavailable', `starting service "${this.name}" was given up`));
          if (signal?.aborted) givenUp();
          else signal?.addEventListener('abort', givenUp, { once: true });
        }),
      ]);
    } finally {
      clearTimeout(deadline);
    }
  }

  private late(withinMs: number): ForebayError {
    const late = `service "${this.name}" was not ready within ${withinMs} ms`;
    return new ForebayError('deadline_exceeded', `${late}; its last lines:\n${this.lines.last}`);
  }
}
