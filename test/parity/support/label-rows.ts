/** The rows that a training set is asked for. */
import type { Random } from '@forebay/testkit';
import type { ParityCase } from './parity-case';

/** The timestamps of one entity's rows, and the time whose knowledge counts; null: each row's own. */
export interface LabelRows {
  readonly timestampsMs: readonly number[];
  readonly knownAsOfMs: number | null;
}

const MOST_ROWS = 6;

/** Snapped to event times, arrivals, cuts and reads, and to 1 ms beside; not in order, and some of them twice. */
export function generateLabelRows(
  random: Random,
  { history, world, readsMs, view }: Omit<ParityCase, 'rows'>,
): LabelRows {
  const instants = [
    ...readsMs,
    ...world.runs.flatMap(({ qMs, cutMs }) => [qMs, cutMs]),
    ...history.flatMap(({ event, arrivalMs }) => [event.eventTimeMs, arrivalMs]),
  ];
  const windows = view.features.flatMap(({ window }) => ('lengthMs' in window ? [window.lengthMs] : []));
  const one = () =>
    random.pick(instants) +
    random.integer(3) -
    1 +
    random.pick([0, 0, ...windows, ...Object.values(view.schedule ?? {})]);
  const timestampsMs = Array.from({ length: 1 + random.integer(MOST_ROWS) }, one);
  if (random.chance(0.2)) timestampsMs.push(timestampsMs[0] as number);
  return { timestampsMs, knownAsOfMs: random.chance(0.15) ? random.pick(instants) : null };
}
