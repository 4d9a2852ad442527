/** Which type a column of text has: that of all of its values, so that no value is changed or found too late not to fit. */
import { isoInstantSql, type OfflineStore, quoteName } from '@forebay/offline-store';
import { qualified, type StagedColumn } from './staged-column';

interface TextType {
  readonly name: string;
  readonly type: string;
  /** SQL: whether a text is a value of the type that is written as such values are: 007 is no integer. */
  readonly fits: (column: string) => string;
  readonly value: (column: string) => string;
}

/** Integers beyond 15 digits are none: a double would change them. */
const NUMBER = '^-?((0|[1-9][0-9]{0,14})|(0|[1-9][0-9]*)([.][0-9]+([eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+))$';
const NOT_FINITE = "['nan', 'inf', '-inf', 'infinity', '-infinity']";
/** Years that instants of each precision can have in ClickHouse. */
const YEARS = { 3: '(19|2[0-2])', 6: '(19|2[0-2])', 9: '(19|2[01])' } as const;

const integer = (type: 'Int64' | 'UInt64'): TextType => ({
  name: type,
  type: `Nullable(${type})`,
  fits: (column) => `toString(to${type}OrNull(${column})) = ${column}`,
  value: (column) => `to${type}OrNull(${column})`,
});

const instant = (scale: 3 | 6 | 9): TextType => ({
  name: `instant${scale}`,
  type: `Nullable(DateTime64(${scale}, 'UTC'))`,
  fits: (column) =>
    `match(${column}, '^${YEARS[scale]}') AND NOT match(${column}, '[.][0-9]{${scale + 1}}') AND isNotNull(${isoInstantSql(column, scale)})`,
  value: (column) => `parseDateTime64BestEffortOrNull(${column}, ${scale}, 'UTC')`,
});

/** Times are texts in every text format. */
const TIMES: readonly TextType[] = [
  {
    name: 'day',
    type: 'Nullable(Date32)',
    fits: (column) => `match(${column}, '^${YEARS[6]}..-..-..$') AND isNotNull(${isoInstantSql(column, 3)})`,
    value: (column) => `toDate32(parseDateTime64BestEffortOrNull(${column}, 3, 'UTC'))`,
  },
  instant(3),
  instant(6),
  instant(9),
];

/** The narrowest first. A column of none of them is text. */
const TEXT_TYPES: readonly TextType[] = [
  {
    name: 'bool',
    type: 'Nullable(Bool)',
    fits: (column) => `lower(${column}) IN ('true', 'false')`,
    value: (column) => `CAST(lower(${column}) = 'true', 'Nullable(Bool)')`,
  },
  integer('Int64'),
  integer('UInt64'),
  {
    name: 'double',
    type: 'Nullable(Float64)',
    fits: (column) => `(match(${column}, '${NUMBER}') OR has(${NOT_FINITE}, lower(${column})))`,
    value: (column) => `toFloat64OrNull(${column})`,
  },
  ...TIMES,
];

const TEXT: Pick<TextType, 'type' | 'value'> = { type: 'Nullable(String)', value: (column) => column };

/** How many rows are looked at to see what a column may be, before all are. */
const LOOK_ROWS = 10_000;

type TextColumn = Pick<StagedColumn, 'name' | 'staged'> & { readonly isString: boolean };

/** The columns with the types that all of their values have; those of `isString` are times or text. */
export async function decideTextTypes(
  store: OfflineStore,
  table: string,
  columns: readonly TextColumn[],
): Promise<StagedColumn[]> {
  const open = columns.map(({ staged, isString }) => [staged, isString ? TIMES : TEXT_TYPES] as const);
  const look = `(SELECT * FROM ${quoteName(table)} LIMIT ${LOOK_ROWS})`;
  const looked = await countFitting(store, look, new Map(open));
  let candidates = new Map(
    open.map(([staged, types]) => {
      const { values, fitting } = looked.get(staged) as Fitting;
      return [staged, values === 0 ? types : fitting] as const;
    }),
  );
  const decided = new Map<string, TextType>();
  for (;;) {
    candidates = new Map([...candidates].filter(([, types]) => types.length > 0));
    if (candidates.size === 0) break;
    const narrowest = new Map([...candidates].map(([staged, types]) => [staged, types.slice(0, 1)]));
    for (const [staged, { values, fitting }] of await countFitting(store, quoteName(table), narrowest)) {
      const [type, ...wider] = candidates.get(staged) as readonly TextType[];
      if (fitting.length > 0) decided.set(staged, type as TextType);
      candidates.set(staged, values === 0 || fitting.length > 0 ? [] : wider);
    }
  }
  return columns.map(({ name, staged }) => {
    const { type, value } = decided.get(staged) ?? TEXT;
    const keptSql = value(qualified(staged));
    return { name, staged, stagedType: TEXT.type, isText: true, keptSql, keptType: type };
  });
}

interface Fitting {
  /** How many values the column has that are not null. */
  readonly values: number;
  /** The types that all of them have; none if there are no values. */
  readonly fitting: readonly TextType[];
}

/** Columns that one statement asks about; ClickHouse limits its length and its parts. */
const COLUMNS_AT_ONCE = 50;

async function countFitting(
  store: OfflineStore,
  from: string,
  asked: ReadonlyMap<string, readonly TextType[]>,
): Promise<Map<string, Fitting>> {
  const counted = new Map<string, Fitting>();
  const columns = [...asked];
  for (let at = 0; at < columns.length; at += COLUMNS_AT_ONCE) {
    const some = await countOfSome(store, from, columns.slice(at, at + COLUMNS_AT_ONCE));
    for (const [staged, fitting] of some) counted.set(staged, fitting);
  }
  return counted;
}

async function countOfSome(
  store: OfflineStore,
  from: string,
  asked: readonly (readonly [string, readonly TextType[]])[],
): Promise<(readonly [string, Fitting])[]> {
  const counts = asked.flatMap(([staged, types]) => {
    const column = quoteName(staged);
    const values = `toFloat64(count(${column})) AS ${staged}_values`;
    const fitting = types.map(
      ({ name, fits }) => `toFloat64(countIf(ifNull(${fits(column)}, 0))) AS ${staged}_${name}`,
    );
    return [values, ...fitting];
  });
  const [row] = await store.rows<Record<string, number>>(`SELECT ${counts.join(', ')} FROM ${from}`);
  return asked.map(([staged, types]) => {
    const values = row?.[`${staged}_values`] ?? 0;
    const fitting = types.filter(({ name }) => values > 0 && row?.[`${staged}_${name}`] === values);
    return [staged, { values, fitting }] as const;
  });
}
