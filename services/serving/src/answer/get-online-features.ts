import { ForebayError } from '@forebay/contract';
import type { BucketReaders } from '@forebay/online-store';
import type { ServicePlan } from '../plan/plan';
import type { AppliedRegistry } from '../registry/applied-registry';
import { entityKeysOf } from '../request/entity-keys';
import { type OnlineFeaturesRequest, readOnlineFeaturesRequest } from '../request/online-features-request';
import { type RequestData, requestDataOf } from '../request/request-data';
import type { Caller } from '../security/caller';
import { requireRead } from '../security/requirements';
import type { SampledRequest, ServedLog } from '../served-log/served-log';
import type { CallContext } from '../server/unary-calls';
import { answerVariants } from './answer-variants';
import { type FeatureVectors, keptVectors, type ServedValues } from './feature-vectors';
import { type ReadRows, type RowsReader, readRows } from './stored-rows';
import { type AskedRows, builderOf } from './vectors-builder';

export interface OnlineFeatures {
  readonly registry: { readonly current: AppliedRegistry };
  readonly reader: BucketReaders;
  /** The wall clock, ms. */
  readonly clock: () => number;
  /** Entity rows that a request may have. */
  readonly maxRows: number;
  readonly served: ServedValues;
  /** null: nothing is logged. */
  readonly log: ServedLog | null;
}

/** Gets the answer, or the error, of one request. */
export interface AnswerTaker {
  /** Whether nobody waits for the answer any more. */
  readonly isCancelled: boolean;
  /** The vectors are overwritten after this returns: take what is needed. */
  onVectors(vectors: FeatureVectors): void;
  onError(error: ForebayError): void;
}

/**
 * Answers `GetOnlineFeatures`: what is asked for → keys and data of the request → one read of batch values, stream values,
 * markers and progress → one instant → for each row, a fold per view, and then what is computed on demand.
 *
 * Throws what is wrong with the request (`invalid_request`, `permission_denied`, `not_found`, `failed_precondition`); what fails afterwards
 * (`unavailable`, `deadline_exceeded`, `overloaded`) goes to `taker`.
 */
export function getOnlineFeatures(
  context: OnlineFeatures,
  requestBytes: Uint8Array,
  call: CallContext,
  taker: AnswerTaker,
): void {
  const request = readOnlineFeaturesRequest(requestBytes);
  const plan = planOf(context.registry.current, request, call.caller);
  answer(context, plan, request, call.timeoutMs, taker);
}

/** The same with a promise; the vectors have memory of their own. */
export function keptOnlineFeatures(
  context: OnlineFeatures,
  requestBytes: Uint8Array,
  call: CallContext,
): Promise<FeatureVectors> {
  return new Promise((resolve, reject) => {
    getOnlineFeatures(context, requestBytes, call, keeping(resolve, reject));
  });
}

/** What a request asks for beyond its features. */
export interface PlannedRequest extends Pick<OnlineFeaturesRequest, 'keys' | 'data' | 'includeLayout'> {
  readonly includeViewTimes?: boolean;
  /** Also of each (row, view) the newest event. */
  readonly includeNewestEvents?: boolean;
  /** Of a service with variants: the one that answers for all rows; left out or empty: each entity's own. */
  readonly variant?: string;
  /** What the caller names the request. */
  readonly requestId?: string;
}

/** As `getOnlineFeatures`, for a request that is decoded and whose plan is known; the vectors have memory of their own. */
export function answerPlanned(
  context: OnlineFeatures,
  plan: ServicePlan,
  request: PlannedRequest,
  timeoutMs: number,
): Promise<FeatureVectors> {
  return new Promise((resolve, reject) => {
    answer(context, plan, request, timeoutMs, keeping(resolve, reject));
  });
}

function keeping(
  resolve: (vectors: FeatureVectors) => void,
  reject: (error: ForebayError) => void,
): AnswerTaker {
  return { isCancelled: false, onVectors: (vectors) => resolve(keptVectors(vectors)), onError: reject };
}

function answer(
  context: OnlineFeatures,
  plan: ServicePlan,
  request: PlannedRequest,
  timeoutMs: number,
  taker: AnswerTaker,
): void {
  if (plan.experiment !== null) {
    answerVariants(context, plan, plan.experiment, request, timeoutMs, taker);
    return;
  }
  refuseVariant(plan, request.variant);
  const keys = entityKeysOf(plan, request, context.maxRows);
  const { rows } = keys;
  const asked = {
    rows,
    data: requestDataOf(plan, request.data, request.keys, rows),
    includeLayout: request.includeLayout,
    includeViewTimes: request.includeViewTimes ?? false,
    includeNewestEvents: request.includeNewestEvents ?? false,
    requestId: request.requestId ?? '',
  };
  context.served.countRows(plan, rows);
  const sampled =
    context.log === null ? null : context.log.sample(plan, request.keys, keys, request.requestId);
  const to = sampled === null ? taker : new LoggingTaker(taker, sampled, asked.data);
  readRows(context.reader, plan, keys, timeoutMs, new Answer(context, plan, asked, to));
}

/** What is left of a request while its values are read. */
class Answer implements RowsReader {
  readonly keepsReads = false;

  constructor(
    private readonly context: OnlineFeatures,
    private readonly plan: ServicePlan,
    private readonly asked: AskedRows,
    private readonly taker: AnswerTaker,
  ) {}

  onRows(reads: readonly ReadRows[]): void {
    const { context, taker } = this;
    if (taker.isCancelled) {
      taker.onError(new ForebayError('cancelled', 'the caller went before the values had come'));
      return;
    }
    const builder = builderOf(this.plan, context.served);
    let vectors: FeatureVectors;
    try {
      vectors = builder.build(this.asked, reads, context.clock());
      builder.countServed();
    } catch (thrown) {
      taker.onError(ForebayError.from(thrown));
      return;
    }
    taker.onVectors(vectors);
    builder.release();
  }

  onError(error: ForebayError): void {
    this.taker.onError(error);
  }
}

/** Logs what is answered before it is gone. */
class LoggingTaker implements AnswerTaker {
  constructor(
    private readonly taker: AnswerTaker,
    private readonly sampled: SampledRequest,
    private readonly data: RequestData,
  ) {}

  get isCancelled(): boolean {
    return this.taker.isCancelled;
  }

  onVectors(vectors: FeatureVectors): void {
    const { requestId } = this.sampled;
    this.sampled.log({ vectors, data: this.data, variant: '', rows: null });
    this.taker.onVectors({ ...vectors, requestId });
  }

  onError(error: ForebayError): void {
    this.taker.onError(error);
  }
}

function refuseVariant({ label }: ServicePlan, variant = ''): void {
  if (variant === '') return;
  throw new ForebayError('not_found', `${label} has no variant "${variant.slice(0, 100)}": it has none`);
}

/** What the caller may not read is refused before it is looked up: the refusal does not tell whether it exists. */
export function planOf(
  registry: AppliedRegistry,
  { project, selection }: Pick<OnlineFeaturesRequest, 'project' | 'selection'>,
  caller: Caller,
): ServicePlan {
  switch (selection.kind) {
    case 'service':
      requireRead(caller, project, selection.featureService);
      return registry.servicePlan(project, selection.featureService, caller);
    case 'features':
      requireRead(caller, project, null);
      return registry.listPlan(project, selection.features, caller);
    case 'none':
      throw new ForebayError(
        'invalid_request',
        'the request names neither a feature service nor a list of features',
      );
  }
}
