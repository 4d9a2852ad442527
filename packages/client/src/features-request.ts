import { encodeMessage, ForebayError, type MessageInput } from '@forebay/contract';

export type KeyValue = string | number | bigint | boolean;

/** What an on-demand view takes from the request; a timestamp is a Date, or milliseconds since the epoch. */
export type RequestValue = KeyValue | Date | null;

/** `version` left out: the newest. */
export interface FeatureReference {
  readonly view: string;
  readonly version?: number;
  readonly feature: string;
}

/** What is asked for; exactly one of `featureService` (`name` or `name@version`) and `features`. */
export type OnlineFeaturesRequest = {
  readonly project: string;
  /** For each join key one value per row, all of the same length. */
  readonly keys: Readonly<Record<string, readonly KeyValue[]>>;
  /** For on-demand views: by request field one value for all rows, or a list with one for each. */
  readonly request?: Readonly<Record<string, RequestValue | readonly RequestValue[]>> | undefined;
  /** Also freshness, newest event and cut of each view: without it, `views` of the answer is empty. Default false. */
  readonly includeViewTimes?: boolean | undefined;
  /** Names the answer in the log of served vectors, for `logPredictions`; the server makes one for what it logs. */
  readonly requestId?: string | undefined;
} & (
  | {
      readonly featureService: string;
      /** Of a service with variants: the one that answers for all rows, instead of that of each entity. */
      readonly variant?: string | undefined;
      readonly features?: undefined;
    }
  | {
      readonly features: readonly FeatureReference[];
      readonly featureService?: undefined;
      readonly variant?: undefined;
    }
);

/** The request as protobuf. Throws `invalid_request` for a key or a value that the contract cannot carry. */
export function encodeRequest(request: OnlineFeaturesRequest, includeLayout: boolean): Uint8Array {
  return encodeMessage('GetOnlineFeaturesRequest', requestMessage(request, includeLayout));
}

function requestMessage(
  request: OnlineFeaturesRequest,
  includeLayout: boolean,
): MessageInput<'GetOnlineFeaturesRequest'> {
  const selection =
    request.features === undefined
      ? { feature_service: request.featureService }
      : { features: { features: request.features.map((reference) => ({ ...reference })) } };
  return {
    project: request.project,
    ...selection,
    keys: Object.entries(request.keys).map(([joinKey, values]) => keyColumn(joinKey, values)),
    include_layout: includeLayout,
    request: Object.entries(request.request ?? {}).map(([name, given]) => requestColumn(name, given)),
    include_view_times: request.includeViewTimes === true,
    request_id: request.requestId ?? '',
    variant: request.variant ?? '',
  };
}

/** What is to be explained: one feature of one entity. */
export interface ExplainRequest {
  readonly project: string;
  readonly feature: FeatureReference;
  /** By join key. */
  readonly keys: Readonly<Record<string, KeyValue>>;
  /** For on-demand views, by request field. */
  readonly request?: Readonly<Record<string, RequestValue>> | undefined;
  /** Segments that are told of at most, the newest; default 500. */
  readonly maxSegments?: number | undefined;
}

/** The request as protobuf. Throws `invalid_request` as `encodeRequest` does. */
export function encodeExplainRequest(asked: ExplainRequest): Uint8Array {
  const { project, feature, request, maxSegments } = asked;
  const keys = Object.fromEntries(Object.entries(asked.keys).map(([name, value]) => [name, [value]]));
  const of = requestMessage({ project, features: [feature], keys, request }, false);
  return encodeMessage('ExplainFeatureRequest', { of, max_segments: maxSegments ?? 0 });
}

function keyColumn(joinKey: string, values: readonly KeyValue[]): MessageInput<'KeyColumn'> {
  const [first] = values;
  values.forEach((value, row) => {
    if (kindOf(value) === null)
      throw refused(joinKey, row, `${String(value)} is not a string, an integer or a boolean`);
    if (kindOf(value) !== kindOf(first))
      throw refused(joinKey, row, `the values are ${kindOf(first)} and ${kindOf(value)}`);
  });
  switch (kindOf(first)) {
    case 'strings':
      return { join_key: joinKey, strings: values as string[] };
    case 'booleans':
      return { join_key: joinKey, booleans: values as boolean[] };
    case 'integers':
      return {
        join_key: joinKey,
        integers: values.map((value) => (typeof value === 'bigint' ? String(value) : (value as number))),
      };
    default:
      return { join_key: joinKey };
  }
}

/** null: not a key. */
function kindOf(value: unknown): 'strings' | 'integers' | 'booleans' | null {
  if (typeof value === 'string') return 'strings';
  if (typeof value === 'boolean') return 'booleans';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integers' : null;
  return typeof value === 'bigint' && BigInt.asIntN(64, value) === value ? 'integers' : null;
}

function refused(joinKey: string, row: number, what: string): ForebayError {
  return new ForebayError('invalid_request', `join key "${joinKey}", row ${row}: ${what}`);
}

/** Numbers are integers where all of them are, else doubles. */
function requestColumn(
  name: string,
  given: RequestValue | readonly RequestValue[],
): MessageInput<'RequestColumn'> {
  const values = (Array.isArray(given) ? given : [given]).map(plainValue);
  const nulls = values.flatMap((value, i) => (value === null ? [i] : []));
  const kinds = new Set(
    values.flatMap((value, i) => (value === null ? [] : [requestKindOf(name, value, i)])),
  );
  if (kinds.size === 2 && kinds.has('doubles')) kinds.delete('integers');
  const [kind = 'integers', other] = kinds;
  if (other !== undefined) {
    throw new ForebayError('invalid_request', `request field "${name}": the values are ${kind} and ${other}`);
  }
  const filled = values.map((value) => value ?? FILLER[kind]);
  if (kind === 'doubles') return { name, nulls, doubles: filled.map(Number) };
  return { name, nulls, [kind]: filled.map((value) => (typeof value === 'bigint' ? String(value) : value)) };
}

type RequestKind = 'strings' | 'integers' | 'booleans' | 'doubles';

/** Stands where a value is null. */
const FILLER = { strings: '', integers: 0, booleans: false, doubles: 0 } as const;

function plainValue(value: RequestValue): KeyValue | null {
  return value instanceof Date ? value.getTime() : value;
}

function requestKindOf(name: string, value: KeyValue, row: number): RequestKind {
  const kind = typeof value === 'number' && !Number.isSafeInteger(value) ? 'doubles' : kindOf(value);
  if (kind !== null) return kind;
  const what = `${String(value)} is not a string, a number, a boolean, a date or null`;
  throw new ForebayError('invalid_request', `request field "${name}", row ${row}: ${what}`);
}

/** Requests with the same selection have the same layout, until another version is applied. */
export function selectionOf({ project, featureService, features }: OnlineFeaturesRequest): string {
  return JSON.stringify([project, featureService ?? features]);
}
