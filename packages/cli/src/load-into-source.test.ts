import type { AggregationView } from '@forebay/definitions';
import { checkCompleteUntil } from './load-into-source';

const HOUR = 3_600_000;
const views = (...hops: (number | null)[]) =>
  hops.map((cutHopMs) => ({ batch: cutHopMs === null ? null : { cutHopMs } })) as AggregationView[];

test('history ends at a cut of every view', () => {
  expect(() => checkCompleteUntil(views(2 * HOUR, 3 * HOUR, null), 6 * HOUR)).not.toThrow();
  expect(() => checkCompleteUntil(views(null), 1)).not.toThrow();
  expect(() => checkCompleteUntil([], 1)).not.toThrow();
  expect(() => checkCompleteUntil(views(3 * HOUR, 2 * HOUR), 8 * HOUR)).toThrow(
    "complete until 1970-01-01T08:00:00.000Z: it is not a multiple of the cut hop 2h and 3h of the source's views; " +
      'the nearest are 1970-01-01T06:00:00.000Z and 1970-01-01T12:00:00.000Z',
  );
});
