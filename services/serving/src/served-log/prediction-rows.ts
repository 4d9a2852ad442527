import { ForebayError, type Message } from '@forebay/contract';
import { isArchivableInstant, type RowBinaryWriter } from '@forebay/offline-store';
import { MAX_REQUEST_ID_BYTES } from '../request/online-features-request';

type Prediction = Message<'Prediction'>;
type PredictedValue = Message<'PredictedValue'>;

/** Models and feature services are names in people's queries, not documents. */
export const MAX_MODEL_BYTES = 256;

/** An entry that has been checked. */
export interface LoggedPrediction {
  readonly requestId: string;
  readonly row: number;
  readonly keys: Readonly<Record<string, string>>;
  readonly model: string;
  readonly modelVersion: string;
  /** null: the entry has none. */
  readonly prediction: TimedValue | null;
  readonly outcome: TimedValue | null;
}

interface TimedValue {
  readonly atMs: number;
  readonly value: number | string | readonly number[];
}

/** Throws `invalid_request` naming the entry. */
export function predictionOf(entry: Prediction, index: number, nowMs: number): LoggedPrediction {
  const refuse = (what: string) => new ForebayError('invalid_request', `prediction ${index}: ${what}`);
  const { request_id, row, keys, model, model_version } = entry;
  if (request_id === '') throw refuse('request_id is empty: give that of the answer it was made of');
  const checkLength = (name: string, text: string, maxBytes: number) => {
    if (Buffer.byteLength(text) > maxBytes) throw refuse(`${name} is longer than ${maxBytes} bytes`);
  };
  checkLength('request_id', request_id, MAX_REQUEST_ID_BYTES);
  checkLength('model', model, MAX_MODEL_BYTES);
  checkLength('model_version', model_version, MAX_MODEL_BYTES);
  const timed = (name: string, given: PredictedValue | null, atMs: number): TimedValue | null => {
    const value = givenValue(given);
    if (value === null) return null;
    const instantMs = atMs === 0 ? nowMs : atMs;
    if (isArchivableInstant(instantMs)) return { atMs: instantMs, value };
    throw refuse(`${name} ${atMs} is not an instant from 1900 to 2299 in ms since the epoch`);
  };
  const prediction = timed('predicted_at_ms', entry.prediction, entry.predicted_at_ms);
  const outcome = timed('outcome_at_ms', entry.outcome, entry.outcome_at_ms);
  if (prediction === null && outcome === null)
    throw refuse('it has neither a prediction nor an outcome: give a number, a text or a list');
  return { requestId: request_id, row, keys, model, modelVersion: model_version, prediction, outcome };
}

function givenValue(given: PredictedValue | null): TimedValue['value'] | null {
  if (given === null) return null;
  if (given.value === 'number') return given.number ?? 0;
  if (given.value === 'text') return given.text ?? '';
  return given.value === 'list' ? (given.list?.numbers ?? []) : null;
}

/** What entries of one call have in common. */
export interface PredictionsOrigin {
  readonly receivedAtMs: number;
  readonly project: string;
  readonly featureService: string;
}

/** Writes an entry in the order of PREDICTIONS_COLUMNS. */
export function writePrediction(
  to: RowBinaryWriter,
  origin: PredictionsOrigin,
  entry: LoggedPrediction,
): void {
  to.int64(origin.receivedAtMs);
  to.string(origin.project);
  to.string(origin.featureService);
  to.string(entry.requestId);
  to.uint32(entry.row);
  const keys = Object.entries(entry.keys);
  to.length(keys.length);
  for (const [name, value] of keys) {
    to.string(name);
    to.string(value);
  }
  to.string(entry.model);
  to.string(entry.modelVersion);
  writeTimed(to, entry.prediction);
  writeTimed(to, entry.outcome);
}

/** Instant, number, text, list. */
function writeTimed(to: RowBinaryWriter, timed: TimedValue | null): void {
  const value = timed?.value ?? null;
  if (to.present(timed !== null)) to.int64((timed as TimedValue).atMs);
  if (to.present(typeof value === 'number')) to.float64(value as number);
  if (to.present(typeof value === 'string')) to.string(value as string);
  const list = Array.isArray(value) ? (value as readonly number[]) : [];
  to.length(list.length);
  for (const number of list) to.float64(number);
}
