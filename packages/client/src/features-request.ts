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
} & (
  | { readonly featureService: string; readonly features?: undefined }
  | { readonly features: readonly FeatureReference[]; readonly featureService?: undefined }
);

/** The request as protobuf. Throws `invalid_request` for a key or a value that the contract cannot carry. */
export function encodeRequest(request: OnlineFeaturesRequest, includeLayout: boolean): Uint8Array {
  const selection =
    request.features === undefined
      ? { feature_service: request.featureService }
      : { features: { features: request.features.map((reference) => ({ ...reference })) } };
  return encodeMessage('GetOnlineFeaturesRequest', {
    project: request.project,
    ...selection,
    keys: Object.entries(request.keys).map(([joinKey, values]) => keyColumn(joinKey, values)),
    include_layout: includeLayout,
    request: Object.entries(request.request ?? {}).map(([name, given]) => requestColumn(name, given)),
  });
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
