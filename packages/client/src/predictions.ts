import { decodeMessage, encodeMessage, type MessageInput } from '@forebay/contract';

/** A score, a class, or the scores of several classes. */
export type PredictedValue = number | string | readonly number[];

/** A prediction, an outcome that became known later, or both. */
export interface Prediction {
  /** `requestId` of the answer that it was made of, whether that was logged or not. */
  readonly requestId: string;
  /** Row of that request, `answer.requestRow(row)`; default 0. */
  readonly row?: number;
  /** Join keys, for entries whose request is not logged. */
  readonly keys?: Readonly<Record<string, string | number | bigint | boolean>>;
  readonly model?: string;
  readonly modelVersion?: string;
  readonly prediction?: PredictedValue;
  /** When it was made, a Date or milliseconds since the epoch; default now. */
  readonly predictedAt?: Date | number;
  readonly outcome?: PredictedValue;
  /** When it became known; default now. */
  readonly outcomeAt?: Date | number;
}

export interface PredictionsRequest {
  readonly project: string;
  /** The one whose answers the predictions were made of; without it, the right to read the whole project is needed. */
  readonly featureService?: string;
  /** At most 1,000. */
  readonly predictions: readonly Prediction[];
}

export interface LoggedPredictions {
  readonly accepted: number;
  /** For which the server had no room: its log's database is away, or does not keep up. They may be sent again. */
  readonly dropped: number;
}

export function encodePredictions(request: PredictionsRequest): Uint8Array {
  return encodeMessage('LogPredictionRequest', {
    project: request.project,
    feature_service: request.featureService ?? '',
    predictions: request.predictions.map((entry) => ({
      request_id: entry.requestId,
      row: entry.row ?? 0,
      keys: Object.fromEntries(Object.entries(entry.keys ?? {}).map(([name, key]) => [name, String(key)])),
      model: entry.model ?? '',
      model_version: entry.modelVersion ?? '',
      ...(entry.prediction === undefined ? {} : { prediction: valueMessage(entry.prediction) }),
      predicted_at_ms: Number(entry.predictedAt ?? 0),
      ...(entry.outcome === undefined ? {} : { outcome: valueMessage(entry.outcome) }),
      outcome_at_ms: Number(entry.outcomeAt ?? 0),
    })),
  });
}

function valueMessage(value: PredictedValue): MessageInput<'PredictedValue'> {
  if (typeof value === 'number') return { number: value };
  return typeof value === 'string' ? { text: value } : { list: { numbers: [...value] } };
}

/** Reads `forebay.v1.LogPredictionResponse`. Throws `corrupt_data`. */
export function readLoggedPredictions(bytes: Uint8Array): LoggedPredictions {
  const { accepted, dropped } = decodeMessage('LogPredictionResponse', bytes);
  return { accepted, dropped };
}
