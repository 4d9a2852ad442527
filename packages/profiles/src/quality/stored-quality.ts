/** What rules of quality found, as ClickHouse keeps it. */

import type { Severity } from '@forebay/definitions';
import { instantText, type OfflineStore, QUALITY_TABLE } from '@forebay/offline-store';
import type { Outcome, QualityResult } from './quality-outcome';

export interface StoredQualityResult extends QualityResult {
  readonly checkedAtMs: number;
  /** `quality`, or `materialize` and the name of a run. */
  readonly checkedFor: string;
}

export async function storeQuality(
  store: OfflineStore,
  project: string,
  results: readonly QualityResult[],
  { checkedFor, nowMs }: { readonly checkedFor: string; readonly nowMs: number },
): Promise<void> {
  if (results.length === 0) return;
  await store.insertRows(
    QUALITY_TABLE,
    results.map((result) => ({
      project,
      subject_kind: result.subject.kind,
      subject: result.subject.name,
      rule: result.rule,
      severity: result.severity,
      checked_at: instantText(nowMs),
      checked_for: checkedFor,
      from_time: result.fromMs === null ? null : instantText(result.fromMs),
      until_time: instantText(result.untilMs),
      outcome: result.outcome,
      rows: result.rows,
      broken_rows: result.brokenRows,
      detail: result.detail,
    })),
  );
}

interface QualityRow extends Omit<QualityResult, 'subject'> {
  readonly subjectKind: 'source' | 'view';
  readonly subjectName: string;
  readonly severity: Severity;
  readonly outcome: Outcome;
  readonly checkedAtMs: number;
  readonly checkedFor: string;
}

const ms = (column: string) => `toFloat64(toUnixTimestamp64Milli(q.${column}))`;

/** The newest of each rule. */
export async function newestQuality(store: OfflineStore, project: string): Promise<StoredQualityResult[]> {
  const rows = await store.rows<QualityRow>(
    `SELECT q.subject_kind AS subjectKind, q.subject AS subjectName, q.rule AS rule, q.severity AS severity, q.outcome AS outcome,
      toFloat64(q.rows) AS rows, toFloat64(q.broken_rows) AS brokenRows, ${ms('from_time')} AS fromMs, ${ms('until_time')} AS untilMs,
      ${ms('checked_at')} AS checkedAtMs, q.checked_for AS checkedFor, q.detail AS detail
    FROM ${QUALITY_TABLE} AS q WHERE q.project = {project:String}
    ORDER BY q.subject_kind, q.subject, q.rule, q.checked_at DESC LIMIT 1 BY q.subject_kind, q.subject, q.rule`,
    { project },
  );
  return rows.map(({ subjectKind: kind, subjectName: name, ...result }) => ({
    ...result,
    subject: { kind, name },
  }));
}
