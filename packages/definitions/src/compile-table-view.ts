import { SECOND_MS } from '@forebay/contract';
import { compileKeys } from './compile-keys';
import { compileQuality } from './compile-quality';
import { compileSchedule } from './compile-schedule';
import { readDuration } from './durations';
import { MAX_FEATURES_PER_VIEW, MAX_WINDOW_MS } from './limits';
import { compileMetadata } from './metadata';
import type { Entity, TableFeature, TableSource, TableView } from './model';
import { checkCount, checkName, checkVersion, listNames, viewPlace } from './names';
import type { Problems } from './problems';
import type { TableFeatureOptions, TableViewDeclaration } from './table-view-declaration';

/** A view without its fingerprint. After problems it is good only for checking what refers to it. */
export function compileTableView(
  { options }: TableViewDeclaration,
  entity: Entity,
  source: TableSource,
  problems: Problems,
): TableView {
  const place = viewPlace(options);
  checkName(options.name, place, problems);
  checkVersion(options.version ?? 1, place, problems);
  const maxAgeBounds = { minMs: SECOND_MS, maxMs: MAX_WINDOW_MS };
  const features = compileFeatures(options.features, source, place, problems);
  return {
    id: 0,
    name: options.name,
    version: options.version ?? 1,
    entity: entity.name,
    source: source.name,
    keyFields: compileKeys(options.keys ?? {}, entity, source.fields, 'field', place, problems),
    features,
    maxAgeMs: readDuration(options.maxAge, null, maxAgeBounds, `${place}, maxAge`, problems),
    schedule: compileSchedule(options.schedule, 0, place, problems),
    ...compileQuality(options.quality, { kind: 'view', fields: features, place, problems }),
    metadata: compileMetadata(options),
    fingerprint: '',
  };
}

function compileFeatures(
  declared: Readonly<Record<string, TableFeatureOptions>>,
  source: TableSource,
  viewPlaceText: string,
  problems: Problems,
): TableFeature[] {
  const features = Object.entries(declared);
  if (features.length === 0) problems.add(viewPlaceText, 'no features: declare at least one');
  checkCount(features.length, MAX_FEATURES_PER_VIEW, 'features', viewPlaceText, problems);
  return features.flatMap(([name, options]) => {
    const place = `${viewPlaceText}, feature "${name}"`;
    checkName(name, place, problems);
    const { field: fieldName, description = '' } = typeof options === 'string' ? { field: options } : options;
    const field = source.fields.find((candidate) => candidate.name === fieldName);
    if (field !== undefined) return [{ name, field: fieldName, type: field.type, description }];
    const known = listNames(source.fields.map((candidate) => candidate.name));
    problems.add(place, `there is no field "${fieldName}": the fields are ${known}`);
    return [];
  });
}
