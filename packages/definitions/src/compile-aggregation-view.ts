import { formatDuration } from '@forebay/contract';
import { compileExpression } from '@forebay/expressions';
import { scalarTypeOf } from './columns';
import { compileFeature, compileFilter, type ViewColumns, viewColumns } from './compile-feature';
import { compileBatchPlan, compileStreamPlan } from './compile-plans';
import type { AggregationViewDeclaration, AggregationViewOptions } from './declarations';
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
  ScalarType,
} from './model';
import { checkColumnName, checkCount, checkName, checkVersion, listNames, versioned } from './names';
import type { Problems } from './problems';
import { AGGREGATION_VIEW_SHAPE, checkShape, shownName } from './shapes';
import { brokenHopChain, type HopUser } from './windows';

/** The types of fields that each type of join key can be read from, so that both give the same text. */
const KEY_FIELD_TYPES: Readonly<Record<string, readonly ScalarType[]>> = {
  string: ['string'],
  bool: ['bool'],
  int32: ['int32'],
  int64: ['int32', 'int64'],
};

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
  const batch =
    options.batch === false
      ? null
      : compileBatchPlan(options.batch ?? {}, source.allowedLatenessMs, place, problems);
  const windows = features.map((feature) => feature.window);
  const stream = compileStreamPlan(options.stream ?? {}, batch, windows, place, problems);
  checkHops(features, batch, place, problems);
  return {
    id: 0,
    name: options.name,
    version: options.version ?? 1,
    entity: entity.name,
    source: source.name,
    keyFields: compileKeys(options.keys ?? {}, entity, columns.fields, place, problems),
    filter: filter?.canonical ?? null,
    derived,
    features,
    batch,
    stream,
    schedule: null,
    metadata: compileMetadata(options),
    fingerprint: '',
  };
}

/** Whether the options have the shape of a view's, so that its entity and source can be looked up. */
export function checkViewShape(declaration: AggregationViewDeclaration, problems: Problems): boolean {
  return (
    checkShape(
      AGGREGATION_VIEW_SHAPE,
      declaration.options,
      `view ${shownName(declaration.options)}`,
      problems,
    ) !== null
  );
}

export function viewPlace(options: AggregationViewOptions): string {
  return `view "${versioned(options.name, options.version ?? 1)}"`;
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
  const users: HopUser[] = features.flatMap(({ name, window }) =>
    window.kind === 'sliding' ? [{ hopMs: window.hopMs, who: `feature "${name}"` }] : [],
  );
  if (meeting !== null) users.push({ hopMs: meeting.cutHopMs, who: 'the cut hop' });
  const broken = brokenHopChain(users);
  if (broken === null) return;
  const [smaller, larger] = broken.map((user) => `${formatDuration(user.hopMs)} (${user.who})`);
  problems.add(
    place,
    `hop ${larger} is not a multiple of hop ${smaller}: of a view's hops each must divide the next larger one`,
  );
}

function compileKeys(
  keys: Readonly<Record<string, string | undefined>>,
  entity: Entity,
  fields: readonly Field[],
  place: string,
  problems: Problems,
): string[] {
  for (const name of Object.keys(keys).filter(
    (key) => !entity.joinKeys.some((joinKey) => joinKey.name === key),
  )) {
    const known = listNames(entity.joinKeys.map((joinKey) => joinKey.name));
    problems.add(
      `${place}, keys`,
      `"${name}" is not a join key of entity "${entity.name}": its join keys are ${known}`,
    );
  }
  return entity.joinKeys.map((joinKey) => {
    const name = keys[joinKey.name] ?? joinKey.name;
    const field = fields.find((candidate) => candidate.name === name);
    const fitting = KEY_FIELD_TYPES[joinKey.type] ?? [];
    const keyPlace = `${place}, key "${joinKey.name}"`;
    if (field === undefined) {
      const known = listNames(fields.map((candidate) => candidate.name));
      problems.add(
        keyPlace,
        `there is no field or derived column "${name}": there are ${known}; say which in "keys"`,
      );
    } else if (!fitting.includes(field.type)) {
      problems.add(
        keyPlace,
        `"${name}" is ${field.type}, and the join key is ${joinKey.type}: it can be read from ${fitting.join(' or ')}`,
      );
    }
    return name;
  });
}
