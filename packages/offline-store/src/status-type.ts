/** By the numbers of `forebay.v1.FeatureStatus`. */
export const STATUSES = `Enum8('PRESENT' = 1, 'NULL_VALUE' = 2, 'NOT_FOUND' = 3, 'OUTSIDE_MAX_AGE' = 4, 'DEGRADED' = 5)`;
