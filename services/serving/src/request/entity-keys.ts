import {
  checkEntityKeyLength,
  encodeJoinKey,
  ForebayError,
  type JoinKeyType,
  joinKeyMismatch,
  MAX_ENTITY_KEY_BYTES,
} from '@forebay/contract';
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

/** The encoded entity keys of a request. */
export interface EntityKeys {
  readonly rows: number;
  /** For each distinct entity key of the plan, one text per row. */
  readonly encoded: readonly (readonly string[])[];
}

/**
 * Checks the key columns against the plan and encodes the entity keys. Without join keys, the request's data has the rows.
 * Throws `invalid_request` naming the join key, and the row where one is to blame.
 */
export function entityKeysOf(
  plan: ServicePlan,
  { keys: given, data }: Pick<OnlineFeaturesRequest, 'keys' | 'data'>,
  maxRows: number,
): EntityKeys {
  const columns = plan.joinKeys.map((joinKey) => columnOf(plan, joinKey, given));
  refuseExtra(plan, given);
  const rows = plan.joinKeys.length === 0 ? rowsOfRequest(data) : rowCount(plan.joinKeys, columns);
  if (rows > maxRows) {
    const message = `the request has ${rows} entity rows, and at most ${maxRows} are answered: send them in parts`;
    throw refusal('keys', null, message);
  }
  if (rows * plan.columnCount > MAX_VALUES) {
    const fitting = Math.floor(MAX_VALUES / plan.columnCount);
    const message = `${rows} entity rows of ${plan.columnCount} features are more than ${MAX_VALUES} values: send at most ${fitting} rows at a time`;
    throw refusal('keys', null, message);
  }
  plan.joinKeys.forEach((joinKey, i) => {
    checkTypes(joinKey, columns[i] as KeyColumn);
  });
  const encoded = plan.entityKeys.map((positions) => encodeColumn(positions, columns, rows));
  return { rows, encoded };
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
  const [first] = columns as [KeyColumn];
  for (const [i, { name, type }] of joinKeys.entries()) {
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

function encodeColumn(positions: readonly number[], columns: readonly KeyColumn[], rows: number): string[] {
  const encoded: string[] = new Array(rows);
  for (let row = 0; row < rows; row++) {
    let key = '';
    for (let i = 0; i < positions.length; i++) {
      const value = columns[positions[i] as number]?.values[row] as KeyValue;
      key = i === 0 ? encodeJoinKey(value) : `${key}.${encodeJoinKey(value)}`;
    }
    if (key.length > SURELY_SHORT_ENOUGH) checkLength(key, row);
    encoded[row] = key;
  }
  return encoded;
}

function checkLength(key: string, row: number): void {
  try {
    checkEntityKeyLength(key);
  } catch (error) {
    throw refusal('keys', null, `row ${row}: ${ForebayError.from(error).message}`, row);
  }
}
