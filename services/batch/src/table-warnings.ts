/** What a run of a table view says besides its numbers. */
import { formatDuration, formatInstant } from '@forebay/contract';
import { definitionName } from '@forebay/definitions';
import type { TableSurvey } from '@forebay/offline-store';
import type { TablePlanRequest } from './plan-table-run';

type Request = Pick<TablePlanRequest, 'view' | 'source'>;
/** What is kept of a plan. */
interface Plan {
  readonly tickMs: number;
  readonly changedSinceMs: number | null;
  readonly changedBefore: boolean;
  readonly survey: Omit<TableSurvey, 'digest' | 'baseDigest' | 'changed'>;
}

export function tableWarnings({ view, source }: Request, { survey, changedBefore }: Plan): string[] {
  const { withoutKey, withoutTime } = survey;
  const place = `view "${definitionName(view)}"`;
  const warnings: string[] = [];
  if (withoutKey > 0)
    warnings.push(
      `${place}: ${countOf(withoutKey)} of "${source.name}" have a null join key (${view.keyFields.join(', ')}) and are of no entity`,
    );
  if (withoutTime > 0)
    warnings.push(
      `${place}: ${countOf(withoutTime)} of "${source.name}" have no event time (${source.eventTime}) and are never seen`,
    );
  if (changedBefore)
    warnings.push(
      `${place}: rows were added to "${source.name}", or taken out, at times that the last run had read already, so every value was written; ` +
        'a row that comes late needs a known_at, or a longer wait',
    );
  return warnings;
}

/** Why a run found nothing to write. */
export function noValueWarning(request: Request, plan: Plan): string {
  const tick = formatInstant(plan.tickMs);
  return `view "${definitionName(request.view)}": no value was written for the tick ${tick}: ${reasonOf(request, plan)}`;
}

function reasonOf({ view, source }: Request, { changedSinceMs, survey }: Plan): string {
  const { rows, seen, counting, nextEventTimeMs } = survey;
  if (rows === 0) return `"${source.name}" has no rows`;
  if (seen === 0) {
    if (nextEventTimeMs === null) return `every row of "${source.name}" lacks a join key or its event time`;
    return `no row of "${source.name}" has come into force and was known by then; the earliest is of ${formatInstant(nextEventTimeMs)}`;
  }
  if (counting === 0)
    return `every row of "${source.name}" is older than max_age (${formatDuration(view.maxAgeMs ?? 0)})`;
  if (changedSinceMs !== null)
    return `no row of "${source.name}" is new since the tick ${formatInstant(changedSinceMs)}, whose values stand`;
  return `no entity key of "${source.name}" is short enough to be stored`;
}

function countOf(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`;
}
