import { DAY_MS, formatDuration, HOUR_MS, MINUTE_MS, parseDuration, SECOND_MS } from '@forebay/contract';
import type { SessionDeclaration, TumblingDeclaration, WindowDeclaration } from './feature-declaration';
import { greatestCommonDivisor } from './hop-chain';
import {
  DEFAULT_MAX_SESSION_MS,
  MAX_SEGMENTS_PER_WINDOW,
  MAX_WINDOW_MS,
  MIN_HOP_MS,
  MIN_SESSION_GAP_MS,
} from './limits';
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
  if (typeof declared === 'string') return compileSliding({ length: declared }, place, problems);
  if ('tumbling' in declared) return compileTumbling(declared, place, problems);
  if ('session' in declared) return compileSession(declared, place, problems);
  return compileSliding(declared, place, problems);
}

function compileSliding(
  declared: { readonly length: string; readonly hop?: string },
  place: string,
  problems: Problems,
): Window | null {
  const lengthMs = problems.attempt(() => parseDuration(declared.length, `${place}, window`));
  const hopMs = readHop(declared.hop, lengthMs, `${place}, hop`, problems);
  if (lengthMs === null || hopMs === null) return null;
  const problem = slidingProblem(lengthMs, hopMs, {
    ...declared,
    remedy: `give the hop, as { length: "${declared.length}", hop: … }`,
  });
  if (problem === null) return { kind: 'sliding', lengthMs, hopMs };
  problems.add(place, problem);
  return null;
}

function compileTumbling(
  { tumbling, origin = '0s' }: TumblingDeclaration,
  place: string,
  problems: Problems,
): Window | null {
  const lengthMs = problems.attempt(() => parseDuration(tumbling, `${place}, tumbling`));
  const originMs = problems.attempt(() => parseDuration(origin, `${place}, origin`));
  if (lengthMs === null || originMs === null) return null;
  const problem = tumblingProblem(lengthMs, originMs, { tumbling, origin });
  if (problem === null) return { kind: 'tumbling', lengthMs, originMs };
  problems.add(place, problem);
  return null;
}

function tumblingProblem(
  lengthMs: number,
  originMs: number,
  { tumbling, origin }: { readonly tumbling: string; readonly origin: string },
): string | null {
  if (lengthMs < MIN_HOP_MS) return `window ${tumbling} is shorter than ${formatDuration(MIN_HOP_MS)}`;
  if (lengthMs % SECOND_MS !== 0) return `window ${tumbling} is not in whole seconds`;
  if (lengthMs > MAX_WINDOW_MS) return `window ${tumbling} is longer than ${formatDuration(MAX_WINDOW_MS)}`;
  if (originMs % SECOND_MS !== 0) return `origin ${origin} is not in whole seconds`;
  if (originMs >= lengthMs) {
    const same = formatDuration(originMs % lengthMs);
    return `origin ${origin} is not shorter than its window ${tumbling}: write "${same}", which means the same`;
  }
  const hopMs = greatestCommonDivisor(lengthMs, originMs);
  if (lengthMs / hopMs > MAX_SEGMENTS_PER_WINDOW) {
    const hop = formatDuration(hopMs);
    return `window ${tumbling} from ${origin} has its edges on multiples of ${hop}, and more than ${MAX_SEGMENTS_PER_WINDOW} of them in the window: take a rounder origin`;
  }
  return null;
}

function compileSession({ session }: SessionDeclaration, place: string, problems: Problems): Window | null {
  const length = session.maxLength ?? formatDuration(DEFAULT_MAX_SESSION_MS);
  const gapMs = problems.attempt(() => parseDuration(session.gap, `${place}, session.gap`));
  const lengthMs = problems.attempt(() => parseDuration(length, `${place}, session.maxLength`));
  const hopMs = readHop(session.hop, lengthMs, `${place}, session.hop`, problems);
  if (gapMs === null || lengthMs === null || hopMs === null) return null;
  const problem =
    gapProblem(gapMs, lengthMs, session.gap, length) ??
    slidingProblem(lengthMs, hopMs, {
      length,
      ...(session.hop === undefined ? {} : { hop: session.hop }),
      remedy: 'give the hop, as { session: { gap, maxLength, hop: … } }',
    });
  if (problem === null) return { kind: 'session', gapMs, lengthMs, hopMs };
  problems.add(place, problem);
  return null;
}

function gapProblem(gapMs: number, lengthMs: number, gap: string, length: string): string | null {
  if (gapMs < MIN_SESSION_GAP_MS) {
    return `session gap ${gap} is shorter than ${formatDuration(MIN_SESSION_GAP_MS)}: take a longer one`;
  }
  return gapMs > lengthMs
    ? `session gap ${gap} is longer than the session's maximum length ${length}: take a longer maxLength`
    : null;
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

interface SlidingText {
  readonly length: string;
  readonly hop?: string;
  /** What to do about a default hop that does not divide the length. */
  readonly remedy: string;
}

/** What is wrong with a sliding window, as it was written, and what to do; null if nothing is. */
function slidingProblem(lengthMs: number, hopMs: number, text: SlidingText): string | null {
  const { length, hop = formatDuration(hopMs) } = text;
  if (lengthMs < MIN_HOP_MS) return `window ${length} is shorter than ${formatDuration(MIN_HOP_MS)}`;
  if (hopMs < MIN_HOP_MS) return `hop ${hop} is shorter than ${formatDuration(MIN_HOP_MS)}`;
  if (hopMs % SECOND_MS !== 0) return `hop ${hop} is not in whole seconds`;
  if (lengthMs > MAX_WINDOW_MS) {
    return `window ${length} is longer than ${formatDuration(MAX_WINDOW_MS)}: use "lifetime" for everything before`;
  }
  if (lengthMs % hopMs !== 0) {
    const [what, remedy] =
      text.hop === undefined ? ['default hop', text.remedy] : ['hop', 'change one of them'];
    return `window ${length} is not a multiple of its ${what} ${hop}: ${remedy}`;
  }
  if (lengthMs / hopMs > MAX_SEGMENTS_PER_WINDOW) {
    return `window ${length} has ${lengthMs / hopMs} hops of ${hop}, more than ${MAX_SEGMENTS_PER_WINDOW}: take a larger hop`;
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
