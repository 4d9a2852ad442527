import type { ScalarType } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { nearestName } from '@forebay/service-kit';
import type { RequestField, ServicePlan } from '../plan/plan';
import type { KeyColumn, RequestColumn, RequestKind } from './online-features-request';
import { refusal } from './refusal';

/** Of each request field of a plan its values: one for all rows, or one for each. */
export type RequestData = readonly (readonly Value[])[];

const NO_DATA: RequestData = [];

const KINDS = {
  bool: ['booleans'],
  int32: ['integers'],
  int64: ['integers'],
  double: ['doubles', 'integers'],
  string: ['strings'],
  timestamp: ['integers'],
} as const satisfies Record<ScalarType, readonly RequestKind[]>;

/**
 * Checks the request's data against the plan. Throws `invalid_request` naming the field, its type, who needs it, and the row
 * where one is to blame.
 */
export function requestDataOf(
  plan: ServicePlan,
  given: readonly RequestColumn[],
  keys: readonly KeyColumn[],
  rows: number,
): RequestData {
  if (given.length > 0) refuseUnknown(plan, given);
  if (plan.request.length === 0) return NO_DATA;
  return plan.request.map((field) => {
    if (field.isJoinKey) return (keys.find(({ joinKey }) => joinKey === field.name) as KeyColumn).values;
    return valuesOf(field, columnOf(field, given), rows);
  });
}

/** How many rows the data of a request speaks of that has no join keys. */
export function rowsOfRequest(given: readonly RequestColumn[]): number {
  return given.reduce((rows, { values }) => Math.max(rows, values.length), 1);
}

function needs({ views }: RequestField): string {
  const names = views.map((view) => `"${view}"`).join(', ');
  return views.length === 1 ? `on-demand view ${names} needs it` : `on-demand views ${names} need it`;
}

function columnOf(field: RequestField, given: readonly RequestColumn[]): RequestColumn {
  const { name, type } = field;
  const [found, again] = given.filter((column) => column.name === name);
  if (found === undefined)
    throw refusal('request', name, `request field "${name}" (${type}) is missing: ${needs(field)}`);
  if (again !== undefined) throw refusal('request', name, `request field "${name}" is given twice`);
  return found;
}

function refuseUnknown({ request, label }: ServicePlan, given: readonly RequestColumn[]): void {
  for (const { name } of given) {
    const field = request.find((wanted) => wanted.name === name);
    if (field?.isJoinKey === true) {
      throw refusal(
        'request',
        name,
        `request field "${name}" is a join key, and is taken from the keys: leave it out`,
      );
    }
    if (field !== undefined) continue;
    const wanted = request.filter(({ isJoinKey }) => !isJoinKey);
    const names = wanted.map((other) => other.name);
    const nearest = nearestName(name, names);
    const remedy =
      nearest !== null
        ? `did you mean "${nearest}"?`
        : wanted.length === 0
          ? `${label} needs no data of the request`
          : `${label} needs ${wanted.map((other) => `${other.name} (${other.type})`).join(', ')}`;
    throw refusal('request', name, `request field "${name}" is not known; ${remedy}`);
  }
}

function valuesOf(field: RequestField, column: RequestColumn, rows: number): readonly Value[] {
  const { name, type } = field;
  const { values, nulls, kind } = column;
  const place = `request field "${name}" (${type})`;
  if (kind === 'several') {
    throw refusal('request', name, `${place} has several lists: give ${KINDS[type][0]} only`);
  }
  if (values.length !== 1 && values.length !== rows) {
    const has = values.length === 0 ? 'no values' : `${values.length} values`;
    throw refusal(
      'request',
      name,
      `${place} has ${has} for ${rows} rows: give one for all rows, or one for each; ${needs(field)}`,
    );
  }
  const beyond = nulls.find((position) => position >= values.length);
  if (beyond !== undefined) {
    throw refusal('request', name, `${place}: null ${beyond} is beyond its ${values.length} values`);
  }
  if (nulls.length === 0 && kind === KINDS[type][0] && type !== 'int32' && type !== 'timestamp')
    return values;
  return checkedValues(field, column);
}

function checkedValues(field: RequestField, { name, kind, values, nulls }: RequestColumn): Value[] {
  const { type } = field;
  const isKind = (KINDS[type] as readonly RequestKind[]).includes(kind as RequestKind);
  const checked: Value[] = [...values];
  for (const position of nulls) checked[position] = null;
  checked.forEach((value, row) => {
    if (value === null) return;
    if (isKind && fits(value, type)) {
      if (type === 'double') checked[row] = Number(value);
      return;
    }
    const where = values.length === 1 ? '' : `, row ${row}`;
    const shown = typeof value === 'string' ? `"${value.slice(0, 40)}"` : String(value);
    const what = isKind
      ? `outside ${type}`
      : `given in ${kind}, not ${type.startsWith('int') ? 'an' : 'a'} ${type}`;
    throw refusal(
      'request',
      name,
      `request field "${name}"${where}: the value is ${shown}, ${what}; ${needs(field)}`,
      row,
    );
  });
  return checked;
}

function fits(value: Value, type: ScalarType): boolean {
  if (type === 'int32') return typeof value === 'number' && value === (value | 0);
  return type !== 'timestamp' || typeof value === 'number';
}
