/** The states of single segments in SQL, for readers that are no batch run. */
import type { ViewLayout } from '@forebay/algebra';
import { componentsSql } from './component-sql';
import { countColumn, eightBytes, fourBytes } from './state-bytes';

export interface SegmentStateChoice {
  /** Names of columns; a segment holds the events that have all of them in common. */
  readonly keys: readonly string[];
  /** The aggregate that counts its events: some of those that have the keys in common may belong to no segment. */
  readonly events: string;
  /** More aggregates, by name. */
  readonly others: Readonly<Record<string, string>>;
}

/**
 * A SELECT of the keys, the other aggregates, `events`, and `state` String: a batch list (docs/CODEC.md, codec 1) of one segment, whose
 * times are all 0. Without events `state` means nothing.
 *
 * @param eventsSql rows of `eventRowsSql`, with the keys and what the aggregates need beside their columns
 */
export function segmentStateSql(
  layout: ViewLayout,
  eventsSql: string,
  { keys, events, others }: SegmentStateChoice,
): string {
  const components = componentsSql(layout);
  const aggregates = new Map([
    ['events', events],
    ...Object.entries(others),
    ...components.flatMap((component) => Object.entries(component.aggregates)),
  ]);
  const parts = [
    'char(1, 0, 0, 0)',
    fourBytes('toUInt32(1)'),
    ...Array.from({ length: 4 }, () => eightBytes('toFloat64(0)')),
    ...Array.from({ length: 2 }, () => `concat(char(4), ${fourBytes('toUInt32(0)')})`),
    countColumn('[events]'),
    ...components.map((component) => component.column(...component.cells.map((cell) => `[${cell}]`))),
  ];
  const names = [...keys, 'events', ...Object.keys(others)];
  return `SELECT ${names.join(', ')}, concat(${parts.join(', ')}) AS state FROM (
  SELECT ${[...keys, ...[...aggregates].map(([name, sql]) => `${sql} AS ${name}`)].join(', ')}
  FROM (${eventsSql}) GROUP BY ${keys.join(', ')})`;
}
