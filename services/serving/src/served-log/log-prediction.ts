import { ForebayError, type Message, type MessageInput } from '@forebay/contract';
import { RowBinaryWriter } from '@forebay/offline-store';
import type { AppliedRegistry } from '../registry/applied-registry';
import type { ToldTo } from '../registry/unknown-name';
import { MAX_MODEL_BYTES, predictionOf, writePrediction } from './prediction-rows';
import type { RowSink } from './served-log';

/** Entries of a call: they are written in one go, about a millisecond in which nothing else is answered. */
export const MAX_PREDICTIONS = 1_000;

export interface PredictionLog {
  /** null: the service has no database to log to. */
  readonly predictions: RowSink | null;
  readonly registry: { readonly current: AppliedRegistry };
  /** The wall clock, ms. */
  readonly clock: () => number;
}

/**
 * Answers `LogPrediction`: all entries are checked before the first is taken, and then taken without waiting for the database.
 * Throws `invalid_request`, `not_found` for a project that is not there, `failed_precondition` where nothing is logged.
 */
export function logPrediction(
  { predictions, registry, clock }: PredictionLog,
  request: Message<'LogPredictionRequest'>,
  caller: ToldTo,
): MessageInput<'LogPredictionResponse'> {
  if (predictions === null) {
    throw new ForebayError(
      'failed_precondition',
      'predictions are not logged here: set FOREBAY_SERVING_LOG_CLICKHOUSE_URL of the serving service',
    );
  }
  const { project, predictions: entries, feature_service: featureService } = request;
  registry.current.requireProject(project, caller);
  if (Buffer.byteLength(featureService) > MAX_MODEL_BYTES)
    throw new ForebayError('invalid_request', `feature_service is longer than ${MAX_MODEL_BYTES} bytes`);
  if (entries.length > MAX_PREDICTIONS) {
    throw new ForebayError(
      'invalid_request',
      `${entries.length} predictions are more than the ${MAX_PREDICTIONS} of one call: send them in parts`,
    );
  }
  const receivedAtMs = clock();
  const checked = entries.map((entry, i) => predictionOf(entry, i, receivedAtMs));
  const writer = new RowBinaryWriter();
  let accepted = 0;
  for (const entry of checked) {
    writer.clear();
    writePrediction(writer, { receivedAtMs, project, featureService }, entry);
    if (predictions.append(writer.bytes())) accepted++;
  }
  return { accepted, dropped: checked.length - accepted };
}
