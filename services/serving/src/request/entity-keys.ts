import {
  checkEntityKeyLength,
  encodeJoinKey,
  ForebayError,
  type JoinKeyType,
  joinKeyMismatch,
  MAX_ENTITY_KEY_BYTES,
} from '@forebay/contract';
import type { KeySink } from '@forebay/online-store';
import type { ServicePlan } from '../plan/plan';
import type { JoinKey } from '../plan/plan-keys';
import type { KeyColumn, KeyKind, KeyValue, OnlineFeaturesRequest } from './online-features-request';
import { refusal } from './refusal';
import { rowsOfRequest } from './request-data';

const KINDS = {
  string: 'strings',
  int32: 'integers',
  int64: 'integers',
  bool: 'booleans',
} as const satisfies Record<JoinKeyType, KeyKind>;

/** Values of one answer: about as many as a process writes as JSON in half a second, in which it answers nobody else. */
export const MAX_VALUES = 1_000_000;

/** A character of a key takes at most three bytes as UTF-8, and three as escaped ASCII. */
const SURELY_SHORT_ENOUGH = MAX_ENTITY_KEY_BYTES / 3;
/** Of an int64, with its sign and the separator. */
const MOST_DIGITS = 21;

/** The entity keys of a request, checked. They are encoded where they are needed: most of them, once, as bytes. */
export class EntityKeys {
  /** @param columns of each distinct entity key of the plan, its join keys' */
  constructor(
    readonly rows: number,
    private readonly columns: readonly (readonly KeyColumn[])[],
  ) {}

  /** The text of a row's key. */
  encoded(entityKey: number, row: number): string {
    const columns = this.columns[entityKey] as readonly KeyColumn[];
    let key = encodeJoinKey((columns[0] as KeyColumn).values[row] as KeyValue);
    for (let i = 1; i < columns.length; i++)
      key += `.${encodeJoinKey((columns[i] as KeyColumn).values[row] as KeyValue)}`;
    return key;
  }

  /** Asks for what is stored of a row's key under each of the prefixes. */
  write(sink: KeySink, prefixes: readonly Uint8Array[], entityKey: number, row: number): void {
    const columns = this.columns[entityKey] as readonly KeyColumn[];
    const first = columns[0] as KeyColumn;
    if (columns.length === 1 && first.kind === 'integers') {
      const integer = first.values[row] as number | bigint;
      for (let i = 0; i < prefixes.length; i++) sink.integerKey(prefixes[i] as Uint8Array, integer);
      return;
    }
    const key = this.encoded(entityKey, row);
    for (let i = 0; i < prefixes.length; i++) sink.key(prefixes[i] as Uint8Array, key);
  }
}

/**
 * Checks the key columns against the plan. Without join keys, the request's data has the rows.
 * Throws `invalid_request` naming the join key, and the row where one is to blame.
 */
export function entityKeysOf(
  plan: ServicePlan,
  { keys: given, data }: Pick<OnlineFeaturesRequest, 'keys' | 'data'>,
  maxRows: number,
): EntityKeys {
  const { joinKeys } = plan;
  const columns = new Array<KeyColumn>(joinKeys.length);
  for (let i = 0; i < joinKeys.length; i++) columns[i] = columnOf(plan, joinKeys[i] as JoinKey, given);
  refuseExtra(plan, given);
  const rows = joinKeys.length === 0 ? rowsOfRequest(data) : rowCount(joinKeys, columns);
  if (rows > maxRows) {
    const message = `the request has ${rows} entity rows, and at most ${maxRows} are answered: send them in parts`;
    throw refusal('keys', null, message);
  }
  if (rows * plan.columnCount > MAX_VALUES) {
    const fitting = Math.floor(MAX_VALUES / plan.columnCount);
    const message = `${rows} entity rows of ${plan.columnCount} features are more than ${MAX_VALUES} values: send at most ${fitting} rows at a time`;
    throw refusal('keys', null, message);
  }
  for (let i = 0; i < joinKeys.length; i++) checkTypes(joinKeys[i] as JoinKey, columns[i] as KeyColumn);
  // one entity with one join key is the usual thing
  const ofEntities =
    joinKeys.length === 1 && plan.entityKeys.length === 1
      ? [columns]
      : plan.entityKeys.map((positions) => positions.map((at) => columns[at] as KeyColumn));
  const keys = new EntityKeys(rows, ofEntities);
  for (let i = 0; i < ofEntities.length; i++) checkLengths(keys, i, ofEntities[i] as readonly KeyColumn[]);
  return keys;
}

const needs = ({ label, joinKeys }: ServicePlan) =>
  joinKeys.length === 0
    ? `${label} needs none`
    : `${label} needs ${joinKeys.map(({ name, type }) => `${name} (${type})`).join(', ')}`;

function columnOf(plan: ServicePlan, { name }: JoinKey, given: readonly KeyColumn[]): KeyColumn {
  let found: KeyColumn | null = null;
  for (const column of given) {
    if (column.joinKey !== name) continue;
    if (found !== null) throw refusal('keys', name, `join key "${name}" is given twice`);
    found = column;
  }
  if (found === null) throw refusal('keys', name, `join key "${name}" is missing: ${needs(plan)}`);
  return found;
}

function refuseExtra(plan: ServicePlan, given: readonly KeyColumn[]): void {
  if (given.length === plan.joinKeys.length) return;
  const extra = given.find(({ joinKey }) => !plan.joinKeys.some(({ name }) => name === joinKey)) as KeyColumn;
  throw refusal(
    'keys',
    extra.joinKey,
    `join key "${extra.joinKey}" is not one of the entities': ${needs(plan)}`,
  );
}

function rowCount(joinKeys: readonly JoinKey[], columns: readonly KeyColumn[]): number {
  const first = columns[0] as KeyColumn;
  for (let i = 0; i < joinKeys.length; i++) {
    const { name, type } = joinKeys[i] as JoinKey;
    const column = columns[i] as KeyColumn;
    if (column.kind === 'several') {
      throw refusal('keys', name, `join key "${name}" has several lists: give ${KINDS[type]} only`);
    }
    if (column.kind === 'none') {
      throw refusal(
        'keys',
        name,
        `join key "${name}" has no rows: give one value in ${KINDS[type]} for each row`,
      );
    }
    if (column.values.length !== first.values.length) {
      const lengths = `"${first.joinKey}" has ${first.values.length} rows and "${name}" has ${column.values.length}`;
      throw refusal('keys', name, `join keys differ in length: ${lengths}; every row needs all of them`);
    }
  }
  return first.values.length;
}

function checkTypes({ name, type }: JoinKey, column: KeyColumn): void {
  if (column.kind === KINDS[type] && type !== 'int32') return;
  for (let row = 0; row < column.values.length; row++) {
    const mismatch = joinKeyMismatch(column.values[row], type);
    if (mismatch !== null)
      throw refusal('keys', name, `join key "${name}", row ${row}: the value ${mismatch}`, row);
  }
}

/** Integers and booleans are short. */
function checkLengths(keys: EntityKeys, entityKey: number, columns: readonly KeyColumn[]): void {
  if (columns.length === 1 && columns[0]?.kind === 'integers') return;
  const texts = columns.filter(({ kind }) => kind === 'strings');
  if (texts.length === 0) return;
  // each of the others may take as much as a short text
  const most = SURELY_SHORT_ENOUGH - MOST_DIGITS * (columns.length - texts.length);
  for (let row = 0; row < keys.rows; row++) {
    let length = 0;
    for (let i = 0; i < texts.length; i++)
      length += ((texts[i] as KeyColumn).values[row] as string).length + 1;
    if (length > most) checkLength(keys.encoded(entityKey, row), row);
  }
}

function checkLength(key: string, row: number): void {
  try {
    checkEntityKeyLength(key);
  } catch (error) {
    throw refusal('keys', null, `row ${row}: ${ForebayError.from(error).message}`, row);
  }
}
