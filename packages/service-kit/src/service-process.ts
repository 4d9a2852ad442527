import { ForebayError, formatDuration } from '@forebay/contract';
import { ComponentStack } from './component-stack';
import type { Logger } from './logger';
import { asGroupMessage } from './processes/messages';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export interface ServiceProcessOptions {
  readonly logger: Logger;
  /** How long the stop may take. */
  readonly graceMs: number;
  readonly onStopping: () => void;
}

/** This operating-system process as the home of one service: signals, uncaught errors, exit code. */
export class ServiceProcess {
  private readonly components = new ComponentStack();
  private readonly abort = new AbortController();
  private exitCode = 0;
  private isStopping = false;
  private starting: Promise<void> = Promise.resolve();

  constructor(private readonly options: ServiceProcessOptions) {
    for (const signal of SIGNALS) process.on(signal, () => this.onSignal(signal));
    process.on('uncaughtException', (error) => this.fail(error));
    process.on('unhandledRejection', (reason) => this.fail(reason));
    if (process.channel !== undefined) {
      process.on('message', (message) => {
        if (asGroupMessage(message)?.forebay === 'stop') this.stop('its primary stops');
      });
      process.on('disconnect', () => this.stop('the parent process has gone'));
      process.channel?.unref();
    }
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  component<T>(
    name: string,
    start: () => Promise<T> | T,
    stop: (started: T) => Promise<void> | void,
  ): Promise<T> {
    return this.components.start(name, start, stop);
  }

  /** Resolves when the service has started, or has failed to: then the process is about to exit. */
  async run(start: () => Promise<void>): Promise<void> {
    this.starting = start().catch((error: unknown) => {
      // An error that the stop itself caused is no failure.
      if (!this.isStopping) this.fail(error);
    });
    await this.starting;
  }

  /** Logs the error, stops everything, exits with code 1. */
  fail(error: unknown): void {
    this.exitCode = 1;
    if (error instanceof ForebayError && error.reason !== 'internal') {
      this.options.logger.fatal({ reason: error.reason }, error.message);
    } else {
      this.options.logger.fatal({ err: error }, error instanceof Error ? error.message : String(error));
    }
    this.stop('after an error');
  }

  private onSignal(signal: NodeJS.Signals): void {
    if (this.isStopping)
      this.exitNow(`a second signal (${signal}) came while the service was ${this.activity()}`);
    else this.stop(signal);
  }

  private stop(why: string): void {
    if (this.isStopping) return;
    this.isStopping = true;
    const { logger, graceMs, onStopping } = this.options;
    logger.info({ why }, `stopping (${why})`);
    onStopping();
    const late = `the service did not stop within ${formatDuration(graceMs)}`;
    setTimeout(() => this.exitNow(`${late}: it was ${this.activity()}`), graceMs);
    this.abort.abort();
    void this.stopAndExit();
  }

  private async stopAndExit(): Promise<void> {
    // First the rest of a start that is under way: it sees the aborted signal, or the closed stack.
    const stopped = this.components.stopAll();
    const failures = [...(await stopped)];
    await this.starting;
    failures.push(...(await this.components.stopAll()));
    for (const { name, error } of failures) {
      this.exitCode = 1;
      this.options.logger.error({ err: error }, `stopping "${name}" failed`);
    }
    this.options.logger.info('stopped');
    process.exit(this.exitCode);
  }

  private activity(): string {
    return this.components.activity ?? 'waiting for its start to end';
  }

  private exitNow(message: string): void {
    this.options.logger.fatal(message);
    process.exit(1);
  }
}
