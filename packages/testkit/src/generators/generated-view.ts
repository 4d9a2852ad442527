/** Random views: hybrid, from a stream alone, or on a schedule. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import {
  type AggregationFeature,
  type AggregationView,
  type EventSource,
  type OperationName,
  operationTraits,
  type WindowKind,
} from '@forebay/definitions';
import type { Random } from '../random';
import { ALL_OPERATIONS, DERIVED, generateFeature } from './generated-features';
import { METADATA } from './generated-rows';
import { generateWindows } from './generated-windows';

export const VIEW_KINDS = ['hybrid', 'stream', 'schedule'] as const;
export type ViewKind = (typeof VIEW_KINDS)[number];

const MOST_FEATURES = 8;

/** @param operations that its features may have: all of them, unless a case is about some */
export function generateView(
  random: Random,
  source: EventSource,
  kind: ViewKind,
  operations: readonly OperationName[] = ALL_OPERATIONS,
): AggregationView {
  const kinds: readonly WindowKind[] = operations.flatMap((operation) => operationTraits(operation).windows);
  const windows = generateWindows(random, kinds);
  const features = Array.from({ length: 1 + random.integer(MOST_FEATURES) }, (_, index) =>
    generateFeature(random, `f${index}`, windows, operations),
  );
  return {
    id: 7,
    name: 'v',
    version: 1,
    entity: 'who',
    source: source.name,
    keyFields: ['who'],
    filter: random.pick([null, null, 'i != null', 'more > -4']),
    derived: DERIVED,
    features,
    ...PLANS[kind](random, source, features),
    metadata: METADATA,
    fingerprint: '',
  };
}

type Plans = Pick<AggregationView, 'batch' | 'stream' | 'schedule'>;

/** Horizons are often shorter than the view's tumbling windows; retention is what `plan` asks for, or a little more. */
const PLANS: Readonly<
  Record<ViewKind, (random: Random, source: EventSource, features: readonly AggregationFeature[]) => Plans>
> = {
  hybrid: (random, { allowedLatenessMs }) => {
    const cutHopMs = random.pick([5 * MINUTE_MS, HOUR_MS, HOUR_MS, 2 * HOUR_MS, DAY_MS]);
    const horizonMs = Math.ceil((allowedLatenessMs + cutHopMs) / cutHopMs + random.integer(40)) * cutHopMs;
    return {
      batch: { horizonMs, cutHopMs, intervalMs: null },
      stream: { retentionMs: horizonMs + cutHopMs + slackMs(random) },
      schedule: null,
    };
  },
  stream: (random, _source, features) => {
    const retentionMs = Math.max(...features.map(neededRetention)) + slackMs(random);
    return { batch: null, stream: { retentionMs }, schedule: null };
  },
  schedule: (random) => {
    const intervalMs = random.pick([MINUTE_MS, HOUR_MS, DAY_MS]);
    const waitMs = random.pick([0, SECOND_MS, 10 * MINUTE_MS]);
    return { batch: null, stream: null, schedule: { intervalMs, waitMs, delayMs: waitMs + 5 * MINUTE_MS } };
  },
};

const slackMs = (random: Random) => random.pick([0, 0, 90 * SECOND_MS, HOUR_MS]);

/** How far back the window may begin: a tumbling one lies up to its length before t. */
function neededRetention({ window }: AggregationFeature): number {
  switch (window.kind) {
    case 'lifetime':
      return DAY_MS;
    case 'tumbling':
      return 2 * window.lengthMs;
    case 'sliding':
    case 'session':
      return window.lengthMs + window.hopMs;
  }
}
