import { decodeMessage, type Message } from '@forebay/contract';
import type { FeatureStatus } from './online-features';

/** A value as JSON has it: an int64 beyond 2^53 is decimal text, a map an object. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Why a feature has the value that it has for an entity. Instants are ms since the epoch; −∞ is the beginning of time. */
export interface ExplainedFeature {
  readonly asOfMs: number;
  readonly serverClockMs: number;
  readonly registryVersion: number;
  readonly explanation: FeatureExplanation;
  readonly keys: readonly StoredKey[];
  /** What was left out, in sentences. */
  readonly truncated: readonly string[];
}

/** A key of Redis that was read. */
export interface StoredKey {
  readonly key: string;
  readonly what: string;
  readonly found: boolean;
  readonly sizeBytes: number;
  /** null: its bytes can be read, or there are none. */
  readonly unreadable: string | null;
}

export interface FeatureExplanation {
  readonly view: string;
  readonly version: number;
  readonly feature: string;
  /** As definitions write it. */
  readonly type: string;
  readonly status: FeatureStatus;
  readonly value: Json;
  /** Of a DEGRADED value. */
  readonly degraded: { readonly reason: string; readonly text: string; readonly remedy: string } | null;
  /** `airport=ORD`; empty for an on-demand view. */
  readonly entity: string;
  readonly definition: readonly { readonly name: string; readonly text: string }[];
  /** null for an on-demand view. */
  readonly clocks: ExplainedClocks | null;
  /** Of an aggregation view. */
  readonly segments: ExplainedSegments | null;
  /** Of a table view. */
  readonly table: ExplainedTable | null;
  /** Of an on-demand view. */
  readonly expression: ExplainedExpression | null;
}

/** What the store says of a view as a whole; null: not known, or the view does not have it. */
export interface ExplainedClocks {
  readonly freshnessMs: number | null;
  readonly progressMs: number | null;
  readonly completeSinceMs: number | null;
  /** Of the last finished batch run. */
  readonly cutMs: number | null;
  readonly runClockMs: number | null;
  readonly coverageBeginMs: number | null;
  readonly goodUntilMs: number | null;
  readonly newestEventMs: number | null;
  readonly tickMs: number | null;
  readonly epoch: number;
  readonly partitions: readonly {
    readonly partition: number;
    readonly progressMs: number | null;
    /** Where reading begins after a restart. */
    readonly nextOffset: number | null;
  }[];
}

export interface ExplainedSegment {
  readonly from: 'stream' | 'batch';
  readonly parts: readonly string[];
  /** `[startMs, endMs)`; an end of +∞ is somewhere before every window. */
  readonly startMs: number;
  readonly endMs: number;
  /** Events that passed the view's filter, and of these the feature's. */
  readonly events: number;
  readonly counted: number;
  /** By component. */
  readonly states: Json;
  /** The feature's value over this segment alone. */
  readonly alone: Json;
  /** Over it and all newer ones; of doubles up to rounding. */
  readonly merged: Json;
}

export interface ExplainedSegments {
  readonly atMs: number;
  /** The window is `[edgeMs, endMs)`; its left edge moves by `hopMs`, 0: not at all. */
  readonly edgeMs: number;
  readonly endMs: number;
  readonly hopMs: number;
  readonly cutMs: number;
  readonly cutOf: string;
  /** Windows that begin before it are not all known. */
  readonly coveredFromMs: number;
  /** The newest first. */
  readonly segments: readonly ExplainedSegment[];
  readonly segmentCount: number;
  readonly segmentsWithoutEvents: number;
  readonly stream: {
    readonly writeToken: string;
    readonly wMs: number;
    readonly rows: number;
    readonly fences: readonly {
      readonly source: string;
      readonly partition: number;
      readonly epoch: number;
      readonly offset: number;
    }[];
  } | null;
  readonly batch: {
    readonly cutMs: number;
    readonly runClockMs: number;
    readonly goodUntilMs: number;
    readonly rows: number;
  } | null;
}

export interface ExplainedTable {
  readonly tickMs: number;
  readonly why: string;
  /** The newest first. */
  readonly rows: readonly {
    readonly firstTickMs: number;
    readonly eventTimeMs: number;
    readonly knownAtMs: number;
    readonly rowHash: string;
    readonly value: Json;
    readonly taken: boolean;
    readonly why: string;
  }[];
}

export interface ExplainedExpression {
  readonly expression: string;
  readonly withValues: string;
  readonly inputs: readonly {
    readonly column: string;
    readonly from: 'feature' | 'request' | 'key';
    readonly value: Json;
    /** Of a feature: `view@version:name`. */
    readonly reference: string;
    readonly explanation: FeatureExplanation | null;
  }[];
}

/** Reads `forebay.v1.ExplainFeatureResponse`. Throws `corrupt_data`. */
export function readExplanation(bytes: Uint8Array): ExplainedFeature {
  const read = decodeMessage('ExplainFeatureResponse', bytes);
  return {
    asOfMs: read.as_of_ms,
    serverClockMs: read.server_clock_ms,
    registryVersion: read.registry_version,
    explanation: featureOf(read.explanation as Message<'FeatureExplanation'>),
    keys: read.keys.map(({ key, what, found, size_bytes, unreadable }) => ({
      key,
      what,
      found,
      sizeBytes: size_bytes,
      unreadable: unreadable === '' ? null : unreadable,
    })),
    truncated: read.truncated,
  };
}

const json = (text: string): Json => (text === '' ? null : (JSON.parse(text) as Json));

function featureOf(read: Message<'FeatureExplanation'>): FeatureExplanation {
  const { reason, reason_text, remedy } = read;
  return {
    view: read.feature?.view ?? '',
    version: read.feature?.version ?? 0,
    feature: read.feature?.feature ?? '',
    type: read.type,
    status: read.status as FeatureStatus,
    value: json(read.value_json),
    degraded: reason === '' ? null : { reason, text: reason_text, remedy },
    entity: read.entity,
    definition: read.definition.map(({ name, text }) => ({ name, text })),
    clocks: isGiven(read.clocks) ? clocksOf(read.clocks) : null,
    segments: isGiven(read.segments) ? segmentsOf(read.segments) : null,
    table: isGiven(read.table) ? tableOf(read.table) : null,
    expression: isGiven(read.expression) ? expressionOf(read.expression) : null,
  };
}

function isGiven<T>(message: T | null | undefined): message is T {
  return message !== null && message !== undefined;
}

function clocksOf(read: Message<'ExplainedClocks'>): ExplainedClocks {
  return {
    freshnessMs: read.freshness_ms ?? null,
    progressMs: read.progress_ms ?? null,
    completeSinceMs: read.complete_since_ms ?? null,
    cutMs: read.cut_ms ?? null,
    runClockMs: read.run_clock_ms ?? null,
    coverageBeginMs: read.coverage_begin_ms ?? null,
    goodUntilMs: read.good_until_ms ?? null,
    newestEventMs: read.newest_event_ms ?? null,
    tickMs: read.tick_ms ?? null,
    epoch: read.epoch,
    partitions: read.partitions.map(({ partition, progress_ms, next_offset }) => ({
      partition,
      progressMs: progress_ms ?? null,
      nextOffset: next_offset ?? null,
    })),
  };
}

function segmentsOf(read: Message<'ExplainedSegments'>): ExplainedSegments {
  const { stream, batch } = read;
  return {
    atMs: read.at_ms,
    edgeMs: read.edge_ms,
    endMs: read.end_ms,
    hopMs: read.hop_ms,
    cutMs: read.cut_ms,
    cutOf: read.cut_of,
    coveredFromMs: read.covered_from_ms,
    segments: read.segments.map((segment) => ({
      from: segment.from === 'batch' ? 'batch' : 'stream',
      parts: segment.parts,
      startMs: segment.start_ms,
      endMs: segment.end_ms,
      events: segment.events,
      counted: segment.counted,
      states: json(segment.states_json),
      alone: json(segment.alone_json),
      merged: json(segment.merged_json),
    })),
    segmentCount: read.segment_count,
    segmentsWithoutEvents: read.segments_without_events,
    stream: isGiven(stream)
      ? {
          writeToken: stream.write_token,
          wMs: stream.w_ms,
          rows: stream.rows,
          fences: stream.fences.map(({ source, partition, epoch, offset }) => ({
            source,
            partition,
            epoch,
            offset,
          })),
        }
      : null,
    batch: isGiven(batch)
      ? {
          cutMs: batch.cut_ms,
          runClockMs: batch.run_clock_ms,
          goodUntilMs: batch.good_until_ms,
          rows: batch.rows,
        }
      : null,
  };
}

function tableOf(read: Message<'ExplainedTable'>): ExplainedTable {
  return {
    tickMs: read.tick_ms,
    why: read.why,
    rows: read.rows.map((row) => ({
      firstTickMs: row.first_tick_ms,
      eventTimeMs: row.event_time_ms,
      knownAtMs: row.known_at_ms,
      rowHash: row.row_hash,
      value: json(row.value_json),
      taken: row.taken,
      why: row.why,
    })),
  };
}

function expressionOf(read: Message<'ExplainedExpression'>): ExplainedExpression {
  return {
    expression: read.expression,
    withValues: read.with_values,
    inputs: read.inputs.map(({ column, from, value_json, reference, explanation }) => ({
      column,
      from: from === 'feature' || from === 'key' ? from : 'request',
      value: json(value_json),
      reference,
      explanation: isGiven(explanation) ? featureOf(explanation) : null,
    })),
  };
}
