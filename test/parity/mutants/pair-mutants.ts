/** Mutants of what joined and sequence sources are made by in ClickHouse. */
import { mutants } from './mutant';

export const PAIR_MUTANTS = mutants('offline-store', 'pairs', {
  'a right event at the time of the left one makes no pair': [
    'pair-rows-sql.ts',
    'WHERE let <= ret AND',
    'WHERE let < ret AND',
  ],
  'a right event exactly the bound later makes a pair': [
    'pair-rows-sql.ts',
    'AND ret < let + ${withinMs}',
    'AND ret <= let + ${withinMs}',
  ],
  'a right event before the left one makes a pair': [
    'pair-rows-sql.ts',
    'WHERE let <= ret AND ret',
    'WHERE ret',
  ],
  'null keys are equal': [
    'pair-rows-sql.ts',
    '[...names.map((name) => `isNotNull(t.${quoteName(name)})`), `isNotNull(${id})`]',
    '[`isNotNull(${id})`]',
  ],
  'events without an id make pairs': [
    'pair-rows-sql.ts',
    '`isNotNull(t.${quoteName(name)})`), `isNotNull(${id})`]',
    '`isNotNull(t.${quoteName(name)})`)]',
  ],
  'pairs are found in one tile only': [
    'pair-rows-sql.ts',
    '`arrayJoin([${tileSql(widthMs)(at)}, ${tileSql(widthMs)(at)} - ${widthMs}])`',
    '`arrayJoin([${tileSql(widthMs)(at)}])`',
  ],
  'a pair is known with its right event': ['pair-rows-sql.ts', 'greatest(lka, rka) AS ka', 'rka AS ka'],
  'a pair is known with its first event': [
    'pair-rows-sql.ts',
    'greatest(lka, rka) AS ka',
    'least(lka, rka) AS ka',
  ],
  'left events before the range are not read': [
    'pair-rows-sql.ts',
    'const earlier: InputRange = { earlierMs: withinMs, loadsFrom: 0 };\n  if',
    'const earlier: InputRange = { earlierMs: 0, loadsFrom: 0 };\n  if',
  ],
  'loads of the right source are taken for those of the left': [
    'pair-rows-sql.ts',
    'range: { earlierMs: 0, loadsFrom: RIGHT_LOADS_FROM } }',
    'range: { earlierMs: 0, loadsFrom: 1 } }',
  ],
  'a pair is known by the ids alone': [
    'pair-rows-sql.ts',
    "toString(rid), '/', toString(let), '/'",
    "toString(rid), '/0/'",
  ],
  'only some of the keys must be equal': [
    'pair-rows-sql.ts',
    'Array.from({ length: count }, (_, i)',
    'Array.from({ length: 1 }, (_, i)',
  ],
  'a sequence may begin at the time of its second event': [
    'pair-rows-sql.ts',
    'WHERE let < ret',
    'WHERE let <= ret',
  ],
  'a sequence must be shorter than the bound': [
    'pair-rows-sql.ts',
    'let >= ret - ${withinMs}',
    'let > ret - ${withinMs}',
  ],
  'a sequence is known with the last of its first events': [
    'pair-rows-sql.ts',
    'greatest(min(lka), any(rka)) AS ka',
    'greatest(max(lka), any(rka)) AS ka',
  ],
  'any event begins a sequence': ['pair-rows-sql.ts', 'condition: conditionOf(first),', 'condition: null,'],
  'any event completes a sequence': [
    'pair-rows-sql.ts',
    'condition: conditionOf(second),',
    'condition: null,',
  ],
});
