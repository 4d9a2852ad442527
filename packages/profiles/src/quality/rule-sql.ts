/** What a rule of quality asks of rows, in SQL. */
import { expressionTypeOf } from '@forebay/algebra';
import { DAY_MS } from '@forebay/contract';
import type { QualityCheck, QualityRule, ScalarType, ValueType } from '@forebay/definitions';
import { compileExpression } from '@forebay/expressions';

/** Rows, by the names of what rules speak of. */
export interface RuleRows {
  /** Has `et`, Int64 ms, where rules may ask for it. */
  readonly sql: string;
  readonly fields: readonly { readonly name: string; readonly type: ValueType }[];
  /** As expressions take it. */
  readonly column: (name: string) => string;
}

const SCALAR = /^(bool|int32|int64|double|string|timestamp)$/;

/** A SELECT of one row: `rows`, `broken` of them, and `newest` Nullable(Float64), the newest `et` in ms; as far as the rule asks. */
export function ruleSql({ check, name }: QualityRule, { sql, fields, column }: RuleRows): string {
  switch (check.kind) {
    case 'rows': {
      const columns = fields.flatMap((field) =>
        SCALAR.test(field.type)
          ? [{ name: field.name, type: expressionTypeOf(field.type as ScalarType) }]
          : [],
      );
      const { toSql } = compileExpression(check.expression, columns, `quality rule "${name}"`);
      return `SELECT toFloat64(count()) AS rows, toFloat64(countIf(ifNull(${toSql(column)}, 1) = 0)) AS broken, NULL AS newest FROM (${sql})`;
    }
    case 'unique': {
      const names = check.fields.map(column);
      const known = names.map((each) => `isNotNull(${each})`).join(' AND ');
      return `SELECT toFloat64(count()) AS rows, rows - toFloat64(uniqExact(${names.join(', ')})) AS broken, NULL AS newest
        FROM (${sql}) WHERE ${known}`;
    }
    case 'freshness':
      return `SELECT toFloat64(count()) AS rows, 0. AS broken, if(rows = 0, NULL, toFloat64(max(et))) AS newest FROM (${sql})`;
    case 'row_count':
      return `SELECT toFloat64(count()) AS rows, 0. AS broken, NULL AS newest FROM (${sql})`;
  }
}

/** A source that is so much older than its rule allows is as old as it can be: no row is looked for further back. */
const FRESHNESS_REACH = 30;

/** How far back rows are looked for, ms. */
export function reachOf({ check, overMs }: Pick<QualityRule, 'check' | 'overMs'>): number {
  return check.kind === 'freshness' ? Math.max(FRESHNESS_REACH * check.maxAgeMs, DAY_MS) : overMs;
}

/** What a rule says, for people. */
export function checkText(check: QualityCheck): string {
  switch (check.kind) {
    case 'rows':
      return check.expression;
    case 'unique':
      return `unique ${check.fields.join(', ')}`;
    case 'freshness':
      return `newest row no older than ${check.maxAgeMs / 1_000} s`;
    case 'row_count':
      return `rows ${[check.min === null ? [] : [`≥ ${check.min}`], check.max === null ? [] : [`≤ ${check.max}`]].flat().join(' and ')}`;
  }
}
