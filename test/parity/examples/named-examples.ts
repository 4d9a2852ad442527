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
  'a window that is shorter than another, and reaches further back since its hop is longer': exampleCase({
    view: {
      features: [
        ofX('quantile', { kind: 'sliding', lengthMs: 3 * HOUR_MS, hopMs: 3 * HOUR_MS }, { q: 0 }),
        {
          ...ofX('quantile', { kind: 'sliding', lengthMs: 4 * HOUR_MS, hopMs: MINUTE_MS }, { q: 0 }),
          name: 'longer',
        },
      ],
      batch: null,
      stream: { retentionMs: 7 * HOUR_MS },
    },
    history: [event(0, NOON - 5 * HOUR_MS, 1), event(1, NOON - HOUR_MS, 2)],
    rows: { timestampsMs: [NOON - MINUTE_MS, NOON], knownAsOfMs: null },
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
  "an event at the left edge of a reader whose clock is behind the writer's, which merges rows meanwhile":
    exampleCase({
      source: {
        name: 'events_ahead',
        topic: 'events_ahead',
        table: 'events_ahead',
        eventId: 'number',
        allowedLatenessMs: 600000,
        dedupeMs: 600000,
      },
      view: {
        source: 'events_ahead',
        features: [
          {
            name: 'f5',
            operation: 'first',
            input: 'i * 2',
            by: null,
            filter: null,
            window: { kind: 'sliding', lengthMs: 3600000, hopMs: 60000 },
            parameters: {},
            type: 'int64',
            description: '',
          },
        ],
        batch: null,
        stream: { retentionMs: 3660000 },
      },
      world: { nowMs: -432000001, storedToMs: -432000001, progressMs: -432000001, writerAheadMs: 240000 },
      readsMs: [-432000001],
      key: 'e45',
      history: [
        {
          event: {
            row: [-442952049, 'e45', null, null, null, null, null, null, 1, null],
            eventTimeMs: -442952049,
            tie: 9223372036854775809n,
          },
          arrivalMs: -442352049,
          log: 8192,
          offset: 45006,
          writerProgressMs: -442352050,
          inStream: true,
          inArchive: true,
        },
        {
          event: {
            row: [-435660000, 'e45', 5, null, null, null, null, null, -1, null],
            eventTimeMs: -435660000,
            tie: 9223372036854775807n,
          },
          arrivalMs: -435659999,
          log: 8192,
          offset: 45007,
          writerProgressMs: -435719999,
          inStream: true,
          inArchive: true,
        },
        {
          event: {
            row: [-3728245127, 'e45', null, null, null, null, null, null, 1, null],
            eventTimeMs: -3728245127,
            tie: 9223372036854775809n,
          },
          arrivalMs: -432000001,
          log: 8192,
          offset: 45010,
          writerProgressMs: -432000001,
          inStream: true,
          inArchive: true,
        },
      ],
      rows: { timestampsMs: [], knownAsOfMs: null },
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
  'a sum of integers that no int64 holds': exampleCase({
    view: { features: [{ ...ofX('sum', THREE_HOURS), input: 'big', type: 'int64' }] },
    world: { runs: [RUN], written: 1, finished: 1 },
    history: [150, 30].map((minutes, i) => {
      const each = event(i, NOON - minutes * MINUTE_MS, 0);
      return { ...each, event: { ...each.event, row: each.event.row.with(3, 2n ** 63n - 1n) } };
    }),
    rows: { timestampsMs: [NOON], knownAsOfMs: null },
  }),
};
