/** The states of single segments in SQL, for readers that are no batch run. */
import type { ViewLayout } from '@forebay/algebra';
import { fixedComponentSql, variableComponentSql } from './component-sql';
import { countColumn, eightBytes, fourBytes } from './state-bytes';

/**
 * A SELECT of the keys and `state` String: a batch list (docs/CODEC.md, codec 1) of one segment, whose times are all 0.
 *
 * @param eventsSql rows of `eventRowsSql`, with the keys beside their columns
 * @param keys names of columns; a segment holds the events that have all of them in common
 */
export function segmentStateSql(layout: ViewLayout, eventsSql: string, keys: readonly string[]): string {
  const tiesRepeat = layout.source.eventId !== null;
  const components = [
    ...layout.fixed.map(fixedComponentSql),
    ...layout.variable.map((component) => variableComponentSql(component, tiesRepeat)),
  ];
  const aggregates = new Map(components.flatMap((component) => Object.entries(component.aggregates)));
  const parts = [
    'char(1, 0, 0, 0)',
    fourBytes('toUInt32(1)'),
    ...Array.from({ length: 4 }, () => eightBytes('toFloat64(0)')),
    ...Array.from({ length: 2 }, () => `concat(char(4), ${fourBytes('toUInt32(0)')})`),
    countColumn('[events]'),
    ...components.map((component) => component.column(...component.cells.map((cell) => `[${cell}]`))),
  ];
  const names = keys.join(', ');
  return `SELECT ${names}, concat(${parts.join(', ')}) AS state FROM (
  SELECT ${[names, 'count() AS events', ...[...aggregates].map(([name, sql]) => `${sql} AS ${name}`)].join(', ')}
  FROM (${eventsSql}) GROUP BY ${names})`;
}
