import { formatDuration } from '@forebay/contract';
import { compileExpression } from '@forebay/expressions';
import { viewColumns } from './compile-feature';
import type { AggregationFeature, AggregationView, Entity, EventSource, Field } from './model';
import { windowText } from './windows';

/**
 * Everything that gives a view its meaning, as text: by thing (`feature "x"`), then by aspect (`window`).
 * Different meanings give different texts, and whatever is not in here may change under the same version.
 */
export type Meaning = Readonly<Record<string, Readonly<Record<string, string | null>>>>;

/** @param view with expressions in canonical form */
export function meaningOf(view: AggregationView, entity: Entity, source: EventSource): Meaning {
  const meaning: Record<string, Record<string, string | null>> = {
    view: {
      entity: view.entity,
      'join keys': entity.joinKeys.map(({ name, type }) => `${name}: ${type}`).join(', '),
      'key fields': view.keyFields.join(', '),
      source: view.source,
      filter: view.filter,
      batch: view.batch === null ? 'no' : `cut hop ${formatDuration(view.batch.cutHopMs)}`,
      stream: view.stream === null ? 'no' : 'yes',
    },
    source: {
      'event time': source.eventTime,
      'event id': source.eventId,
      'known at': source.knownAt,
      'allowed lateness': formatDuration(source.allowedLatenessMs),
    },
  };
  for (const { name, type } of usedFields(view, source)) meaning[`used field "${name}"`] = { type };
  for (const { name, expression, type } of view.derived)
    meaning[`derived column "${name}"`] = { expression, type };
  for (const feature of view.features) meaning[`feature "${feature.name}"`] = featureMeaning(feature);
  return meaning;
}

function featureMeaning(feature: AggregationFeature): Record<string, string | null> {
  const parameters = Object.entries(feature.parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    operation: feature.operation,
    input: feature.input,
    filter: feature.filter,
    window: windowText(feature.window),
    parameters: parameters.map(([name, value]) => `${name} ${value}`).join(', '),
    type: feature.type,
  };
}

/** The source's fields that the view reads; others may come and go without changing what it means. */
function usedFields(view: AggregationView, source: EventSource): readonly Field[] {
  const { columns } = viewColumns([...source.fields, ...view.derived]);
  const inFeatures = view.features.flatMap((feature) => [feature.input, feature.filter]);
  const expressions = [view.filter, ...view.derived.map((column) => column.expression), ...inFeatures];
  const used = new Set([...view.keyFields, source.eventTime, source.eventId]);
  for (const text of new Set(expressions)) {
    if (text === null) continue;
    for (const name of compileExpression(text, columns, `view "${view.name}"`).columns) used.add(name);
  }
  return source.fields.filter(({ name }) => used.has(name));
}

/** What changed from one meaning to another, one line each: `feature "x": window 24h by 5m → 12h by 5m`. */
export function meaningDifferences(before: Meaning, after: Meaning): string[] {
  const things = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return things.flatMap((thing) => {
    const [old, fresh] = [before[thing], after[thing]];
    if (old === undefined) return [`${thing} added`];
    if (fresh === undefined) return [`${thing} removed`];
    const changed = Object.keys(fresh).filter((aspect) => old[aspect] !== fresh[aspect]);
    return changed.map((aspect) => `${thing}: ${aspect} ${shown(old[aspect])} → ${shown(fresh[aspect])}`);
  });
}

function shown(text: string | null | undefined): string {
  return text === null || text === undefined || text === '' ? 'none' : text;
}
