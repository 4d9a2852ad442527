/** Rules of quality before a run writes: one that stops keeps the old values online. */
import { ForebayError } from '@forebay/contract';
import {
  type AggregationView,
  definitionName,
  findView,
  type Project,
  sourceOf,
  type TableView,
  tableSourceOf,
} from '@forebay/definitions';
import type { OfflineStore } from '@forebay/offline-store';
import { checkSource, checkView, type QualityResult, storeQuality } from '@forebay/profiles';
import type { Instruments } from '@forebay/service-kit';

export interface QualityDependencies {
  readonly offline: OfflineStore;
  readonly clock: () => number;
  /** Hears of every rule that was checked. */
  readonly onChecked?: (project: string, result: QualityResult) => void;
}

export interface CheckedRun {
  readonly project: Project;
  readonly view: AggregationView | TableView;
  readonly run: string;
  /** The cut, or the tick: rows before it are checked, and the values at it. */
  readonly atMs: number;
  readonly signal: AbortSignal;
}

/**
 * What to warn of. Throws `failed_precondition` with every rule that stops; all results are kept either way. Joined and sequence
 * sources have no rules of their own: those of the sources that they are made of are checked.
 */
export async function checkBeforeRun(
  { offline, clock, onChecked }: QualityDependencies,
  { project, view, run, atMs, signal }: CheckedRun,
): Promise<string[]> {
  const nowMs = clock();
  const results: QualityResult[] = [];
  for (const source of sourcesOf(project, view))
    results.push(...(await checkSource(offline, source, { untilMs: atMs, nowMs })));
  signal.throwIfAborted();
  results.push(...(await checkView(offline, project, view, atMs, signal)));
  await storeQuality(offline, project.name, results, { checkedFor: `materialize ${run}`, nowMs });
  for (const result of results) onChecked?.(project.name, result);
  const broken = results.filter(({ outcome }) => outcome === 'broken');
  const stops = broken.filter(({ severity }) => severity === 'stop');
  if (stops.length > 0)
    throw new ForebayError(
      'failed_precondition',
      `view "${definitionName(view)}" is not materialized, its values stay as they were: ${stops.map(resultText).join('; ')}; correct the data or the rule, then "forebay jobs retry"`,
    );
  return broken.map((result) => `view "${definitionName(view)}": ${resultText(result)}`);
}

function sourcesOf(project: Project, view: AggregationView | TableView) {
  const found = findView(project, view.name, view.version);
  if (found?.kind === 'table view') return [tableSourceOf(project, found.view)];
  const source = sourceOf(project, view as AggregationView);
  const { pairing } = source;
  if (pairing === undefined) return [source];
  return pairing.kind === 'sequence' ? [pairing.source] : [pairing.left, pairing.right];
}

function resultText({ subject, rule, detail }: QualityResult): string {
  return `quality rule "${rule}" of ${subject.kind} "${subject.name}" is broken: ${detail}`;
}

export function countChecks(instruments: Instruments): NonNullable<QualityDependencies['onChecked']> {
  const counter = instruments.counter('forebay_quality_checks_total');
  return (project, { subject, rule, severity, outcome }) =>
    counter.add({ project, subject: subject.name, rule, severity, outcome });
}
