import type { Instruments } from '@forebay/service-kit';
import { answerPlanned, type OnlineFeatures, planOf } from '../answer/get-online-features';
import { requestIdOf } from '../request/online-features-request';
import type { Caller } from '../security/caller';
import type { ServingConfiguration } from '../settings';
import { answerColumns, type FeastAnswer, namesOf, type OnDegraded, viewVersions } from './answer-columns';
import { projectOf } from './feast-project';
import { plannedFeastRequest } from './planned-request';
import { type FeastRequest, refuseExcess } from './request';
import type { DegradedAs } from './statuses';

export interface FeastFeatures {
  readonly features: OnlineFeatures;
  /** The project of requests that name none; undefined: the only one. */
  readonly project: string | undefined;
  readonly degradedAs: DegradedAs;
  readonly onDegraded: OnDegraded;
}

export function feastFeatures(
  features: OnlineFeatures,
  {
    feastProject: project,
    feastDegradedAs: degradedAs,
  }: Pick<ServingConfiguration, 'feastProject' | 'feastDegradedAs'>,
  instruments: Instruments,
): FeastFeatures {
  const degraded = instruments.counter('forebay_feast_degraded_values_total');
  const onDegraded: OnDegraded = ({ project: of, label: view }, values) =>
    degraded.add({ project: of, view, given_as: degradedAs }, values);
  return { features, project, degradedAs, onDegraded };
}

/** What is known of a request besides what it says. */
export interface FeastCall {
  readonly caller: Caller;
  /** What the caller names beside the request; null: nothing. */
  readonly namedProject: string | null;
  /** What the caller names the request in the log of served vectors; empty: nothing. */
  readonly requestId: string;
  /** The time that is left. */
  readonly timeoutMs: number;
}

/**
 * Answers a Feast request by the native path: the same plan, read and fold; only names, columns and statuses are Feast's.
 * Throws what `getOnlineFeatures` throws.
 */
export async function getFeastFeatures(
  { features, project: configured, degradedAs, onDegraded }: FeastFeatures,
  request: FeastRequest,
  call: FeastCall,
): Promise<FeastAnswer> {
  refuseExcess(request);
  const registry = features.registry.current;
  const { selection } = request;
  const { caller, namedProject: named, timeoutMs } = call;
  const project = projectOf({ named, configured, projects: registry.projects, caller, selection });
  const plan = planOf(registry, { project, selection }, caller);
  const names = namesOf(plan, request);
  const { native, echoed } = plannedFeastRequest(plan, request);
  const requestId = requestIdOf(call.requestId);
  const vectors = await answerPlanned(features, plan, { ...native, requestId }, timeoutMs);
  return {
    columns: answerColumns(names, echoed, vectors, degradedAs, onDegraded),
    requestId: vectors.requestId,
    views: request.includeViewVersions ? viewVersions(plan) : null,
  };
}
