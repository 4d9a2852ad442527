/** Cases that once differed, made small, and others that are worth a name. Each is run on every path, every time. */
import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type { AggregationFeature } from '@forebay/definitions';
import type { WorldEvent } from '@forebay/testkit';
import type { ParityCase } from '../support/parity-case';
import { exampleCase } from './plain-case';

const NOON = Date.UTC(2026, 4, 10, 12);
const LOG = 8_192;

/** An event with the double x, by its time and arrival. */
function event(offset: number, eventTimeMs: number, x: number, arrivalMs = eventTimeMs): WorldEvent {
  return {
    event: {
      row: [eventTimeMs, 'e0', null, null, x, null, null, null, null, null],
      eventTimeMs,
      tie: (BigInt(LOG) << 50n) | BigInt(offset),
    },
    arrivalMs,
    log: LOG,
    offset,
    writerProgressMs: arrivalMs,
    inStream: true,
    inArchive: true,
  };
}

const ofX = (
  operation: AggregationFeature['operation'],
  window: AggregationFeature['window'],
  parameters: AggregationFeature['parameters'] = {},
): AggregationFeature => ({
  name: operation,
  operation,
  input: 'x',
  by: null,
  filter: null,
  window,
  parameters,
  type: 'double',
  description: '',
});

const THREE_HOURS = { kind: 'sliding', lengthMs: 3 * HOUR_MS, hopMs: MINUTE_MS } as const;
const RUN = { cutMs: NOON - 2 * HOUR_MS, qMs: NOON - HOUR_MS };

export const NAMED_EXAMPLES: Readonly<Record<string, ParityCase>> = {
  'the maximum of a window is that of its segments, not their sum': exampleCase({
    view: { features: [ofX('max', THREE_HOURS), ofX('sum', THREE_HOURS)] },
    world: { runs: [RUN], written: 1, finished: 1 },
    history: [7, 5, 3, 7, 6].map((x, i) => event(i, NOON - (150 - 30 * i) * MINUTE_MS, x)),
    rows: { timestampsMs: [NOON, NOON + 30 * MINUTE_MS], knownAsOfMs: null },
  }),
  'an event just before the cut that comes exactly as late as allowed, and one at the cut': exampleCase({
    view: { features: [ofX('sum', THREE_HOURS)] },
    world: { runs: [{ cutMs: RUN.cutMs, qMs: RUN.cutMs + HOUR_MS }], written: 1, finished: 1 },
    history: [
      event(0, RUN.cutMs - 1, 1, RUN.cutMs - 1 + HOUR_MS),
      event(1, RUN.cutMs, 2, RUN.cutMs + HOUR_MS),
      event(2, RUN.cutMs + 1, 4, RUN.cutMs + 1 + HOUR_MS),
    ],
    rows: {
      timestampsMs: [RUN.cutMs, RUN.cutMs + HOUR_MS - 1, RUN.cutMs + HOUR_MS, NOON],
      knownAsOfMs: null,
    },
  }),
  'a decayed sum whose factor is below the normal doubles': exampleCase({
    view: {
      features: [
        ofX(
          'decayed_sum',
          { kind: 'sliding', lengthMs: 48 * HOUR_MS, hopMs: HOUR_MS },
          { half_life_ms: 60_001 },
        ),
      ],
    },
    world: { runs: [RUN], written: 1, finished: 1 },
    history: [event(0, NOON - 18 * HOUR_MS, -1e15), event(1, NOON - 17 * HOUR_MS, -1)],
    rows: { timestampsMs: [NOON], knownAsOfMs: null },
  }),
  'a decayed sum of a number that has no room for a division by the half-life': exampleCase({
    view: {
      features: [ofX('decayed_sum', THREE_HOURS, { half_life_ms: 24 * HOUR_MS })],
      batch: null,
      stream: null,
      schedule: { intervalMs: HOUR_MS, waitMs: 1_000, delayMs: 5 * MINUTE_MS },
    },
    world: {
      runs: [{ cutMs: NOON - HOUR_MS, qMs: NOON - HOUR_MS + 1_000 }],
      written: 1,
      finished: 1,
    },
    history: [event(0, NOON - 2 * HOUR_MS, -3e-308)],
    rows: { timestampsMs: [NOON], knownAsOfMs: null },
  }),
};
