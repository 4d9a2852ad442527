/** What views give besides being read, for people. */
import { formatDuration } from '@forebay/contract';
import type { AggregationView } from '@forebay/definitions';

/** `changed entities to topic fraud-features (json), 6 of 8 features, at most once in 1s`; null: there is none. */
export function outputText({ output, features }: AggregationView): string | null {
  if (output === undefined) return null;
  const { topic, format, everyMs } = output;
  const how = everyMs === null ? 'after each flush' : `at most once in ${formatDuration(everyMs)}`;
  return `changed entities to topic ${topic} (${format}), ${partText(output.features, features)}, ${how}`;
}

/** `every 10s, 3 of 8 features of the 1000 entities that changed last, kept for 30d`; null: there is none. */
export function seriesText({ series, features }: AggregationView): string | null {
  if (series === undefined) return null;
  const { everyMs, entities, maxEntities, keepMs } = series;
  const whose =
    entities.length === 0
      ? `the ${maxEntities} entities that changed last`
      : entities.length === 1
        ? 'one entity'
        : `${entities.length} entities`;
  return `every ${formatDuration(everyMs)}, ${partText(series.features, features)} of ${whose}, kept for ${formatDuration(keepMs)}`;
}

function partText(chosen: readonly string[], all: readonly unknown[]): string {
  return chosen.length === all.length ? 'all features' : `${chosen.length} of ${all.length} features`;
}
