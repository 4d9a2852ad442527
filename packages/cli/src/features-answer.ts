import type { OnlineFeatures, ViewTimes } from '@forebay/client';
import { formatInstant } from '@forebay/contract';
import { featureText } from './feature-text';
import type { KeyColumns } from './join-keys';
import type { Output } from './output';
import { readableDuration } from './readable';
import type { RequestColumns } from './request-fields';

/** What serving gave, and what it was asked with. */
export interface Answer {
  readonly features: OnlineFeatures;
  readonly keys: KeyColumns;
  readonly request: RequestColumns;
  readonly elapsedMs: number;
}

export function printAnswer(output: Output, { features, keys, request, elapsedMs }: Answer): void {
  const { columns, views, asOfMs, degraded, requestId } = features;
  const ofRow = <T>(lists: Readonly<Record<string, readonly T[]>>, row: number) =>
    Object.fromEntries(
      Object.entries(lists).map(([name, all]) => [name, all.length === 1 ? all[0] : all[row]]),
    );
  const rows = features.rows.map((values, row) => ({
    keys: ofRow(keys, row),
    ...(Object.keys(request).length === 0 ? {} : { request: ofRow(request, row) }),
    ...variantOf(features, row),
    values,
    statuses: features.statuses(row),
  }));
  const tables = rows.map((row, i) => {
    const title = Object.entries({ ...row.keys, ...row.request, ...variantOf(features, i) }).map(
      ([name, value]) => `${name}=${plainText(value)}`,
    );
    const lines = columns.map(({ key, type }) => [
      key,
      featureText(row.values[key] ?? null, type),
      row.statuses[key] ?? '',
    ]);
    return `${output.colors.bold(title.join(' '))}\n${output.table(['feature', 'value', 'status'], lines)}`;
  });
  const reasons = degraded.map(
    ({ row, view, reason }) => `row ${row + 1}, view ${view}: DEGRADED: ${reason}`,
  );
  const named = requestId === '' ? '' : `, request id ${requestId}`;
  const summary = `as of ${formatInstant(asOfMs)}, answered in ${elapsedMs.toFixed(1)} ms${named}`;
  output.result(
    { asOfMs, elapsedMs, requestId, columns, rows, views, degraded },
    [...tables, summary, ...views.map(timesText), ...reasons].join('\n'),
  );
}

function variantOf(features: OnlineFeatures, row: number): { readonly variant?: string } {
  const variant = features.variant(row);
  return variant === null ? {} : { variant };
}

function plainText(value: unknown): string {
  return value instanceof Date ? formatInstant(value.getTime()) : String(value);
}

function timesText({ view, version, freshnessMs, cutMs, tickMs }: ViewTimes): string {
  const label = `view ${view}@${version}`;
  if (tickMs !== null) {
    const run = cutMs === null ? 'no run has finished' : `newest run ${formatInstant(cutMs)}`;
    return `${label}: as of its tick ${formatInstant(tickMs)}, ${run}`;
  }
  const fresh =
    freshnessMs === null ? 'freshness not known' : `fresh to ${readableDuration(freshnessMs)} ago`;
  return `${label}: ${fresh}, batch ${cutMs === null ? 'none' : `cut ${formatInstant(cutMs)}`}`;
}
