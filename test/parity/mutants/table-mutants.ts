/** Mutants of table views: readers, training sets, and the SQL of their runs. */
import { mutants } from './mutant';

export const TABLE_MUTANTS = [
  ...mutants('algebra', 'memory', {
    'a table value of the tick before last passes for exact': [
      'table-read.ts',
      'ahead === 0 || ahead === schedule.intervalMs',
      'ahead >= 0',
    ],
    'the row of a later tick is shown': [
      'table-read.ts',
      'readable ? value.slotAt(tickMs) : -1',
      'readable ? 0 : -1',
    ],
    'a row that was replaced passes for none': [
      'table-read.ts',
      "if (readable && slot < 0 && value.hadEarlierRow) reason ??= 'incomplete';",
      '',
    ],
    'a row of exactly max_age is too old': [
      'table-output.ts',
      'tickMs - eventTimeMs > view.maxAgeMs',
      'tickMs - eventTimeMs >= view.maxAgeMs',
    ],
    'what became known at the end of the wait comes a tick late': [
      'ticks.ts',
      'Math.max(eventTimeMs, knownAtMs - waitMs)',
      'Math.max(eventTimeMs, knownAtMs - waitMs + 1)',
    ],
    'a correction does not replace what it corrects': [
      'table-history.ts',
      'return a.knownAtMs > b.knownAtMs;',
      'return a.knownAtMs < b.knownAtMs;',
    ],
    'rows of equal times are not ordered by their hash': [
      'table-history.ts',
      'return a.hash > b.hash;',
      'return false;',
    ],
  }),
  ...mutants('offline-store', 'servers', {
    'a table run forgets the row of the tick before': [
      'table-values-sql.ts',
      'vf_now = {tick:Int64} AND first < {tick:Int64} AS has_before',
      '0 AS has_before',
    ],
    'a table run sees rows of later ticks': [
      'table-values-sql.ts',
      "const conditions = ['vf <= {tick:Int64}', keyFitsSql(key)];",
      'const conditions = [keyFitsSql(key)];',
    ],
    'time travel in tables sees what became known later': [
      'table-history-sql.ts',
      'if (knownAsOfMs !== null) conditions.push(`ka <= {${prefix}known:Int64}`);',
      '',
    ],
  }),
];
