/** Mutants of training sets, as they run in this process. */
import { mutants } from './mutant';

export const TRAINING_MUTANTS = mutants('training-set', 'memory', {
  'a training row sees an event of its own instant': [
    'place.ts',
    'return Math.max(eventTimeMs + 1, knownMs);',
    'return Math.max(eventTimeMs, knownMs);',
  ],
  'a training row sees what nobody knew': [
    'place.ts',
    'knownAsOfMs === null ? knownAtMs : Number.NEGATIVE_INFINITY',
    'Number.NEGATIVE_INFINITY',
  ],
  'a tick does not wait': ['place.ts', 'knownMs - waitMs', 'knownMs'],
  'time travel stops 1 ms early': ['place.ts', 'knownAtMs > knownAsOfMs', 'knownAtMs >= knownAsOfMs'],
  'the last copy of an event counts in a training set': [
    'training-values.ts',
    'a.knownAtMs - b.knownAtMs',
    'b.knownAtMs - a.knownAtMs',
  ],
  'a late event misses the wider tiles': [
    'entity-tiles.ts',
    'if (i > 0 && startMs + level.widthMs > level.builtMs) return;',
    'if (i > 0) return;',
  ],
  'tiles are given up while windows need them': [
    'entity-tiles.ts',
    'oldest = Math.min(oldest, edgeAt(edge, this.#placeMs))',
    'edgeAt(edge, this.#placeMs)',
  ],
  'what wide tiles gave up is lost to lifetime windows': [
    'entity-tiles.ts',
    'this.#foldInto(ancient, this.#ancientRow(ancient), level, level.head, to, true);',
    ';',
  ],
  'tumbling windows of training sets end at t': [
    'entity-fold.ts',
    'tumbling === null ? Number.POSITIVE_INFINITY : tumblingEndAt(tumbling, tMs)',
    'Number.POSITIVE_INFINITY',
  ],
  'windows of training sets keep their order': ['window-order.ts', 'if (moved) this.#placeComponents();', ''],
});

export const TRAINING_SQL_MUTANTS = mutants('training-set', 'servers', {
  'a training row sees an event of its own instant, in SQL': [
    'event-stream-sql.ts',
    "'greatest(s.et + 1, s.ka)'",
    "'greatest(s.et, s.ka)'",
  ],
  'a tick does not wait, in SQL': [
    'event-stream-sql.ts',
    "'greatest(s.et + 1, s.ka - {wait:Int64})'",
    "'greatest(s.et + 1, s.ka + 0 * {wait:Int64})'",
  ],
  'events are read from the edges of the newest row on': [
    'event-stream-sql.ts',
    'const firstMs = rowPlace(clocks, span.firstMs);',
    'const firstMs = rowPlace(clocks, span.lastMs);',
  ],
  'time travel sees what became known later': [
    'event-stream-sql.ts',
    "conditions.push(`t.${POSITION_COLUMNS.knownAt} <= fromUnixTimestamp64Milli({known:Int64}, 'UTC')`);",
    ';',
  ],
  'an entity begins with what the one before it left': ['fold-events.ts', 'fold.clear();', ''],
});
