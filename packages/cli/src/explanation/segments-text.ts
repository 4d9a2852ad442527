/** The segments of a value as a table, with what each contributes and what they come to. */
import type { ExplainedSegment, ExplainedSegments, FeatureExplanation } from '@forebay/client';
import { formatDuration } from '@forebay/contract';
import type { Cell, Output } from '../output';
import { readableCount } from '../readable';
import { instantText, intervalText, stateText, valueText } from './explained-value-text';

const BAR_CHARACTERS = 12;

/** The window, its cut, and the newest `most` segments. */
export function segmentsText(
  { value }: FeatureExplanation,
  segments: ExplainedSegments,
  output: Output,
  most: number,
): string[] {
  const { edgeMs, endMs, hopMs, cutMs, cutOf } = segments;
  const edge = hopMs === 0 ? 'it has no left edge' : `its left edge moves by ${formatDuration(hopMs)}`;
  const cut =
    cutOf === 'none'
      ? 'none: every segment is of the stream'
      : cutOf === 'marker'
        ? `${instantText(cutMs)}, the last batch run's: the entity has no batch value that is good, and the stream speaks from there on`
        : `${instantText(cutMs)}, the batch value's: batch segments before it, stream segments from it on`;
  return [
    `window     [${instantText(edgeMs)}, ${instantText(endMs)}), ${edge}`,
    `cut        ${cut}`,
    '',
    ...(segments.segmentCount === 0 ? [nothing(segments)] : [tableOf(segments, output, most)]),
    ...(segments.segmentCount === 0 ? [] : [totalText(segments, value)]),
  ];
}

function nothing({ segmentsWithoutEvents }: ExplainedSegments): string {
  const others =
    segmentsWithoutEvents === 0 ? '' : ` (${segmentsWithoutEvents} segments hold events of other features)`;
  return `no segment has an event of the feature in the window${others}`;
}

function tableOf({ segments, segmentCount }: ExplainedSegments, output: Output, most: number): string {
  const rows = segments.slice(0, most);
  const largest = Math.max(...segments.map(({ counted }) => counted));
  const lines = rows.map((segment): Cell[] => [
    segment.from,
    intervalText(segment.startMs, segment.endMs),
    `${readableCount(segment.counted)} ${bar(segment.counted, largest)}`,
    stateText(segment.states),
    valueText(segment.alone),
    valueText(segment.merged),
  ]);
  const head = ['list', 'segment', 'events', 'state', 'its value', 'with all newer'];
  const rest = segmentCount - rows.length;
  if (rest > 0) lines.push(olderLine(segments.slice(rows.length), rest));
  return output.table(head, lines);
}

function olderLine(older: readonly ExplainedSegment[], rest: number): Cell[] {
  const told = older.reduce((sum, { counted }) => sum + counted, 0);
  const last = older.at(-1);
  const since = last === undefined ? '' : ` back to ${instantText(last.startMs)}`;
  const merged = last === undefined || older.length < rest ? '' : valueText(last.merged);
  return [
    '…',
    `${rest} older segments${since}`,
    older.length < rest ? '' : readableCount(told),
    '',
    '',
    merged,
  ];
}

function bar(counted: number, largest: number): string {
  return '▇'.repeat(Math.max(1, Math.round((BAR_CHARACTERS * counted) / Math.max(1, largest))));
}

function totalText(
  { segments, segmentCount, segmentsWithoutEvents }: ExplainedSegments,
  value: FeatureExplanation['value'],
): string {
  const told = segmentCount === segments.length;
  const counted = segments.reduce((sum, segment) => sum + segment.counted, 0);
  const of = (from: ExplainedSegment['from']) => segments.filter((segment) => segment.from === from).length;
  const events = told ? `${readableCount(counted)} events in ` : '';
  const kinds = told ? ` (${of('stream')} of the stream, ${of('batch')} of the batch value)` : '';
  const others =
    segmentsWithoutEvents === 0 ? '' : `; ${segmentsWithoutEvents} more hold none of the feature's events`;
  return `together   ${events}${segmentCount} segments${kinds}${others}: ${valueText(value)}`;
}
