import { formatDuration } from '@forebay/contract';
import { compileExpression } from '@forebay/expressions';
import type { AggregationViewDeclaration, AggregationViewOptions } from './aggregation-view-declaration';
import { scalarTypeOf } from './columns';
import { compileFeature, compileFilter, type ViewColumns, viewColumns } from './compile-feature';
import { compileKeys } from './compile-keys';
import { compileOutputs } from './compile-outputs';
import { compileBatchPlan, compileStreamPlan } from './compile-plans';
import { compileQuality } from './compile-quality';
import { compileSchedule } from './compile-schedule';
import { brokenHopChain, type HopUser, hopOf } from './hop-chain';
import { MAX_DERIVED_COLUMNS, MAX_FEATURES_PER_VIEW } from './limits';
import { compileMetadata } from './metadata';
import type {
  AggregationFeature,
  AggregationView,
  BatchPlan,
  DerivedColumn,
  Entity,
  EventSource,
  Field,
} from './model';
import { checkColumnName, checkCount, checkName, checkVersion, viewPlace } from './names';
import type { Problems } from './problems';
import { refuseSpread } from './rekeying';

/** A view without its fingerprint. After problems it is good only for checking what refers to it. */
export function compileAggregationView(
  declaration: AggregationViewDeclaration,
  entity: Entity,
  source: EventSource,
  problems: Problems,
): AggregationView {
  const options = declaration.options;
  const place = viewPlace(options);
  checkName(options.name, place, problems);
  checkVersion(options.version ?? 1, place, problems);
  const derived = compileDerived(options.derive ?? {}, source.fields, place, problems);
  const columns = viewColumns([...source.fields, ...derived]);
  const filter = compileFilter(options.filter, columns, place, problems);
  const features = compileFeatures(options, columns, place, problems);
  const plans = compilePlans(options, source, features, place, problems);
  checkHops(features, plans.batch, place, problems);
  const keyFields = compileKeys(
    options.keys ?? {},
    entity,
    columns.fields,
    'field or derived column',
    place,
    problems,
  );
  const spread = plans.stream === null ? null : refuseSpread(source, keyFields);
  if (spread !== null) problems.add(`${place}, source "${source.name}"`, spread);
  const hasStream = plans.stream !== null;
  const outputs = compileOutputs(options, { entity, source, features, hasStream, place, problems });
  return {
    id: 0,
    name: options.name,
    version: options.version ?? 1,
    entity: entity.name,
    source: source.name,
    keyFields,
    filter: filter?.canonical ?? null,
    derived,
    features,
    ...plans,
    ...outputs,
    ...compileQuality(options.quality, { kind: 'view', fields: features, place, problems }),
    metadata: compileMetadata(options),
    fingerprint: '',
  };
}

/** Live values, with history or without; or values on a schedule. */
function compilePlans(
  options: AggregationViewOptions,
  source: EventSource,
  features: readonly AggregationFeature[],
  place: string,
  problems: Problems,
): Pick<AggregationView, 'batch' | 'stream' | 'schedule'> {
  if (options.schedule !== undefined) {
    if (options.stream) {
      problems.add(
        place,
        'it has a stream and a schedule: leave out "schedule" for live values, or "stream"',
      );
    }
    if (options.batch) {
      problems.add(place, 'it has a schedule, whose runs are its batch: leave out "batch"');
    }
    const schedule = compileSchedule(options.schedule, source.allowedLatenessMs, place, problems);
    return { batch: null, stream: null, schedule };
  }
  if (options.stream === false) {
    problems.add(place, 'without a stream it needs a schedule: give schedule: { every: … }');
  }
  const batch =
    options.batch === false
      ? null
      : compileBatchPlan(options.batch ?? {}, source.allowedLatenessMs, place, problems);
  const windows = features.map((feature) => feature.window);
  const stream = compileStreamPlan(options.stream || {}, batch, windows, place, problems);
  return { batch, stream, schedule: null };
}

function compileDerived(
  expressions: Readonly<Record<string, string>>,
  fields: readonly Field[],
  viewPlaceText: string,
  problems: Problems,
): DerivedColumn[] {
  const derived: DerivedColumn[] = [];
  checkCount(
    Object.keys(expressions).length,
    MAX_DERIVED_COLUMNS,
    'derived columns',
    viewPlaceText,
    problems,
  );
  for (const [name, text] of Object.entries(expressions)) {
    const place = `${viewPlaceText}, derived column "${name}"`;
    const known = viewColumns([...fields, ...derived]);
    if (!checkColumnName(name, place, problems)) continue;
    if (fields.some((field) => field.name === name)) {
      problems.add(place, 'the source has a field of that name: choose another');
      continue;
    }
    const expression = problems.attempt(() => compileExpression(text, known.columns, place));
    if (expression === null) continue;
    derived.push({ name, expression: expression.canonical, type: scalarTypeOf(expression, known.fields) });
  }
  return derived;
}

function compileFeatures(
  options: AggregationViewOptions,
  columns: ViewColumns,
  place: string,
  problems: Problems,
): AggregationFeature[] {
  const declared = Object.entries(options.features);
  if (declared.length === 0) problems.add(place, 'no features: declare at least one');
  checkCount(declared.length, MAX_FEATURES_PER_VIEW, 'features', place, problems);
  return declared.flatMap(([name, feature]) => compileFeature(name, feature, columns, place, problems) ?? []);
}

/** Where batch and stream meet, the cut hop is one of the view's hops. */
function checkHops(
  features: readonly AggregationFeature[],
  meeting: BatchPlan | null,
  place: string,
  problems: Problems,
): void {
  const users = features.flatMap(({ name, window }): HopUser[] => {
    const hopMs = hopOf(window);
    return hopMs === null ? [] : [{ hopMs, who: `feature "${name}"` }];
  });
  if (meeting !== null) users.push({ hopMs: meeting.cutHopMs, who: 'the cut hop' });
  const broken = brokenHopChain(users);
  if (broken === null) return;
  const [smaller, larger] = broken.map((user) => `${formatDuration(user.hopMs)} (${user.who})`);
  problems.add(
    place,
    `hop ${larger} is not a multiple of hop ${smaller}: of a view's hops each must divide the next larger one`,
  );
}
