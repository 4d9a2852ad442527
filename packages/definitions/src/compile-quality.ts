/** Compiles rules of quality: those over single rows become one expression each. */
import { DAY_MS, SECOND_MS } from '@forebay/contract';
import { compileFilter, viewColumns } from './compile-feature';
import { readDuration } from './durations';
import { DEFAULT_QUALITY_OVER_MS, MAX_QUALITY_RULES, MAX_WINDOW_MS } from './limits';
import type { Field, ScalarType, ValueType } from './model';
import { checkCount, checkName, listNames } from './names';
import type { Problems } from './problems';
import type { SourceQuality, ViewQuality } from './quality-declaration';
import type { QualityCheck, QualityRule } from './quality-model';
import type { WrittenRule } from './quality-shapes';

/** What rules are about. */
export interface QualitySubject {
  readonly kind: 'source' | 'view';
  readonly fields: readonly { readonly name: string; readonly type: ValueType }[];
  readonly place: string;
  readonly problems: Problems;
}

const CHECKS = ['notNull', 'range', 'allowed', 'expression', 'unique', 'freshness', 'rowCount'] as const;
type CheckName = (typeof CHECKS)[number];

/** Rules over sets of rows with times: a view's values are of one instant, one for each entity. */
const OF_SOURCES: readonly CheckName[] = ['unique', 'freshness'];

/** Nothing where none is declared. */
export function compileQuality(
  declared: SourceQuality | ViewQuality | undefined,
  subject: QualitySubject,
): { quality?: readonly QualityRule[] } {
  const rules = Object.entries(declared ?? {});
  if (rules.length === 0) return {};
  checkCount(rules.length, MAX_QUALITY_RULES, 'quality rules', subject.place, subject.problems);
  return {
    quality: rules.flatMap(([name, rule]) => compileRule(name, rule as WrittenRule, subject) ?? []),
  };
}

function compileRule(name: string, rule: WrittenRule, subject: QualitySubject): QualityRule | null {
  const { problems } = subject;
  const place = `${subject.place}, quality rule "${name}"`;
  checkName(name, place, problems);
  const { tolerance = 0 } = rule;
  if (tolerance < 0 || tolerance >= 1)
    problems.add(place, `tolerance ${tolerance} is not a share of rows: give a number from 0 to less than 1`);
  if (subject.kind === 'view' && rule.over !== undefined)
    problems.add(place, 'the values of a view are those of one instant: leave out "over"');
  const check = compileCheck(rule, { ...subject, place });
  const hasRows = check?.kind === 'rows' || check?.kind === 'unique';
  if (check !== null && !hasRows && tolerance > 0)
    problems.add(place, 'it is not about single rows: leave out "tolerance"');
  if (check === null) return null;
  const overBounds = { minMs: SECOND_MS, maxMs: MAX_WINDOW_MS };
  const overMs =
    readDuration(rule.over, DEFAULT_QUALITY_OVER_MS, overBounds, `${place}, over`, problems) ?? DAY_MS;
  return { name, severity: rule.severity ?? 'warn', check, tolerance, overMs };
}

/** Null after a problem. */
function compileCheck(rule: WrittenRule, subject: QualitySubject): QualityCheck | null {
  const { kind, place, problems } = subject;
  const [chosen, ...others] = CHECKS.filter((name) => rule[name] !== undefined);
  if (chosen === undefined || others.length > 0) {
    problems.add(place, `it needs one of ${CHECKS.join(', ')}, and no other`);
    return null;
  }
  if (kind === 'view' && OF_SOURCES.includes(chosen)) {
    problems.add(place, `"${chosen}" is a rule of sources: declare it there`);
    return null;
  }
  if (rule.rowCount !== undefined) return rowCount(rule.rowCount, subject);
  if (rule.freshness !== undefined) {
    const bounds = { minMs: SECOND_MS, maxMs: MAX_WINDOW_MS };
    const maxAgeMs = readDuration(rule.freshness, null, bounds, `${place}, freshness`, problems);
    return maxAgeMs === null ? null : { kind: 'freshness', maxAgeMs };
  }
  if (rule.unique !== undefined) return unique(rule.unique, subject);
  return rowCheck(rule, subject);
}

function unique(fields: readonly string[], subject: QualitySubject): QualityCheck | null {
  if (fields.length === 0) subject.problems.add(subject.place, '"unique" names no field');
  const found = fields.map((name) => scalarField(name, subject));
  return fields.length === 0 || found.includes(null) ? null : { kind: 'unique', fields: [...fields] };
}

function rowCount(
  { min, max }: NonNullable<WrittenRule['rowCount']>,
  { place, problems }: QualitySubject,
): QualityCheck | null {
  const bounds = [min, max].filter((bound) => bound !== undefined);
  const isWrong =
    bounds.length === 0 ||
    bounds.some((bound) => !Number.isSafeInteger(bound) || bound < 0) ||
    (min !== undefined && max !== undefined && min > max);
  if (!isWrong) return { kind: 'row_count', min: min || null, max: max ?? null };
  problems.add(place, '"rowCount" takes whole numbers from 0 on, min, max or both, and min is not above max');
  return null;
}

function rowCheck(rule: WrittenRule, subject: QualitySubject): QualityCheck | null {
  const { place, problems } = subject;
  const text = rowCondition(rule, subject);
  if (text === null) return null;
  const compiled = compileFilter(text, viewColumns(scalarFields(subject)), place, problems);
  return compiled === null ? null : { kind: 'rows', expression: compiled.canonical };
}

/** Null after a problem. */
function rowCondition(rule: WrittenRule, subject: QualitySubject): string | null {
  if (rule.expression !== undefined) return rule.expression;
  if (rule.notNull !== undefined)
    return scalarField(rule.notNull, subject) === null ? null : `${rule.notNull} != null`;
  return rule.range === undefined ? allowedCondition(rule, subject) : rangeCondition(rule.range, subject);
}

function rangeCondition(
  { field, min, max }: NonNullable<WrittenRule['range']>,
  subject: QualitySubject,
): string | null {
  const { place, problems } = subject;
  const found = scalarField(field, subject);
  if (found === null) return null;
  const written = (bound: number) => literal(bound, found.type);
  if (!['int32', 'int64', 'double'].includes(found.type) || (min === undefined && max === undefined)) {
    problems.add(place, `"range" takes a number and min, max or both; "${field}" is ${found.type}`);
    return null;
  }
  const parts = [
    ...(min === undefined ? [] : [[`${field} >= `, written(min)]]),
    ...(max === undefined ? [] : [[`${field} <= `, written(max)]]),
  ];
  if (parts.some(([, bound]) => bound === null)) {
    problems.add(place, `"${field}" is ${found.type}: its bounds are whole numbers`);
    return null;
  }
  return parts.map(([beginning, bound]) => `${beginning}${bound}`).join(' && ');
}

function allowedCondition({ allowed }: WrittenRule, subject: QualitySubject): string | null {
  const { place, problems } = subject;
  const { field, values } = allowed as NonNullable<WrittenRule['allowed']>;
  const found = scalarField(field, subject);
  if (found === null) return null;
  const literals = values.map((value) => literal(value, found.type));
  if (values.length > 0 && !literals.includes(null))
    return literals.map((value) => `${field} == ${value}`).join(' || ');
  const wrong = values[literals.indexOf(null)];
  problems.add(
    place,
    values.length === 0
      ? '"allowed" has no values'
      : `${JSON.stringify(wrong)} is no value of "${field}", which is ${found.type}`,
  );
  return null;
}

/** As CEL writes it; null: it is not of that type. */
function literal(value: string | number | boolean, type: ScalarType): string | null {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? JSON.stringify(value) : null;
    case 'bool':
      return typeof value === 'boolean' ? String(value) : null;
    case 'int32':
    case 'int64':
      return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
    case 'double':
      return typeof value === 'number' && Number.isFinite(value) ? doubleLiteral(value) : null;
    case 'timestamp':
      return null;
  }
}

function doubleLiteral(value: number): string {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

const SCALAR = /^(bool|int32|int64|double|string|timestamp)$/;

function scalarFields({ fields }: QualitySubject): Field[] {
  return fields.flatMap(({ name, type }) => (SCALAR.test(type) ? [{ name, type: type as ScalarType }] : []));
}

function scalarField(name: string, subject: QualitySubject): Field | null {
  const found = scalarFields(subject).find((field) => field.name === name);
  if (found !== undefined) return found;
  const what = subject.kind === 'view' ? 'feature' : 'field';
  const other = subject.fields.find((field) => field.name === name);
  subject.problems.add(
    subject.place,
    other === undefined
      ? `there is no ${what} "${name}": the ${what}s are ${listNames(subject.fields.map((field) => field.name))}`
      : `${what} "${name}" is ${other.type}: rules take single values`,
  );
  return null;
}
