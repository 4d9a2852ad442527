import type { Duration } from './declarations';
import type { OperationName } from './operations';

/** A length, or a length and the hop by which the left edge moves, or everything before. */
export type SlidingDeclaration = Duration | { length: Duration; hop: Duration };

/** The last whole interval `[origin + k · length, origin + (k + 1) · length)`; the origin counts from the epoch, 0s if left out. */
export interface TumblingDeclaration {
  tumbling: Duration;
  origin?: Duration;
}

/** Runs of events with less than the gap between each and the next, among the events of a sliding window. */
export interface SessionDeclaration {
  session: {
    /** At least 1m. */
    gap: Duration;
    /** The length of the sliding window, and so of a session; 24h if left out. */
    maxLength?: Duration;
    hop?: Duration;
  };
}

/** The windows of most operations. */
export type PlainWindowDeclaration = SlidingDeclaration | 'lifetime' | TumblingDeclaration;
export type WindowDeclaration = PlainWindowDeclaration | SessionDeclaration;

export interface FeatureOptions<W extends WindowDeclaration = PlainWindowDeclaration> {
  window: W;
  /** Events for which it is not true are not in the feature, on top of the view's filter. */
  filter?: string;
  description?: string;
}

export type SessionOptions = FeatureOptions<SessionDeclaration>;

export interface FeatureDeclaration {
  readonly kind: 'feature';
  readonly operation: OperationName;
  readonly input: string | null;
  readonly by: string | null;
  /** Of a list `${name}0`, `${name}1` …; a duration where the parameter is one in milliseconds. */
  readonly parameters: Readonly<Record<string, number | Duration>>;
  readonly options: FeatureOptions<WindowDeclaration>;
}

type Options = FeatureOptions<WindowDeclaration>;

export function declareFeature(
  operation: OperationName,
  input: string | null,
  options: Options,
  parameters: FeatureDeclaration['parameters'] = {},
  by: string | null = null,
): FeatureDeclaration {
  return { kind: 'feature', operation, input, by, parameters, options };
}

/** Of operations that take whole events, or an input. */
export function declareCounting(
  operation: OperationName,
  args: readonly [Options] | readonly [string, Options],
): FeatureDeclaration {
  const [input, options] = typeof args[0] === 'string' ? [args[0], args[1] as Options] : [null, args[0]];
  return declareFeature(operation, input, options);
}

/** The parameters that were given. */
export function given(
  parameters: Readonly<Record<string, number | Duration | undefined>>,
): FeatureDeclaration['parameters'] {
  const known = Object.entries(parameters).filter((entry): entry is [string, number | Duration] => {
    return entry[1] !== undefined;
  });
  return Object.fromEntries(known);
}
