/** Puts together what the views of a source give besides being read. */
import { type AggregationView, definitionName, entityOf, type Project } from '@forebay/definitions';
import {
  forgetOutputPositions,
  OutputPosition,
  type RedisConnection,
  StoredView,
} from '@forebay/online-store';
import type { RuntimeOptions } from '../source-runtime-options';
import type { FoundStarts } from '../start-points';
import { EntityAnswers } from './entity-answers';
import { EntityRecords } from './entity-records';
import { OutputMetrics } from './output-metrics';
import { OutputWriter } from './output-writer';
import { SeriesSampler } from './series-sampler';
import { SourceOutputs, type SourceOutputsOptions, type ViewTarget } from './source-outputs';
import { updateWriter } from './update-record';

/** A process that may have been stopped for half of its session takes nothing for granted any more. */
const SUSPECT_SHARE = 0.5;

interface OutputTerms {
  readonly topic: SourceOutputsOptions['topic'];
  /** By partition whose events are this process' to apply, the end of what is stored. */
  readonly stored: () => ReadonlyMap<number, number>;
}

/**
 * null: no view gives anything.
 * @param stored by partition whose events are this process' to apply, the end of what is stored
 */
export function openOutputs(
  options: RuntimeOptions,
  topic: SourceOutputsOptions['topic'],
  stored: () => ReadonlyMap<number, number>,
): SourceOutputs | null {
  const { source, views, lookUps, logger } = options;
  const giving = views.filter(({ output, series }) => output !== undefined || series !== undefined);
  if (giving.length === 0 || lookUps === undefined) return null;
  return new SourceOutputs({
    name: source.name,
    targets: giving.map((view) => viewTarget(view, lookUps.project, options, { topic, stored })),
    isPaired: source.pairing !== undefined,
    topic,
    logger,
  });
}

/** Where reading begins, with outputs or without. */
export async function beginOutputs(outputs: SourceOutputs | null, found: FoundStarts): Promise<FoundStarts> {
  return outputs === null ? found : outputs.begin(found);
}

/** An output that is declared again begins where reading stands then. */
export function forgetOutputs(redis: RedisConnection, views: readonly AggregationView[]): Promise<void> {
  return forgetOutputPositions(
    redis,
    views.flatMap(({ id, output }) => (output === undefined ? id : [])),
  );
}

function viewTarget(
  view: AggregationView,
  project: Project,
  options: RuntimeOptions,
  terms: OutputTerms,
): ViewTarget {
  const { source, redis, offline, logger, clock, instruments } = options;
  const sampler =
    view.series === undefined
      ? null
      : new SeriesSampler({
          project: project.name,
          view,
          series: view.series,
          answers: new EntityAnswers(new StoredView(view, source), redis, clock),
          redis,
          offline,
          instruments,
          logger,
          clock,
        });
  return { viewId: view.id, output: outputOf(view, project, options, terms), sampler };
}

function outputOf(
  view: AggregationView,
  project: Project,
  options: RuntimeOptions,
  { topic, stored }: OutputTerms,
): ViewTarget['output'] {
  const { output } = view;
  const { source, redis, logger, clock, instruments, outputLog, sessionTimeoutMs } = options;
  if (output === undefined || outputLog === undefined) return null;
  const answers = new EntityAnswers(new StoredView(view, source), redis, clock);
  const position = new OutputPosition(redis, view.id);
  const lag = () =>
    [...stored()].reduce(
      (sum, [partition, end]) => sum + Math.max(0, end - (position.of(partition) ?? end)),
      0,
    );
  const labels = { project: project.name, view: definitionName(view) };
  const metrics = new OutputMetrics(instruments, labels, {
    waiting: () => writer.waiting,
    lag: source.pairing === undefined ? lag : () => 0,
  });
  const records = new EntityRecords({
    view,
    topic: output.topic,
    answers,
    write: updateWriter({
      project: project.name,
      view,
      output,
      entity: entityOf(project, view),
      layout: answers.stored.layout,
    }),
    producer: () => outputLog.producer(),
    isOwn: (partition) => stored().has(partition),
    suspectAfterMs: SUSPECT_SHARE * sessionTimeoutMs,
    metrics,
    logger,
    clock,
  });
  const writer: OutputWriter = new OutputWriter({
    label: `view "${definitionName(view)}", topic "${output.topic}"`,
    everyMs: output.everyMs,
    records,
    answers,
    ensureTopic: () => outputLog.ensureTopic(output),
    position,
    partitions: () => topic.partitions,
    metrics,
    logger,
    clock,
  });
  return { writer, position };
}
