import { encodeMessage, ForebayError, type MessageInput } from '@forebay/contract';

export type KeyValue = string | number | bigint | boolean;

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
} & (
  | { readonly featureService: string; readonly features?: undefined }
  | { readonly features: readonly FeatureReference[]; readonly featureService?: undefined }
);

/** The request as protobuf. Throws `invalid_request` for a key that the contract cannot carry. */
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

/** Requests with the same selection have the same layout, until another version is applied. */
export function selectionOf({ project, featureService, features }: OnlineFeaturesRequest): string {
  return JSON.stringify([project, featureService ?? features]);
}
