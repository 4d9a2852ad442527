/** What a view gives besides being read: a topic of changed values, and series of samples. Neither is part of its meaning. */
import {
  checkEntityKeyLength,
  encodeEntityKey,
  type JoinKeyType,
  type JoinKeyValue,
  joinKeyMismatch,
  SECOND_MS,
} from '@forebay/contract';
import type { AggregationViewOptions } from './aggregation-view-declaration';
import { readDuration } from './durations';
import type { OutputOptions, SeriesOptions } from './feature-output-declaration';
import type { FeatureSeries, OutputTopic } from './feature-output-model';
import {
  DEFAULT_SERIES_ENTITIES,
  DEFAULT_SERIES_KEEP_MS,
  MAX_OUTPUT_INTERVAL_MS,
  MAX_PARTITIONS,
  MAX_SERIES_ENTITIES,
  MAX_SERIES_VALUES,
  MAX_WINDOW_MS,
  MIN_OUTPUT_INTERVAL_MS,
  MIN_SERIES_INTERVAL_MS,
  MIN_SERIES_KEEP_MS,
  TOPIC_PATTERN,
} from './limits';
import type { AggregationFeature, AggregationView, Entity, EventSource, ValueType } from './model';
import { listNames } from './names';
import type { Problems } from './problems';

/** What an output is compiled against. */
export interface OutputContext {
  readonly entity: Entity;
  readonly source: EventSource;
  readonly features: readonly AggregationFeature[];
  /** Without one, nothing changes between the runs of its schedule. */
  readonly hasStream: boolean;
  /** Of the view. */
  readonly place: string;
  readonly problems: Problems;
}

/** Nothing where nothing is declared. */
export function compileOutputs(
  { output, series }: Pick<AggregationViewOptions, 'output' | 'series'>,
  context: OutputContext,
): Pick<AggregationView, 'output' | 'series'> {
  const { hasStream, place, problems } = context;
  if (!hasStream && (output !== undefined || series !== undefined)) {
    problems.add(
      place,
      'it is made on a schedule, so its values do not change with events: leave out "output" and "series"',
    );
  }
  return {
    ...(output === undefined ? {} : { output: compileOutput(output, context) }),
    ...(series === undefined ? {} : { series: compileSeries(series, context) }),
  };
}

function compileOutput(options: OutputOptions, context: OutputContext): OutputTopic {
  const { source, features, problems } = context;
  const place = `${context.place}, output`;
  if (!TOPIC_PATTERN.test(options.topic)) {
    problems.add(
      place,
      `"${options.topic}" is not a name of a topic: use up to 249 letters, digits, dots, dashes and underscores`,
    );
  }
  if (options.every !== undefined && source.pairing !== undefined) {
    problems.add(
      `${place}.every`,
      'values of a joined or sequence source are written before its reading is marked as done, so they cannot wait: leave it out',
    );
  }
  const { partitions = source.partitions } = options;
  if (!(Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS))
    problems.add(place, `partitions ${partitions} is not a whole number from 1 to ${MAX_PARTITIONS}`);
  const bounds = { minMs: MIN_OUTPUT_INTERVAL_MS, maxMs: MAX_OUTPUT_INTERVAL_MS };
  return {
    topic: options.topic,
    format: options.format ?? 'json',
    features: chosenFeatures(options.features, features, place, problems),
    everyMs: readDuration(options.every, null, bounds, `${place}.every`, problems),
    partitions,
  };
}

function compileSeries(options: SeriesOptions, context: OutputContext): FeatureSeries {
  const { features, problems } = context;
  const place = `${context.place}, series`;
  const numbers = features.filter(({ type }) => isPlottable(type));
  const chosen = chosenFeatures(
    options.features,
    options.features === undefined ? numbers : features,
    place,
    problems,
  );
  for (const { name, type } of features)
    if (chosen.includes(name) && !isPlottable(type))
      problems.add(place, `feature "${name}" is a ${type}, and samples are numbers: leave it out`);
  if (chosen.length === 0)
    problems.add(place, 'the view has no feature that is a number: leave the series out');
  const everyBounds = { minMs: MIN_SERIES_INTERVAL_MS, maxMs: MAX_OUTPUT_INTERVAL_MS };
  const everyMs = readDuration(
    options.every,
    MIN_SERIES_INTERVAL_MS,
    everyBounds,
    `${place}.every`,
    problems,
  );
  if (everyMs % SECOND_MS !== 0) problems.add(`${place}.every`, `${options.every} is not in whole seconds`);
  const keepBounds = { minMs: MIN_SERIES_KEEP_MS, maxMs: MAX_WINDOW_MS };
  return {
    everyMs,
    features: chosen,
    ...sampledEntities(options, chosen.length, context, place),
    keepMs: readDuration(options.keep, DEFAULT_SERIES_KEEP_MS, keepBounds, `${place}.keep`, problems),
  };
}

function sampledEntities(
  { entities, maxEntities }: SeriesOptions,
  features: number,
  context: OutputContext,
  place: string,
): Pick<FeatureSeries, 'entities' | 'maxEntities'> {
  const { problems } = context;
  const most = Math.min(MAX_SERIES_ENTITIES, Math.floor(MAX_SERIES_VALUES / Math.max(1, features)));
  if (entities === undefined) {
    const limit = maxEntities ?? Math.min(DEFAULT_SERIES_ENTITIES, most);
    if (!(Number.isInteger(limit) && limit >= 1 && limit <= most))
      problems.add(
        place,
        `maxEntities ${limit} is not a whole number from 1 to ${most}, with ${features} features`,
      );
    return { entities: [], maxEntities: limit };
  }
  if (maxEntities !== undefined)
    problems.add(
      place,
      'maxEntities bounds those that changed, and entities are listed: leave out one of both',
    );
  if (entities.length === 0)
    problems.add(place, 'entities is an empty list: leave it out to sample those that changed last');
  if (entities.length > most)
    problems.add(
      place,
      `${entities.length} entities are more than the limit of ${most}, with ${features} features`,
    );
  const keys = entities.flatMap((given, i) => encodedKey(given, `${place}.entities ${i + 1}`, context) ?? []);
  return { entities: [...new Set(keys)], maxEntities: 0 };
}

/** Null after a problem. */
function encodedKey(
  given: Readonly<Record<string, unknown>>,
  place: string,
  { entity, problems }: OutputContext,
): string | null {
  const before = problems.count;
  for (const name of Object.keys(given))
    if (!entity.joinKeys.some((key) => key.name === name))
      problems.add(place, `entity "${entity.name}" has no join key "${name}"`);
  for (const { name, type } of entity.joinKeys) {
    const mismatch = joinKeyMismatch(given[name], type as JoinKeyType);
    if (mismatch !== null) problems.add(place, `join key "${name}" ${mismatch}`);
  }
  if (problems.count > before) return null;
  const key = encodeEntityKey(entity.joinKeys.map(({ name }) => given[name] as JoinKeyValue));
  return problems.attempt(() => {
    checkEntityKeyLength(key);
    return key;
  });
}

/** In the view's order; all of them where none are named. */
function chosenFeatures(
  named: readonly string[] | undefined,
  features: readonly AggregationFeature[],
  place: string,
  problems: Problems,
): string[] {
  const names = features.map(({ name }) => name);
  if (named === undefined) return names;
  if (named.length === 0)
    problems.add(place, 'features is an empty list: name some, or leave it out for all');
  for (const name of named)
    if (!names.includes(name))
      problems.add(place, `the view has no feature "${name}": it has ${listNames(names)}`);
  return names.filter((name) => named.includes(name));
}

/** What a chart can show. */
function isPlottable(type: ValueType): boolean {
  return type === 'bool' || type === 'int32' || type === 'int64' || type === 'double' || type === 'timestamp';
}
