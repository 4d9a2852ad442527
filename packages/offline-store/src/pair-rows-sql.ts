/**
 * The events of joined and sequence sources, from the archives of their inputs.
 *
 * Candidates are found by equal keys in tiles of time as wide as the bound: a later event looks into its own tile and the one before it,
 * so that a key with many events costs those of two tiles, not all.
 */
import {
  type EventSource,
  JOINED_EVENT_ID,
  JOINED_EVENT_TIME,
  type JoinSide,
  type Pairing,
  sourceColumns,
} from '@forebay/definitions';
import { compileExpression } from '@forebay/expressions';
import {
  type ArchiveRange,
  archiveConditionSql,
  archivedTieSql,
  fieldSql,
  type InputRange,
  KNOWN_AT_SQL,
  WHOLE,
} from './archived-rows-sql';
import { quoteName } from './identifiers';
import { FIRST_PARTITION_LOG, POSITION_COLUMNS } from './tables';

type Join = Extract<Pairing, { kind: 'join' }>;
type Sequence = Extract<Pairing, { kind: 'sequence' }>;

/** Of the right input the numbers of loads stand behind those of the left one. */
export const RIGHT_LOADS_FROM = FIRST_PARTITION_LOG;

/**
 * The columns of an archive's rows (`c0` …, `et`, `tie`, `ka`, `known`, `log`, `place`). A pair comes once for each copy of its events,
 * and the one that was known first is the first by (known, log, place).
 */
export function pairRowsSql(source: EventSource, pairing: Pairing, range: ArchiveRange): string {
  return pairing.kind === 'join' ? joinSql(source, pairing, range) : sequenceSql(pairing, range);
}

/** An archive that events of a source are made from. */
export interface ArchiveInput {
  readonly source: EventSource;
  readonly range: InputRange;
}

/** The archives that the events of a source come from: its own, or those of the sources that it is made of. */
export function archiveInputs(source: EventSource): ArchiveInput[] {
  const { pairing } = source;
  if (pairing === undefined) return [{ source, range: WHOLE }];
  const { withinMs } = pairing.definition;
  const earlier: InputRange = { earlierMs: withinMs, loadsFrom: 0 };
  if (pairing.kind === 'sequence') return [{ source: pairing.source, range: earlier }];
  return [
    { source: pairing.left, range: earlier },
    { source: pairing.right, range: { earlierMs: 0, loadsFrom: RIGHT_LOADS_FROM } },
  ];
}

function joinSql(source: EventSource, { definition, left, right }: Join, range: ArchiveRange): string {
  const { on, withinMs, fields } = definition;
  const ofSide = (side: JoinSide, from: EventSource, input: InputRange, tile: (at: string) => string) => {
    const own = fields.flatMap((field, i) =>
      field.side === side ? [`${fieldSql(field.field, field.type)} AS c${i}`] : [],
    );
    const names = on.map((pair) => pair[side]);
    return inputSql(from, side.charAt(0), { names, range, input, tile, columns: own, condition: null });
  };
  const [ofLeft, ofRight] = archiveInputs(source).map(({ range: input }) => input) as [
    InputRange,
    InputRange,
  ];
  const lefts = ofSide('left', left, ofLeft, tileSql(withinMs));
  const rights = ofSide('right', right, ofRight, twoTilesSql(withinMs));
  const selected = source.fields.map(({ name }, i) => {
    if (name === JOINED_EVENT_TIME) return `toNullable(ret) AS c${i}`;
    return name === JOINED_EVENT_ID ? `toNullable(pair_id) AS c${i}` : `c${i}`;
  });
  return `SELECT ${selected.join(', ')}, ret AS et, xxHash64(pair_id) AS tie, greatest(lka, rka) AS ka, ka AS known, 0 AS log, 0 AS place
    FROM (
      SELECT *, ${PAIR_ID_SQL} AS pair_id
      FROM (${lefts}) AS l INNER JOIN (${rights}) AS r ON ${keysEqualSql(on.length)}
      WHERE let <= ret AND ret < let + ${withinMs}
    )`;
}

/** `left id/right id/left time/bytes of the left id`, which no other pair has (docs/JOINS.md). */
const PAIR_ID_SQL = `concat(toString(lid), '/', toString(rid), '/', toString(let), '/', toString(length(toString(lid))))`;

function sequenceSql({ definition, source }: Sequence, range: ArchiveRange): string {
  const { by, first, second, withinMs } = definition;
  const conditionOf = (text: string) => {
    const expression = compileExpression(text, sourceColumns(source), `sequence source "${definition.name}"`);
    const columns = new Map(source.fields.map(({ name, type }) => [name, fieldSql(name, type)]));
    return `ifNull(${expression.toSql((name) => `(${columns.get(name)})`)}, 0) = 1`;
  };
  const fields = source.fields.map((field, i) => `${fieldSql(field.name, field.type)} AS x${i}`);
  const firsts = inputSql(source, 'l', {
    names: by,
    range,
    input: { earlierMs: withinMs, loadsFrom: 0 },
    tile: tileSql(withinMs),
    columns: [],
    condition: conditionOf(first),
  });
  const seconds = inputSql(source, 'r', {
    names: by,
    range,
    input: { earlierMs: 0, loadsFrom: 0 },
    tile: twoTilesSql(withinMs),
    columns: [
      ...fields,
      `${archivedTieSql(source)} AS rtie`,
      `t.${POSITION_COLUMNS.log} AS rlog`,
      `t.${POSITION_COLUMNS.offset} AS rplace`,
    ],
    condition: conditionOf(second),
  });
  const kept = source.fields.map((_, i) => `any(x${i}) AS c${i}`);
  return `SELECT ${kept.join(', ')}, any(ret) AS et, any(rtie) AS tie, greatest(min(lka), any(rka)) AS ka, ka AS known, rlog AS log, rplace AS place
    FROM (${firsts}) AS l INNER JOIN (${seconds}) AS r ON ${keysEqualSql(by.length)}
    WHERE let < ret AND let >= ret - ${withinMs}
    GROUP BY rlog, rplace`;
}

interface InputChoice {
  /** Of the fields that are the key. */
  readonly names: readonly string[];
  readonly range: ArchiveRange;
  readonly input: InputRange;
  /** The tile, or the tiles, of an instant. */
  readonly tile: (at: string) => string;
  readonly columns: readonly string[];
  readonly condition: string | null;
}

/** Events that may be part of a pair: without a null in key or id. Columns with the prefix: `k0` …, `b` the tile, `et`, `ka`, `id`. */
function inputSql(source: EventSource, prefix: string, choice: InputChoice): string {
  const { names, range, input, tile, columns, condition } = choice;
  const typeOf = (name: string) => source.fields.find((field) => field.name === name)!.type;
  const keys = names.map((name, i) => `assumeNotNull(${fieldSql(name, typeOf(name))}) AS ${prefix}k${i}`);
  const id = `t.${quoteName(source.eventId as string)}`;
  const time = `toUnixTimestamp64Milli(t.${quoteName(source.eventTime)})`;
  const present = [...names.map((name) => `isNotNull(t.${quoteName(name)})`), `isNotNull(${id})`];
  const conditions = [archiveConditionSql(source, range, input), ...present];
  if (condition !== null) conditions.push(condition);
  const own = `${time} AS ${prefix}et, ${KNOWN_AT_SQL} AS ${prefix}ka, assumeNotNull(${id}) AS ${prefix}id`;
  return `SELECT ${[...keys, ...columns].join(', ')}, ${own}, ${tile(`${prefix}et`)} AS ${prefix}b
    FROM ${quoteName(source.table)} AS t FINAL WHERE ${conditions.join(' AND ')}`;
}

/** Where the tile of an instant begins. */
const tileSql = (widthMs: number) => (at: string) => `${at} - positiveModulo(${at}, ${widthMs})`;

const twoTilesSql = (widthMs: number) => (at: string) =>
  `arrayJoin([${tileSql(widthMs)(at)}, ${tileSql(widthMs)(at)} - ${widthMs}])`;

function keysEqualSql(count: number): string {
  return ['lb = rb', ...Array.from({ length: count }, (_, i) => `lk${i} = rk${i}`)].join(' AND ');
}
