const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Resolves after `ms`, or at once when the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/** What fails again and again, for whatever reason, is tried again after growing pauses: none after the first failure. */
export function growingPause(failuresBefore: number, signal: AbortSignal): Promise<void> {
  if (failuresBefore === 0) return Promise.resolve();
  return pause(Math.min(FIRST_PAUSE_MS * 2 ** (failuresBefore - 1), LONGEST_PAUSE_MS), signal);
}
