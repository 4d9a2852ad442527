/** How many events of its windows a view takes, step by step: what is to be said when none of them makes a value. */
import type { ViewLayout } from '@forebay/algebra';
import type { OfflineStore } from './client';
import { eventRowsSql, sourceRowsSql } from './event-rows-sql';
import { rangeOf, type SegmentRun, segmentParameters } from './segments-sql';

/** Each of those before it. */
export interface EventTally {
  /** In the windows, and of loads that had finished; of a view on a schedule, known in time; of a paired source, pairs. */
  readonly counting: number;
  readonly withKeys: number;
  readonly passing: number;
}

const WHOLE = { chunk: 0, chunks: 1 } as const;

/** Reads the windows' events three times. */
export async function tallyEvents(
  store: OfflineStore,
  layout: ViewLayout,
  run: SegmentRun,
): Promise<EventTally> {
  const range = rangeOf(layout);
  const count = (sql: string, name: string) => `(SELECT toFloat64(count()) FROM (${sql})) AS ${name}`;
  const selected = [
    count(sourceRowsSql(layout.source, range), 'counting'),
    count(eventRowsSql({ ...layout, filter: null }, range).sql, 'withKeys'),
    count(eventRowsSql(layout, range).sql, 'passing'),
  ];
  const [tally] = await store.rows<EventTally>(
    `SELECT ${selected.join(',\n  ')}`,
    segmentParameters(layout, run, WHOLE),
  );
  return tally as EventTally;
}
