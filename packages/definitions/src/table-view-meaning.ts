import { formatDuration } from '@forebay/contract';
import { joinKeysText, type Meaning, scheduleText } from './meaning';
import type { Entity, TableSource, TableView } from './model';

/** The source may gain fields without changing what the view means; where its rows come from may not change. */
export function tableViewMeaning(view: TableView, entity: Entity, source: TableSource): Meaning {
  const meaning: Record<string, Record<string, string | null>> = {
    view: {
      entity: view.entity,
      'join keys': joinKeysText(entity),
      'key fields': view.keyFields.join(', '),
      source: view.source,
      'max age': view.maxAgeMs === null ? null : formatDuration(view.maxAgeMs),
      schedule: scheduleText(view.schedule),
    },
    source: {
      table: source.table,
      query: source.query,
      'event time': source.eventTime,
      'known at': source.knownAt,
    },
  };
  for (const { name, type } of source.fields)
    if (view.keyFields.includes(name)) meaning[`used field "${name}"`] = { type };
  for (const { name, field, type } of view.features) meaning[`feature "${name}"`] = { field, type };
  return meaning;
}
