/** The training set's path: values at any timestamp, over what was known then. */
import type { ViewLayout } from '@forebay/algebra';
import { oracleFeatures, type Random, tickAt, type WorldEvent } from '@forebay/testkit';
import { type TrainingEvent, trainingValues } from '@forebay/training-set';
import { type Comparison, compareKnown, type PathName } from './comparison';
import type { ParityCase } from './parity-case';
import { decodedRow, tieWords } from './streamed-entity';

/** The timestamps of one entity's rows, and the time whose knowledge counts; null: each row's own. */
export interface TrainingRows {
  readonly timestampsMs: readonly number[];
  readonly knownAsOfMs: number | null;
}

const MOST_ROWS = 6;

/** Snapped to event times, arrivals, cuts and reads, and to 1 ms beside; not in order, and some of them twice. */
export function generateRows(random: Random, { history, world, readsMs, view }: ParityCase): TrainingRows {
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

/** Of what the archive holds. */
export function compareTraining(layout: ViewLayout, each: ParityCase, rows: TrainingRows): Comparison[] {
  const archived = each.history.filter(({ inArchive }) => inArchive);
  const outputs = trainingValues(layout, archived.map(trainingEvent), rows.timestampsMs, rows.knownAsOfMs);
  return rows.timestampsMs.flatMap((timestampMs, row) => {
    const output = outputs[row] as (typeof outputs)[number];
    return compareRow('training set', each, archived, { timestampMs, knownAsOfMs: rows.knownAsOfMs }, output);
  });
}

/** One row beside the oracle. */
export function compareRow(
  path: PathName,
  { view, source }: ParityCase,
  archived: readonly WorldEvent[],
  { timestampMs, knownAsOfMs }: { readonly timestampMs: number; readonly knownAsOfMs: number | null },
  output: Parameters<typeof compareKnown>[3],
): Comparison[] {
  const { schedule } = view;
  const tMs = schedule === null ? timestampMs : tickAt(schedule, timestampMs);
  const knownToMs = knownAsOfMs ?? tMs + (schedule?.waitMs ?? 0);
  const known = archived.filter(({ arrivalMs }) => arrivalMs <= knownToMs).map(({ event }) => event);
  return compareKnown(path, tMs, view, output, oracleFeatures(view, source, known, tMs));
}

function trainingEvent({ event, arrivalMs }: WorldEvent): TrainingEvent {
  const { row, eventTimeMs, tie } = event;
  return { row: decodedRow(row), eventTimeMs, knownAtMs: arrivalMs, tie: tieWords(tie) };
}
