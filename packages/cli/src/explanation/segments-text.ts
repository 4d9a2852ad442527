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

/** The newest, and the oldest, which say where the window begins. */
function tableOf({ segments, segmentCount }: ExplainedSegments, output: Output, most: number): string {
  const isWhole = segments.length === segmentCount;
  const oldest = segments.length > most ? Math.min(OLDEST_SHOWN, most - 1) : 0;
  const newest = Math.min(segments.length, most - oldest);
  const hidden = segments.slice(newest, segments.length - oldest);
  const largest = Math.max(...segments.map(({ counted }) => counted));
  const lineOf = (segment: ExplainedSegment) => lineOfSegment(segment, largest);
  const lines = segments.slice(0, newest).map(lineOf);
  if (hidden.length > 0) lines.push(hiddenLine(hidden));
  lines.push(...segments.slice(segments.length - oldest).map(lineOf));
  if (!isWhole) lines.push(['…', `${segmentCount - segments.length} older segments`, '', '', '', '']);
  const shown = [...HEAD.keys()].filter((column) => lines.some((line) => line[column] !== ''));
  const pick = (line: readonly Cell[]) => shown.map((column) => line[column] as Cell);
  return output.table(
    pick(HEAD) as string[],
    lines.map((line) => pick(line)),
  );
}

const OLDEST_SHOWN = 3;
const HEAD = ['list', 'segment', 'events', 'state', 'its value', 'with all newer'];

function lineOfSegment(segment: ExplainedSegment, largest: number): Cell[] {
  return [
    segment.from,
    intervalText(segment.startMs, segment.endMs),
    `${readableCount(segment.counted)} ${bar(segment.counted, largest)}`,
    stateText(segment.states),
    valueText(segment.alone),
    valueText(segment.merged),
  ];
}

function hiddenLine(hidden: readonly ExplainedSegment[]): Cell[] {
  const counted = hidden.reduce((sum, segment) => sum + segment.counted, 0);
  const merged = valueText((hidden.at(-1) as ExplainedSegment).merged);
  return ['…', `${hidden.length} segments`, readableCount(counted), '', '', merged];
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
