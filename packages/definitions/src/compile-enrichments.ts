/** The fields of an event source that are looked up, checked against the views that they are features of. */
import { compileKeys } from './compile-keys';
import { readDuration } from './durations';
import type { EnrichmentOptions } from './enrichment-declaration';
import type { Enrichment } from './enrichment-model';
import { DEFAULT_EXACT_WITHIN_MS, MAX_ENRICHMENTS_PER_SOURCE, MAX_EXACT_WITHIN_MS } from './limits';
import type { Entity, EventSource, Field, ScalarType, ValueType } from './model';
import { checkColumnName, checkCount, viewPlace } from './names';
import type { Problems } from './problems';
import { selectFeatures, type ViewOf } from './select-features';
import type { View } from './view';

export interface EnrichmentContext {
  readonly viewOf: ViewOf;
  /** Of a compiled view. */
  readonly entityOf: (view: { readonly entity: string }) => Entity | undefined;
}

interface CompiledEnrichment {
  readonly field: Field;
  readonly enrichment: Enrichment;
}

/** The source with the fields that are looked up behind its own. Null if one of them is too broken to be checked against. */
export function compileEnrichments(
  source: EventSource,
  declared: Readonly<Record<string, EnrichmentOptions>>,
  context: EnrichmentContext,
  problems: Problems,
): EventSource | null {
  const place = `event source "${source.name}"`;
  const entries = Object.entries(declared);
  checkCount(entries.length, MAX_ENRICHMENTS_PER_SOURCE, 'fields in "enrich"', place, problems);
  const compiled = entries.map(([name, options]) =>
    compileEnrichment(name, options, source, context, `${place}, enrich "${name}"`, problems),
  );
  if (compiled.includes(null)) return null;
  const whole = compiled.filter((one) => one !== null);
  if (whole.length === 0) return source;
  return {
    ...source,
    fields: [...source.fields, ...whole.map(({ field }) => field)],
    enrichments: whole.map(({ enrichment }) => enrichment),
  };
}

function compileEnrichment(
  name: string,
  options: EnrichmentOptions,
  source: EventSource,
  context: EnrichmentContext,
  place: string,
  problems: Problems,
): CompiledEnrichment | null {
  if (!checkColumnName(name, place, problems)) return null;
  if (source.fields.some((field) => field.name === name)) {
    problems.add(place, 'records have a field of that name: choose another');
    return null;
  }
  const selected = selectFeatures(options.feature, context.viewOf, place, problems);
  if (selected === null) return null;
  const { found, features } = selected;
  const [feature] = features;
  if (feature === undefined || features.length > 1) {
    problems.add(place, `${features.length} features: pick one`);
    return null;
  }
  const entity = lookedUpEntity(found, context, place, problems);
  const type = found.view.features.find((candidate) => candidate.name === feature)?.type;
  if (entity === null || type === undefined) return null;
  if (!isScalar(type)) {
    problems.add(
      place,
      `feature "${feature}" is ${type}: a field of an event is one value, no list, map or vector`,
    );
    return null;
  }
  const { name: view, version } = found.view;
  return {
    field: { name, type },
    enrichment: {
      field: name,
      feature: { view, version, feature },
      keyFields: compileKeys(options.keys ?? {}, entity, source.fields, 'field', place, problems),
      degraded: options.degraded ?? 'best',
      exactWithinMs: exactWithin(options, found, place, problems),
    },
  };
}

/** Null after a problem: only what is stored by entity can be looked up. */
function lookedUpEntity(
  found: View,
  { entityOf }: EnrichmentContext,
  place: string,
  problems: Problems,
): Entity | null {
  const isStored =
    found.kind === 'table view' || (found.kind === 'aggregation view' && found.view.stream !== null);
  if (isStored) return entityOf(found.view) ?? null;
  const what = found.kind === 'on-demand view' ? 'an on-demand view' : 'on a schedule';
  problems.add(
    place,
    `${viewPlace(found.view)} is ${what}: features of aggregation views with a stream and of table views can be looked up`,
  );
  return null;
}

function exactWithin(
  { exactWithin: declared }: EnrichmentOptions,
  found: View,
  placeOfEnrichment: string,
  problems: Problems,
): number {
  const place = `${placeOfEnrichment}, exactWithin`;
  if (found.kind === 'table view') {
    if (declared !== undefined)
      problems.add(place, 'a table view answers for the tick of any time that its rows reach: leave it out');
    return 0;
  }
  const bounds = { minMs: 0, maxMs: MAX_EXACT_WITHIN_MS };
  return readDuration(declared, DEFAULT_EXACT_WITHIN_MS, bounds, place, problems);
}

function isScalar(type: ValueType): type is ScalarType {
  return !/^(list|map|vector)</.test(type);
}
