/** Explains features of one answered row, on-demand ones with what they are computed from. */
import {
  DEGRADED_REASONS,
  type DegradedReason,
  type ItemLimit,
  type ReadContext,
  type ScheduledContext,
  STATUS,
} from '@forebay/algebra';
import type { MessageInput } from '@forebay/contract';
import type { AggregationView, EventSource, TableSource, TableView } from '@forebay/definitions';
import { ComputedView } from '../plan/computed-view';
import type { ServicePlan } from '../plan/plan';
import type { AnsweringView, ReadableView } from '../plan/readable-view';
import { answeredStatus, answeredValue } from './answered-value';
import { aggregationLines, onDemandLines, tableLines } from './definition-lines';
import { explainExpression } from './explain-expression';
import { explainSegments, type SegmentsExplained } from './explain-segments';
import { explainTableRows } from './explain-table';
import { explainedClocks } from './explained-clocks';
import { REMEDIES } from './remedies';
import type { StoredView } from './stored-view';
import { viewExplainer } from './view-explainer';

export type FeatureExplanation = MessageInput<'FeatureExplanation'>;

/** How much is told. */
export interface Detail {
  /** Of each feature. */
  readonly segments: number;
  /** Features in all, the inputs of on-demand features among them. */
  readonly features: number;
}

/** Inputs of inputs are explained so deep. */
const MAX_DEPTH = 6;

/** One row that the plan's views have just been folded and computed for: their outputs hold its values. */
export interface AnsweredRow {
  readonly plan: ServicePlan;
  /** By view of the plan. */
  readonly stored: readonly StoredView[];
  /** By view of the plan: airport=ORD. */
  readonly entities: readonly string[];
  /** Of each field of the plan's request. */
  readonly given: ReadonlyMap<string, { readonly from: 'request' | 'key'; readonly value: unknown }>;
  readonly tMs: number;
  readonly serverClockMs: number;
  /** How much of lists, maps and texts is told. */
  readonly limit: ItemLimit;
  /** By feature: the segments that were found, for an answer that is given again with less detail. */
  readonly explained: Map<string, SegmentsExplained>;
}

export class Explanation {
  readonly truncated: string[] = [];
  readonly #limit: ItemLimit;
  readonly #done = new Set<string>();

  constructor(
    private readonly row: AnsweredRow,
    private readonly detail: Detail,
  ) {
    this.#limit = row.limit;
  }

  /** What is left out is told in `truncated`. */
  of(view: AnsweringView, feature: number): FeatureExplanation {
    const explained = this.#explain(view, feature, 0);
    if (this.#limit.leftOut)
      this.truncated.push(
        `lists and maps are cut after ${this.#limit.items} items, texts after ${this.#limit.characters} characters`,
      );
    return explained;
  }

  #explain(view: AnsweringView, feature: number, depth: number): FeatureExplanation {
    this.#done.add(`${view.label}:${feature}`);
    return view instanceof ComputedView
      ? this.#computed(view, feature, depth)
      : this.#stored(view as ReadableView, feature);
  }

  /** null: it was explained before, or is beyond the bounds. */
  input(view: AnsweringView, feature: number, depth: number): FeatureExplanation | null {
    if (this.#done.has(`${view.label}:${feature}`)) return null;
    if (depth <= MAX_DEPTH && this.#done.size < this.detail.features)
      return this.#explain(view, feature, depth);
    const place = `${view.label}:${view.view.features[feature]?.name}`;
    this.truncated.push(`input ${place} is not explained: ask for it on its own`);
    return null;
  }

  #computed(view: ComputedView, feature: number, depth: number): FeatureExplanation {
    const { reason } = view.output;
    const of = view.degradedBy;
    const degraded = view.output.statuses[feature] === STATUS.DEGRADED && reason !== null ? reason : null;
    return {
      ...this.#head(view, feature, degraded, of === null ? '' : ` (view "${of.label}")`),
      definition: onDemandLines(view.view, feature),
      expression: explainExpression(view, feature, this.row.given, this.#limit, (from, index) =>
        this.input(from, index, depth + 1),
      ),
    };
  }

  #stored(readable: ReadableView, feature: number): FeatureExplanation {
    const { row } = this;
    const at = row.plan.views.findIndex((planned) => planned.readable === readable);
    const stored = row.stored[at] as StoredView;
    const { tMs, serverClockMs } = row;
    const entity = row.entities[at] as string;
    const explainer = viewExplainer(readable);
    const isDegraded = readable.output.statuses[feature] === STATUS.DEGRADED;
    if (explainer.kind === 'table') {
      const { table, message } = explainTableRows(explainer, stored, tMs, feature, this.#limit);
      const taken = table?.rows[table.taken];
      return {
        ...this.#head(readable, feature, isDegraded ? readable.output.reason : null),
        entity,
        definition: tableLines(readable.view as TableView, readable.source as TableSource, feature),
        clocks: explainedClocks(stored, tMs, taken?.eventTimeMs ?? null),
        table: message,
      };
    }
    const context: ReadContext & ScheduledContext = { ...stored.clocks, tMs, serverClockMs };
    const { segments: most } = this.detail;
    const name = this.#nameOf(readable, feature);
    const known = row.explained.get(name);
    const explained = known ?? explainSegments(explainer, stored, context, feature, this.#limit);
    row.explained.set(name, explained);
    const { window, message } = explained;
    if (window.segments.length > most)
      this.truncated.push(`of ${window.segments.length} segments of ${name}, the newest ${most} are told`);
    const newest = window.segments[0];
    return {
      ...this.#head(readable, feature, isDegraded ? (window.reason ?? flawOf(readable, feature)) : null),
      entity,
      definition: aggregationLines(readable.view as AggregationView, readable.source as EventSource, feature),
      clocks: explainedClocks(stored, tMs, newest === undefined ? null : Math.min(newest.endMs, tMs)),
      segments: { ...message, segments: (message.segments ?? []).slice(0, most) },
    };
  }

  #nameOf(view: AnsweringView, feature: number): string {
    return `${view.label}:${view.view.features[feature]?.name}`;
  }

  #head(view: AnsweringView, feature: number, reason: DegradedReason | null, whose = ''): FeatureExplanation {
    const { name, type } = view.view.features[feature] as { readonly name: string; readonly type: string };
    return {
      feature: { view: view.view.name, version: view.view.version, feature: name },
      type,
      status: answeredStatus(view, feature),
      value_json: JSON.stringify(answeredValue(view, feature, this.#limit)),
      ...(reason === null
        ? {}
        : { reason, reason_text: DEGRADED_REASONS[reason] + whose, remedy: REMEDIES[reason] }),
    };
  }
}

/** A value that is DEGRADED in a window that is exact: a map that has overflown has none, an inexact sum has one. */
function flawOf({ output, inFloat64Block }: ReadableView, feature: number): DegradedReason {
  const isNull = inFloat64Block[feature]
    ? Number.isNaN(output.numbers[feature])
    : output.others[feature] === null;
  return isNull ? 'overflow' : 'inexact';
}
