/** The examples of packages/client/README.md and docs/READING.md, so that they compile; readme.test.ts compares. */
import { readFileSync } from 'node:fs';
import { connect, FeatureCallError, type FeatureClient } from '@forebay/client';

export async function read(): Promise<void> {
  const client = connect({ address: 'serving:50051' });
  const answer = await client.getOnlineFeatures({
    project: 'payments',
    featureService: 'fraud', // or 'fraud@1', or features: [{ view, version, feature }, …]
    keys: { customer: [7, 8], merchant: ['acme', 'acme'] },
    request: { amount: [112.5, null], country: 'CH' }, // for on-demand views: one value for all rows, or one for each
    includeViewTimes: true, // also answer.views: freshness, newest event, cut
  });
  answer.rows[0]?.amount_z; // number | null | …
  answer.statuses(0).amount_z; // 'PRESENT', 'NULL_VALUE', 'NOT_FOUND', 'OUTSIDE_MAX_AGE', 'DEGRADED'
  answer.degraded; // [{ row, view, reason }]
  answer.variant(0); // of a service with variants, the one that answered; null: it has none
  answer.requestId; // names the answer in the log of served vectors, for logPredictions
  await client.close();
}

export async function numbers(client: FeatureClient): Promise<Float64Array> {
  const answer = await client.getOnlineFeatures({
    project: 'payments',
    featureService: 'fraud',
    keys: { customer: [7, 8], merchant: ['acme', 'acme'] },
    request: { amount: 112.5, country: 'CH' },
  });
  answer.float64s; // rows × answer.blockWidth numbers, NaN where null
  return answer.numbers('amount_z'); // a Float64Array of one column
}

export async function typed(client: FeatureClient): Promise<number | null> {
  const fraud = client.service({
    project: 'payments',
    featureService: 'fraud',
    keys: { customer: 'int64', merchant: 'string' },
    request: { amount: 'double', country: 'string' },
    features: { amount_z: 'double', merchants_90d: 'int64', last_countries: 'list<string>' },
  });
  const { rows } = await fraud.get({
    keys: { customer: [7], merchant: ['acme'] },
    request: { amount: 112.5, country: 'CH' },
  });
  const countries: readonly string[] | null | undefined = rows[0]?.last_countries;
  return rows[0]?.amount_z ?? countries?.length ?? null;
}

export function secured(readToken: () => Promise<string>): FeatureClient {
  return connect({
    address: ['serving-0.example:50051', 'serving-1.example:50051'], // calls take turns
    tls: { ca: readFileSync('/etc/forebay/ca.pem') }, // true: the authorities that this machine trusts
    token: readToken, // a text, or a function that is asked at every call
    deadlineMs: 200, // of a call, retries included; default 5 s
    attempts: 3, // of a call that finds no server; default 4
    batching: { maxRows: 200 }, // calls of one turn of the event loop are merged; default: not
  });
}

export async function failing(client: FeatureClient): Promise<string> {
  try {
    await client.getOnlineFeatures({ project: 'payments', featureService: 'fraud', keys: {} });
    return 'answered';
  } catch (error) {
    if (!(error instanceof FeatureCallError)) throw error;
    error.reason; // 'invalid_request', 'not_found', 'unavailable', 'deadline_exceeded', 'overloaded', …
    error.violations; // [{ field, description }]: what is wrong with the request
    error.retryAfterMs; // when the server says that the same call may succeed
    return error.message; // names the offending value, and what to do
  }
}

export async function explain(client: FeatureClient): Promise<string> {
  const { explanation, keys } = await client.explainFeature({
    project: 'payments',
    feature: { view: 'habits', feature: 'merchants_90d' },
    keys: { customer: 7 },
  });
  explanation.segments?.segments; // [{ from, startMs, endMs, counted, states, alone, merged }, …], the newest first
  explanation.degraded?.remedy; // what to do about a DEGRADED value
  return keys.map(({ key, sizeBytes }) => `${key} ${sizeBytes}`).join('\n');
}

export async function describe(client: FeatureClient): Promise<string[]> {
  const { features, joinKeys, request, layoutId } = await client.getFeatureServiceInfo('payments', 'fraud');
  return [layoutId, ...[...features, ...joinKeys, ...request].map(({ name, type }) => `${name}: ${type}`)];
}
