import { formatDuration } from '@forebay/contract';
import { compileExpression } from '@forebay/expressions';
import { viewColumns } from './compile-feature';
import { joinKeysText, type Meaning, scheduleText } from './meaning';
import type { AggregationFeature, AggregationView, Entity, EventSource, Field } from './model';
import { windowText } from './windows';

/** @param view with expressions in canonical form */
export function aggregationViewMeaning(view: AggregationView, entity: Entity, source: EventSource): Meaning {
  const meaning: Record<string, Record<string, string | null>> = {
    view: {
      entity: view.entity,
      'join keys': joinKeysText(entity),
      'key fields': view.keyFields.join(', '),
      source: view.source,
      filter: view.filter,
      batch: view.batch === null ? 'no' : `cut hop ${formatDuration(view.batch.cutHopMs)}`,
      stream: view.stream === null ? 'no' : 'yes',
      ...(view.schedule === null ? {} : { schedule: scheduleText(view.schedule) }),
    },
    source: {
      'event time': source.eventTime,
      'event id': source.eventId,
      'known at': source.knownAt,
      'allowed lateness': formatDuration(source.allowedLatenessMs),
      ...(source.dedupeMs === null ? {} : { dedupe: formatDuration(source.dedupeMs) }),
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
    ...(feature.by === null ? {} : { by: feature.by }),
    filter: feature.filter,
    window: windowText(feature.window),
    parameters: parameters.map(([name, value]) => `${name} ${value}`).join(', '),
    type: feature.type,
  };
}

/** The source's fields that the view reads; others may come and go without changing what it means. */
function usedFields(view: AggregationView, source: EventSource): readonly Field[] {
  const { columns } = viewColumns([...source.fields, ...view.derived]);
  const inFeatures = view.features.flatMap((feature) => [feature.input, feature.by, feature.filter]);
  const expressions = [view.filter, ...view.derived.map((column) => column.expression), ...inFeatures];
  const used = new Set([...view.keyFields, source.eventTime, source.eventId]);
  for (const text of new Set(expressions)) {
    if (text === null) continue;
    for (const name of compileExpression(text, columns, `view "${view.name}"`).columns) used.add(name);
  }
  return source.fields.filter(({ name }) => used.has(name));
}
