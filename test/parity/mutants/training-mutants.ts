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
    'state-tiles.ts',
    'if (i > 0 && startMs + level.widthMs > level.builtMs) return;',
    'if (i > 0) return;',
  ],
  'tiles of variable states are given up while windows need them': [
    'state-tiles.ts',
    'oldest = Math.min(oldest, edgeAt(edge, this.#placeMs))',
    'edgeAt(edge, this.#placeMs)',
  ],
  'what wide tiles gave up is lost to lifetime windows': [
    'state-tiles.ts',
    'this.#foldInto(ancient, this.#ancientRow(ancient), level, level.head, to, true);',
    ';',
  ],
  'variable states of tumbling windows in training sets end at t': [
    'entity-fold.ts',
    'tumbling === null ? Number.POSITIVE_INFINITY : tumblingEndAt(tumbling, tMs)',
    'Number.POSITIVE_INFINITY',
  ],
  'tiles of fixed states are given up while windows need them': [
    'fixed-windows.ts',
    'oldest = Math.min(oldest, window.leftAt(placeMs))',
    'oldest = Number.isFinite(oldest) ? Math.max(oldest, window.leftAt(placeMs)) : window.leftAt(placeMs)',
  ],
  'a late event misses what is merged already': [
    'moving-window.ts',
    'if (eventTimeMs < this.#backToMs) this.#addLate(eventTimeMs, tie, inputs);',
    '',
  ],
  'a late event is in one state of the front alone': [
    'moving-window.ts',
    'for (let i = first; i <= last; i++) this.#algebra.add(this.#front',
    'for (let i = last; i <= last; i++) this.#algebra.add(this.#front',
  ],
  'a late event without a tile leaves the front as it is': [
    'moving-window.ts',
    'if (!isThere || last - first >= MOST_LATE_ADDS) {\n      this.#forget();',
    'if (!isThere || last - first >= MOST_LATE_ADDS) {',
  ],
  'a late event misses a tumbling window that has ended': [
    'tumbling-window.ts',
    'if (eventTimeMs >= this.#endMs || eventTimeMs < this.#endMs - this.#window.lengthMs) return;',
    'if (eventTimeMs >= Number.NEGATIVE_INFINITY) return;',
  ],
  'a tile takes an event at its end': [
    'slot-level.ts',
    'eventTimeMs >= this.#newestMs + this.widthMs',
    'eventTimeMs > this.#newestMs + this.widthMs',
  ],
  'windows of training sets keep their order': [
    'window-order.ts',
    '< (edges[window] as number); at--)',
    '< Number.NEGATIVE_INFINITY; at--)',
  ],
});

/** The algebra of the fixed states in training sets. */
export const SLOT_MUTANTS = mutants('algebra', 'memory', {
  'merged moments forget the number of events': [
    'slot-updates.ts',
    'states[slot + 2]! += otherM2 + share * delta * n;',
    'states[slot + 2]! += otherM2 + share * delta;',
  ],
  'merged sums lose what rounding took off': [
    'slot-algebra.ts',
    'addToPair(states, slot, others[other + 1] as number);',
    '',
  ],
  'a tie keeps what came first': [
    'slot-updates.ts',
    'order = sign * compareWords(tieHigh, tieLow, states[slot + 1] as number, states[slot + 2] as number);',
    'return;',
  ],
  'an older decayed sum is added as it is': [
    'slot-updates.ts',
    'states[slot + 1]! += decayed(x, time - held, halfLifeMs);',
    'states[slot + 1]! += x;',
  ],
});

export const TRAINING_SQL_MUTANTS = mutants('training-set', 'servers', {
  'a training row sees an event of its own instant, in SQL': [
    'places.ts',
    'greatest(${et} + 1, ${ka})',
    'greatest(${et}, ${ka})',
  ],
  'a tick does not wait, in SQL': [
    'places.ts',
    'greatest(${et} + 1, ${ka} - ${schedule.waitMs})',
    'greatest(${et} + 1, ${ka})',
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
  'an on-demand feature of a DEGRADED input passes for exact': [
    'on-demand-stream.ts',
    'statuses[slots[input] as number] === STATUS.DEGRADED',
    'input < 0 && statuses[slots[input] as number] === STATUS.DEGRADED',
  ],
  'an on-demand view reads the inputs in another order': [
    'on-demand-stream.ts',
    'row[i] = values[slots[i] as number] as Value;',
    'row[i] = values[slots[slots.length - 1 - i] as number] as Value;',
  ],
});
