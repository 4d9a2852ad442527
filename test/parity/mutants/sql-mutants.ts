/** Mutants of the SQL that ClickHouse computes batch segments with. */
import { mutants } from './mutant';

export const SQL_MUTANTS = mutants('offline-store', 'servers', {
  'a record that was inserted twice counts twice': ['event-rows-sql.ts', 'AS t FINAL WHERE', 'AS t WHERE'],
  'copies of an event count in batch': [
    'event-rows-sql.ts',
    "` ORDER BY known, log, place LIMIT 1 BY ${[...keys, 'et', 'tie'].join(', ')}`",
    "''",
  ],
  'rows of a load that broke off count': [
    'segments-sql.ts',
    'conditions.push(`(${log} >= ${FIRST_PARTITION_LOG} OR has({finished:Array(UInt16)}, ${log}))`);',
    '',
  ],
  'an event at T_b counts in batch too': [
    'segments-sql.ts',
    '`${time} < fromUnixTimestamp64Milli({cut:Int64}',
    '`${time} <= fromUnixTimestamp64Milli({cut:Int64}',
  ],
  'what became known exactly at the end of the wait is left out': [
    'segments-sql.ts',
    '<= fromUnixTimestamp64Milli({known:Int64}',
    '< fromUnixTimestamp64Milli({known:Int64}',
  ],
  'segments begin after their boundary': ['segments-sql.ts', 'roundDown(et, ', 'roundDown(et - 1, '],
  'the filter of the view lets nulls in': [
    'event-rows-sql.ts',
    'layout.filter.toSql(column)}, 0)',
    'layout.filter.toSql(column)}, 1)',
  ],
  'null counts in batch': ['event-rows-sql.ts', 'conditions.push(`isNotNull(${nullable})`);', ''],
  'NaN is a number in batch': [
    'event-rows-sql.ts',
    "type === 'double' ? `if(isFinite(${sql}), ${sql} + 0., NULL)` : sql",
    'sql',
  ],
  'negative ids come after positive ones': [
    'event-rows-sql.ts',
    '`bitXor(reinterpretAsUInt64(toInt64(${id})), ${SIGN_BIT})`',
    '`reinterpretAsUInt64(toInt64(${id}))`',
  ],
  'first is last': [
    'ends-sql.ts',
    "${kind === 'first' ? 'min' : 'max'}If(",
    "${kind === 'first' ? 'max' : 'min'}If(",
  ],
  'integer sums wrap around': ['moments-sql.ts', 'sumIf(toInt128(x', 'sumIf(toInt64(x'],
  'the variance is made of sums of squares': ['moments-sql.ts', 'varPopStableIf', 'varPopIf'],
  'the session gap is exclusive': ['session-sql.ts', '>= ${gapMs}`', '> ${gapMs}`'],
  'a set holds one hash too many': [
    'distinct-sql.ts',
    'if(length(${set}) <= ${exact},',
    'if(length(${set}) <= ${exact + 1},',
  ],
  'a map of max_keys keys overflows': [
    'category-sql.ts',
    'length(keys) > ${maxKeys}',
    'length(keys) >= ${maxKeys}',
  ],
  'buckets of negative numbers are not mirrored': [
    'distribution-sql.ts',
    'toInt32(sign(${x}) * (',
    'toInt32(abs(sign(${x})) * (',
  ],
  'a bound belongs to the bin below, in SQL': [
    'distribution-sql.ts',
    ') >= ${doubleSql(bound)}',
    ') > ${doubleSql(bound)}',
  ],
  'decayed sums keep the factor of the average': [
    'decay-sql.ts',
    "${name} / arrayReduce('${average}', [1.], [1])",
    '${name}',
  ],
});
