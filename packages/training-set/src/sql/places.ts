/** Where events and rows stand, in SQL: see place.ts. */
import type { Clocks } from '../fold/place';

/** `floorTo` of an Int64. */
export const floorSql = (at: string, hop: string | number) => `(${at} - positiveModulo(${at}, ${hop}))`;
/** `ceilTo` of an Int64. */
export const ceilSql = (at: string, hop: string | number) => `(${at} + positiveModulo(-(${at}), ${hop}))`;

/** Equal to `eventPlace`, from the event time and when it became known. */
export function eventPlaceSql({ schedule, knownAsOfMs }: Clocks, et: string, ka: string): string {
  if (schedule === null) return knownAsOfMs === null ? `greatest(${et} + 1, ${ka})` : `${et} + 1`;
  const from = knownAsOfMs === null ? `greatest(${et} + 1, ${ka} - ${schedule.waitMs})` : `(${et} + 1)`;
  return ceilSql(from, schedule.intervalMs);
}

/** Equal to `rowPlace`, from the row's instant. */
export function rowPlaceSql({ schedule }: Clocks, t: string): string {
  return schedule === null ? t : floorSql(`(${t} - ${schedule.delayMs})`, schedule.intervalMs);
}

/** The first place at or after the end of a tile. */
export function tilePlaceSql({ schedule }: Clocks, tile: string, widthMs: number): string {
  const end = `(${tile} + ${widthMs})`;
  return schedule === null ? end : ceilSql(end, schedule.intervalMs);
}
