/** The segments that a feature's value was made from, and what is stored beside them. */
import {
  type ExplainedSegment,
  type ExplainedWindow,
  edgeOf,
  explainHead,
  explainTail,
  type FeatureValue,
  type ItemLimit,
  type ReadContext,
  type ScheduledContext,
  unreadableParts,
  type ViewLayout,
} from '@forebay/algebra';
import type { MessageInput } from '@forebay/contract';
import type { AggregationFeature } from '@forebay/definitions';
import { readableFeature } from './answered-value';
import type { PartName, StoredView } from './stored-view';
import type { ViewExplainer } from './view-explainer';

/** Segments of a feature that an answer tells of at most. */
export const MAX_SEGMENTS = 5_000;

export interface SegmentsExplained {
  readonly window: ExplainedWindow;
  readonly message: MessageInput<'ExplainedSegments'>;
}

export function explainSegments(
  { layout, fold }: Extract<ViewExplainer, { kind: 'segments' }>,
  stored: StoredView,
  context: ReadContext & ScheduledContext,
  feature: number,
  limit: ItemLimit,
): SegmentsExplained {
  noteUnreadable(layout, stored);
  const { parts } = stored;
  const { schedule } = layout.view;
  const { type } = layout.view.features[feature] as AggregationFeature;
  const asked = { feature, limit, show: (value: FeatureValue) => readableFeature(type, value, limit) };
  const window =
    schedule === null
      ? fold.explain(parts, context, asked)
      : fold.explainScheduled(parts.ticks, context, asked);
  const tick =
    schedule === null
      ? null
      : (parts.ticks.find((part) => part !== null && headIs(layout, part, window)) ?? null);
  const { stream } = parts;
  return {
    window,
    message: {
      at_ms: window.atMs,
      edge_ms: window.edgeMs,
      end_ms: window.endMs,
      hop_ms: hopOf(layout, feature),
      cut_ms: window.cutMs,
      cut_of: window.cutOf,
      covered_from_ms: window.coveredFromMs,
      segments: window.segments.slice(0, MAX_SEGMENTS).map(segmentMessage),
      segment_count: window.segments.length,
      segments_without_events: window.segmentsWithoutEvents,
      stream: stream === null ? null : streamMessage(layout, stream),
      batch: batchMessage(layout, schedule === null ? parts.batch : tick),
    },
  };
}

function segmentMessage(segment: ExplainedSegment): MessageInput<'ExplainedSegment'> {
  return {
    from: segment.from,
    parts: [...segment.parts],
    start_ms: segment.startMs,
    end_ms: segment.endMs,
    events: segment.events,
    counted: segment.counted,
    states_json: JSON.stringify(segment.states),
    alone_json: JSON.stringify(segment.alone),
    merged_json: JSON.stringify(segment.merged),
  };
}

function hopOf(layout: ViewLayout, feature: number): number {
  const window = layout.windows[layout.features[feature]?.window as number];
  return window === undefined || window.kind === 'lifetime' ? 0 : edgeOf(window).stepMs;
}

function headIs(layout: ViewLayout, part: Uint8Array, { atMs }: ExplainedWindow): boolean {
  return explainHead(layout, part)?.cutMs === atMs;
}

function batchMessage(
  layout: ViewLayout,
  bytes: Uint8Array | null,
): MessageInput<'ExplainedBatchValue'> | null {
  const head = bytes === null ? null : explainHead(layout, bytes);
  if (head === null) return null;
  return { cut_ms: head.cutMs, run_clock_ms: head.qMs, good_until_ms: head.goodUntilMs, rows: head.rows };
}

/** null: it cannot be read, which its key says. */
function streamMessage(layout: ViewLayout, bytes: Uint8Array): MessageInput<'ExplainedStreamValue'> | null {
  try {
    const { token, wMs, rows, fences } = explainTail(layout, bytes);
    const source = layout.source.name;
    const entries = fences.map(({ partition, epoch, offset }) => ({ source, partition, epoch, offset }));
    return { write_token: token, w_ms: wMs, rows, fences: entries };
  } catch {
    return null;
  }
}

/** Says at each key of a part why its bytes cannot be read. */
function noteUnreadable(layout: ViewLayout, { parts, partKeys }: StoredView): void {
  const note = (part: PartName, why: string | undefined) => {
    const key = partKeys[part];
    if (key !== undefined && why !== undefined) key.unreadable = why;
  };
  const { stream, open, sealed, batch, ticks } = parts;
  const mistakes = unreadableParts(layout, { stream, open, sealed, batch });
  for (const part of ['stream', 'open', 'sealed', 'batch'] as const) note(part, mistakes[part]);
  for (const [i, part] of (['even', 'odd'] as const).entries()) {
    const tick = ticks[i] ?? null;
    note(part, unreadableParts(layout, { stream: null, open: null, sealed: null, batch: tick }).batch);
  }
}
