/** The training set's path: values at any timestamp, over what was known then. */
import type { ViewLayout } from '@forebay/algebra';
import { oracleFeatures, tickAt, type WorldEvent } from '@forebay/testkit';
import { type TrainingEvent, trainingValues } from '@forebay/training-set';
import { type Comparison, compareKnown, type PathName } from './comparison';
import type { ParityCase } from './parity-case';
import { decodedRow, tieWords } from './streamed-entity';

/** Of what the archive holds. */
export function compareTraining(layout: ViewLayout, each: ParityCase): Comparison[] {
  const { rows } = each;
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
