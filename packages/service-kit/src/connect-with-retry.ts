import { ForebayError, formatDuration } from '@forebay/contract';
import {
  ExponentialBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { maskPasswords } from './mask';

/** What is told about attempts that failed; a logger fits. */
export interface RetryLog {
  warn(fields: object, message: string): void;
}

export interface ConnectOptions {
  /** The server's name in messages, such as `Redis`. */
  readonly what: string;
  /** The variable that says where it is. */
  readonly setting: string;
  /** Where it is; a password in it is masked. */
  readonly url: string;
  /** What to try, appended to the message; default: check that it runs and that the setting is right. */
  readonly remedy?: string;
  /** All attempts together; 0 means one attempt that is not cut short. */
  readonly deadlineMs: number;
  /** Ends the attempts at once. */
  readonly signal?: AbortSignal;
  readonly log?: RetryLog;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Calls `attempt` until it succeeds, with growing pauses. A ForebayError that is not retryable ends it at once, as it is.
 * An attempt that is still running at the deadline is told through its signal and has to clean up by itself.
 * @throws ForebayError `unavailable` with the server, its address, the setting and the last error.
 */
export async function connectWithRetry<T>(
  options: ConnectOptions,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let last: unknown;
  const remember = async (signal: AbortSignal): Promise<T> => {
    // The policy may come here once more after the deadline, when nobody waits for the result.
    if (signal.aborted) throw new TaskCancelledError();
    try {
      return await attempt(signal);
    } catch (error) {
      last = error;
      throw error;
    }
  };
  try {
    if (options.deadlineMs === 0) return await remember(options.signal ?? new AbortController().signal);
    return await policy(options, () => last).execute(({ signal }) => remember(signal), options.signal);
  } catch (error) {
    throw final(options, last ?? error);
  }
}

function policy(options: ConnectOptions, last: () => unknown) {
  // The timer of the deadline keeps the process alive; that of a pause need not.
  const retries = retry(handleWhen(isWorthRetrying), {
    maxAttempts: Number.MAX_SAFE_INTEGER,
    backoff: new ExponentialBackoff({ initialDelay: FIRST_PAUSE_MS, maxDelay: LONGEST_PAUSE_MS }),
  }).dangerouslyUnref();
  retries.onRetry(({ attempt, delay }) => {
    const message = `${place(options)} is not reachable (${messageOf(last())}); trying again`;
    options.log?.warn({ attempt, delayMs: Math.round(delay) }, message);
  });
  // The signal lives on after a success: what was connected may have kept it.
  const deadline = timeout(options.deadlineMs, {
    strategy: TimeoutStrategy.Aggressive,
    abortOnReturn: false,
  });
  return wrap(deadline, retries);
}

function isWorthRetrying(error: Error): boolean {
  if (error instanceof TaskCancelledError) return false;
  return !(error instanceof ForebayError) || error.retryable;
}

function final(options: ConnectOptions, error: unknown): ForebayError {
  if (error instanceof ForebayError && !error.retryable) return error;
  if (options.signal?.aborted === true) {
    return new ForebayError('unavailable', `connecting to ${place(options)} was given up: stopping`, {
      cause: error,
    });
  }
  const remedy =
    options.remedy ?? `check that ${options.what} runs there and that ${options.setting} is right`;
  const tried = options.deadlineMs === 0 ? '' : ` within ${formatDuration(options.deadlineMs)}`;
  const message = `${place(options)} (${options.setting}) could not be reached${tried}: ${messageOf(error)}; ${remedy}`;
  return new ForebayError('unavailable', message, { cause: error });
}

function place(options: ConnectOptions): string {
  return `${options.what} at ${maskPasswords(options.url)}`;
}

/** An AggregateError (a host with several addresses) has an empty message of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return messageOf(error.errors[0]);
  if (error instanceof TaskCancelledError) return 'no answer';
  return maskPasswords(error instanceof Error ? error.message : String(error));
}
