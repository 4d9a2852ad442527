import { ForebayError } from '@forebay/contract';
import type { OnlineReader } from '@forebay/online-store';
import type { AppliedRegistry } from './applied-registry';
import { entityKeysOf } from './entity-keys';
import type { FeatureVectors, ServedValues } from './feature-vectors';
import { foldVectors } from './fold-vectors';
import { type OnlineFeaturesRequest, readOnlineFeaturesRequest } from './online-features-request';
import type { ServicePlan } from './plan';
import { requestDataOf } from './request-data';
import { readRows } from './stored-rows';

export interface OnlineFeatures {
  readonly registry: { readonly current: AppliedRegistry };
  readonly reader: OnlineReader;
  /** The wall clock, ms. */
  readonly clock: () => number;
  /** Entity rows that a request may have. */
  readonly maxRows: number;
  readonly served: ServedValues & { countRows(plan: ServicePlan, rows: number): void };
}

/**
 * Answers `GetOnlineFeatures`: what is asked for → keys and data of the request → one read of batch values, stream values,
 * markers and progress → one instant → for each row, a fold per view, and then what is computed on demand.
 *
 * Throws ForebayErrors: `invalid_request`, `not_found`, `failed_precondition`, `unavailable`, `deadline_exceeded`, `overloaded`.
 */
export async function getOnlineFeatures(
  context: OnlineFeatures,
  requestBytes: Uint8Array,
  timeoutMs: number,
): Promise<FeatureVectors> {
  const request = readOnlineFeaturesRequest(requestBytes);
  const plan = planOf(context.registry.current, request);
  const keys = entityKeysOf(plan, request, context.maxRows);
  const { rows } = keys;
  const data = requestDataOf(plan, request.data, request.keys, rows);
  context.served.countRows(plan, rows);
  const reads = await readRows(context.reader, plan, keys, timeoutMs);
  const { includeLayout } = request;
  return foldVectors({ plan, rows, data, includeLayout }, reads, context.clock(), context.served);
}

function planOf(registry: AppliedRegistry, { project, selection }: OnlineFeaturesRequest): ServicePlan {
  switch (selection.kind) {
    case 'service':
      return registry.servicePlan(project, selection.featureService);
    case 'features':
      return registry.listPlan(project, selection.features);
    case 'none':
      throw new ForebayError(
        'invalid_request',
        'the request names neither a feature service nor a list of features',
      );
  }
}
