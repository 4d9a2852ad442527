/** The training set's path: values at any timestamp, over what was known then. */
import type { ViewLayout, ViewOutput } from '@forebay/algebra';
import { type OracleValues, oracleFeatures, tickAt, type WorldEvent } from '@forebay/testkit';
import { type TrainingEvent, trainingValues } from '@forebay/training-set';
import { type Comparison, compareKnown, type PathName } from './comparison';
import type { ParityCase } from './parity-case';
import { decodedRow, tieWords } from './streamed-entity';

/** Of what the archive holds. */
export function compareTraining(layout: ViewLayout, each: ParityCase): Comparison[] {
  const { rows } = each;
  const events = archived(each).map(trainingEvent);
  const outputs = trainingValues(layout, events, rows.timestampsMs, rows.knownAsOfMs);
  return compareRows('training set', each, outputs);
}

const archived = ({ history }: ParityCase) => history.filter(({ inArchive }) => inArchive);

/** What the oracle says of a row. */
export function oracleOfRow(
  each: ParityCase,
  timestampMs: number,
): { readonly tMs: number; readonly oracle: OracleValues } {
  const { view, source, rows } = each;
  const { schedule } = view;
  const tMs = schedule === null ? timestampMs : tickAt(schedule, timestampMs);
  const knownToMs = rows.knownAsOfMs ?? tMs + (schedule?.waitMs ?? 0);
  const known = archived(each)
    .filter(({ arrivalMs }) => arrivalMs <= knownToMs)
    .map(({ event }) => event);
  return { tMs, oracle: oracleFeatures(view, source, known, tMs) };
}

/** @param outputs of the case's rows, in their order */
export function compareRows(path: PathName, each: ParityCase, outputs: readonly ViewOutput[]): Comparison[] {
  return each.rows.timestampsMs.flatMap((timestampMs, row) => {
    const { tMs, oracle } = oracleOfRow(each, timestampMs);
    return compareKnown(path, tMs, each.view, outputs[row] as ViewOutput, oracle);
  });
}

function trainingEvent({ event, arrivalMs }: WorldEvent): TrainingEvent {
  const { row, eventTimeMs, tie } = event;
  return { row: decodedRow(row), eventTimeMs, knownAtMs: arrivalMs, tie: tieWords(tie) };
}
