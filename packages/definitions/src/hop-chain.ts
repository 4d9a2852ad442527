import type { Window } from './model';

/** The grid that a window's edges move on, in milliseconds; null without edges. */
export function hopOf(window: Window): number | null {
  switch (window.kind) {
    case 'lifetime':
      return null;
    case 'sliding':
    case 'session':
      return window.hopMs;
    case 'tumbling':
      return greatestCommonDivisor(window.lengthMs, window.originMs);
  }
}

/** How far a window's left edge may lie before t, in milliseconds; null of lifetime. */
export function reachOf(window: Window): number | null {
  switch (window.kind) {
    case 'lifetime':
      return null;
    case 'sliding':
    case 'session':
      return window.lengthMs + window.hopMs;
    case 'tumbling':
      return 2 * window.lengthMs;
  }
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
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
