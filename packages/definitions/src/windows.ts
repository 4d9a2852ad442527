import { DAY_MS, formatDuration, HOUR_MS, MINUTE_MS, parseDuration, SECOND_MS } from '@forebay/contract';
import type { WindowDeclaration } from './declarations';
import { MAX_SEGMENTS_PER_WINDOW, MAX_WINDOW_MS, MIN_HOP_MS } from './limits';
import type { Window } from './model';
import type { Problems } from './problems';

/** The hop of a window that does not give one: at most 288 segments a window, up to 12 days. */
export function defaultHopMs(lengthMs: number): number {
  if (lengthMs <= MINUTE_MS) return SECOND_MS;
  if (lengthMs <= HOUR_MS) return MINUTE_MS;
  if (lengthMs <= 12 * HOUR_MS) return 5 * MINUTE_MS;
  if (lengthMs <= 12 * DAY_MS) return HOUR_MS;
  return DAY_MS;
}

/** Reads and checks a declared window; null after a problem. */
export function compileWindow(declared: WindowDeclaration, place: string, problems: Problems): Window | null {
  if (declared === 'lifetime') return { kind: 'lifetime' };
  const text = typeof declared === 'string' ? { length: declared, hop: undefined } : declared;
  const lengthMs = problems.attempt(() => parseDuration(text.length, `${place}, window`));
  const hopMs = readHop(text.hop, lengthMs, `${place}, hop`, problems);
  if (lengthMs === null || hopMs === null) return null;
  const problem = windowProblem(lengthMs, hopMs, text);
  if (problem === null) return { kind: 'sliding', lengthMs, hopMs };
  problems.add(place, problem);
  return null;
}

function readHop(
  text: string | undefined,
  lengthMs: number | null,
  place: string,
  problems: Problems,
): number | null {
  if (text !== undefined) return problems.attempt(() => parseDuration(text, place));
  return lengthMs === null ? null : defaultHopMs(lengthMs);
}

/** What is wrong with a window, as it was written, and what to do; null if nothing is. */
function windowProblem(
  lengthMs: number,
  hopMs: number,
  text: { readonly length: string; readonly hop: string | undefined },
): string | null {
  const { length, hop = formatDuration(hopMs) } = text;
  if (lengthMs < MIN_HOP_MS) return `window ${length} is shorter than ${formatDuration(MIN_HOP_MS)}`;
  if (hopMs < MIN_HOP_MS) return `hop ${hop} is shorter than ${formatDuration(MIN_HOP_MS)}`;
  if (hopMs % SECOND_MS !== 0) return `hop ${hop} is not in whole seconds`;
  if (lengthMs > MAX_WINDOW_MS) {
    return `window ${length} is longer than ${formatDuration(MAX_WINDOW_MS)}: use "lifetime" for everything before`;
  }
  if (lengthMs % hopMs !== 0) {
    const remedy =
      text.hop === undefined ? `give the hop, as { length: "${length}", hop: … }` : 'change one of them';
    return `window ${length} is not a multiple of its ${text.hop === undefined ? 'default ' : ''}hop ${hop}: ${remedy}`;
  }
  if (lengthMs / hopMs > MAX_SEGMENTS_PER_WINDOW) {
    return `window ${length} has ${lengthMs / hopMs} hops of ${hop}, more than ${MAX_SEGMENTS_PER_WINDOW}: take a larger hop`;
  }
  return null;
}

/** Who asks for a hop: `feature "x"`, or `the cut hop`. */
export interface HopUser {
  readonly hopMs: number;
  readonly who: string;
}

/** The first two hops of a view that do not divide one another; null if they form a chain. */
export function brokenHopChain(users: readonly HopUser[]): readonly [HopUser, HopUser] | null {
  const sorted = [...users].sort((a, b) => a.hopMs - b.hopMs);
  for (let i = 1; i < sorted.length; i++) {
    const [smaller, larger] = [sorted[i - 1] as HopUser, sorted[i] as HopUser];
    if (larger.hopMs % smaller.hopMs !== 0) return [smaller, larger];
  }
  return null;
}

/** Text of a window that tells all windows apart: `24h by 5m`, `tumbling 24h from 6h`, `session 30m in 24h by 1h`. */
export function windowText(window: Window): string {
  switch (window.kind) {
    case 'lifetime':
      return 'lifetime';
    case 'sliding':
      return `${formatDuration(window.lengthMs)} by ${formatDuration(window.hopMs)}`;
    case 'tumbling': {
      const from = window.originMs === 0 ? '' : ` from ${formatDuration(window.originMs)}`;
      return `tumbling ${formatDuration(window.lengthMs)}${from}`;
    }
    case 'session': {
      const { gapMs, lengthMs, hopMs } = window;
      return `session ${formatDuration(gapMs)} in ${formatDuration(lengthMs)} by ${formatDuration(hopMs)}`;
    }
  }
}
