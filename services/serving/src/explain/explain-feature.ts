import { ItemLimit } from '@forebay/algebra';
import { encodeMessage, ForebayError, type MessageInput, ProtobufReader } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import type { OnlineFeatures } from '../answer/get-online-features';
import type { ServicePlan } from '../plan/plan';
import type { AnsweringView } from '../plan/readable-view';
import { entityKeysOf } from '../request/entity-keys';
import { type OnlineFeaturesRequest, readOnlineFeaturesRequest } from '../request/online-features-request';
import { type RequestData, requestDataOf } from '../request/request-data';
import { requireRead } from '../security/requirements';
import type { CallContext } from '../server/unary-calls';
import { MAX_SEGMENTS } from './explain-segments';
import { type AnsweredRow, type Detail, Explanation } from './explanation';
import { readStoredView, type StoredView } from './stored-view';

/** Segments of a feature that are told of when the request does not say. */
const DEFAULT_SEGMENTS = 500;
/** Items of a list or map that are told of: enough to see what is in it. */
const SHOWN_ITEMS = 100;
/** Features that one answer explains: an on-demand feature with many inputs. */
const MAX_FEATURES = 50;
/** What clients take by default is 4 MiB; this leaves room for a proxy's headers. */
const MAX_RESPONSE_BYTES = 3_500_000;

/** Told instead when an answer is too long. */
const LESS_DETAIL: readonly Detail[] = [
  { segments: 50, features: 20 },
  { segments: 5, features: 5 },
  { segments: 0, features: 1 },
];

/** A request as far as an explanation goes. */
export interface ExplainRequest {
  readonly of: OnlineFeaturesRequest;
  readonly maxSegments: number;
}

/** Reads `forebay.v1.ExplainFeatureRequest`. Throws `invalid_request` for bytes that are not one. */
export function readExplainRequest(bytes: Uint8Array): ExplainRequest {
  let of: Uint8Array = new Uint8Array(0);
  let maxSegments = 0;
  try {
    const reader = new ProtobufReader(bytes);
    for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
      if (field === 1) of = reader.bytes();
      else if (field === 2) maxSegments = reader.uint32();
      else reader.skip();
    }
  } catch (error) {
    const { message } = ForebayError.from(error);
    throw new ForebayError('invalid_request', `reading ExplainFeatureRequest: ${message}`);
  }
  return { of: readOnlineFeaturesRequest(of), maxSegments };
}

/**
 * Answers `ExplainFeature`: the value as GetOnlineFeatures gives it at the same instant, by the same folds over the same bytes,
 * and what it was made from. A cold path: nothing is shared with requests for values but the code.
 *
 * Throws ForebayErrors as `getOnlineFeatures` does; `permission_denied` without a grant to read the whole project.
 */
export async function explainFeature(
  { registry: { current: registry }, reader, clock }: OnlineFeatures,
  requestBytes: Uint8Array,
  { timeoutMs, caller }: CallContext,
): Promise<MessageInput<'ExplainFeatureResponse'>> {
  const { of: request, maxSegments } = readExplainRequest(requestBytes);
  const { project, selection } = request;
  // it tells of everything that is read for a feature, as a list of features would be
  requireRead(caller, project, null);
  if (selection.kind !== 'features' || selection.features.length !== 1)
    throw new ForebayError(
      'invalid_request',
      'an explanation is of one feature: ask for a list of one, not for a feature service',
    );
  const plan = registry.listPlan(project, selection.features, caller);
  const keys = entityKeysOf(plan, request, 1);
  if (keys.rows !== 1)
    throw new ForebayError(
      'invalid_request',
      `an explanation is of one entity row, and the request has ${keys.rows}`,
    );
  const data = requestDataOf(plan, request.data, request.keys, keys.rows);
  const stored = await Promise.all(
    plan.views.map(({ readable, entityKey }) =>
      readStoredView(reader, readable, keys.encoded(entityKey, 0), timeoutMs),
    ),
  );
  // nothing is awaited from here on: the views' outputs hold the values of this row
  const row = answerRow(plan, stored, data, request, clock());
  const wanted: Detail = {
    segments: Math.min(MAX_SEGMENTS, maxSegments === 0 ? DEFAULT_SEGMENTS : maxSegments),
    features: MAX_FEATURES,
  };
  const respond = (detail: Detail, isLess: boolean) => response(row, detail, isLess, registry.version);
  return shortest([wanted, ...LESS_DETAIL], respond);
}

/** The first that is short enough, or the last. */
function shortest(
  details: readonly Detail[],
  respond: (detail: Detail, isLess: boolean) => MessageInput<'ExplainFeatureResponse'>,
): MessageInput<'ExplainFeatureResponse'> {
  let answer: MessageInput<'ExplainFeatureResponse'> = {};
  for (const [i, detail] of details.entries()) {
    answer = respond(detail, i > 0);
    if (encodeMessage('ExplainFeatureResponse', answer).length <= MAX_RESPONSE_BYTES) break;
  }
  return answer;
}

/** Folds and computes what the feature needs, as of one instant. */
function answerRow(
  plan: ServicePlan,
  stored: readonly StoredView[],
  data: RequestData,
  { keys }: OnlineFeaturesRequest,
  serverClockMs: number,
): AnsweredRow {
  const foldAt = (tMs: number) =>
    stored.map(({ readable, parts, clocks }) =>
      readable.fold.fold(parts, { ...clocks, tMs, serverClockMs }, readable.output),
    );
  const markerClocks = stored.map(({ readable, clocks }) => readable.fold.markerClock(clocks));
  const earliestMs = Math.max(serverClockMs, ...markerClocks);
  const tMs = Math.max(earliestMs, ...foldAt(earliestMs));
  if (tMs > earliestMs) foldAt(tMs);
  for (const { computed, fields } of plan.computations) computed.compute(data, fields, 0);
  const keyText = (name: string) => String(keys.find(({ joinKey }) => joinKey === name)?.values[0]);
  return {
    plan,
    stored,
    entities: plan.views.map(({ readable }) =>
      readable.entity.joinKeys.map(({ name }) => `${name}=${keyText(name)}`).join(' '),
    ),
    given: new Map(
      plan.request.map(({ name, isJoinKey }, i) => [
        name,
        { from: isJoinKey ? 'key' : 'request', value: data[i]?.[0] as Value },
      ]),
    ),
    tMs,
    serverClockMs,
    limit: new ItemLimit(SHOWN_ITEMS),
    explained: new Map(),
  };
}

function response(
  row: AnsweredRow,
  detail: Detail,
  isLess: boolean,
  registryVersion: number,
): MessageInput<'ExplainFeatureResponse'> {
  const { plan, stored, tMs, serverClockMs } = row;
  const explanation = new Explanation(row, detail);
  const { view, feature } = askedFeature(plan);
  const explained = explanation.of(view, feature);
  const keys = new Map(stored.flatMap(({ keys }) => keys.map((key) => [key.key, key] as const)));
  return {
    as_of_ms: tMs,
    server_clock_ms: serverClockMs,
    registry_version: registryVersion,
    explanation: explained,
    keys: [...keys.values()].map(({ key, what, bytes, unreadable }) => ({
      key,
      what,
      found: bytes !== null,
      size_bytes: bytes?.length ?? 0,
      unreadable,
    })),
    truncated: isLess
      ? ['the whole answer is too long for a message: less of it is told', ...explanation.truncated]
      : explanation.truncated,
  };
}

/** The one column of the plan. */
function askedFeature({ layout, views, computations }: ServicePlan): {
  view: AnsweringView;
  feature: number;
} {
  const [column] = layout.columns ?? [];
  const all: AnsweringView[] = [
    ...views.map(({ readable }) => readable),
    ...computations.map(({ computed }) => computed),
  ];
  const view = all.find(
    ({ view: { name, version } }) => name === column?.view && version === column.view_version,
  ) as AnsweringView;
  return { view, feature: view.view.features.findIndex(({ name }) => name === column?.name) };
}
