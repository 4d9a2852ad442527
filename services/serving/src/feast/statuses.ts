import { STATUS } from '@forebay/algebra';

/** What a DEGRADED value becomes, which Feast has no status for. */
export const DEGRADED_AS = ['present', 'outside_max_age'] as const;
export type DegradedAs = (typeof DEGRADED_AS)[number];

/** Names of `feast.serving.FieldStatus`, by number. */
export const FIELD_STATUS_NAMES = [
  'INVALID',
  'PRESENT',
  'NULL_VALUE',
  'NOT_FOUND',
  'OUTSIDE_MAX_AGE',
] as const;

/**
 * Feast's number of a status; the numbers of both are equal but for DEGRADED, which the setting decides on. A value that is
 * null is never PRESENT.
 */
export function fieldStatus(status: number, isNull: boolean, degradedAs: DegradedAs): number {
  if (status !== STATUS.DEGRADED) return status;
  if (degradedAs === 'outside_max_age') return STATUS.OUTSIDE_MAX_AGE;
  return isNull ? STATUS.NULL_VALUE : STATUS.PRESENT;
}
