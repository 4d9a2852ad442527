import { ForebayError } from '@forebay/contract';
import type { OnlineFeaturesRequest } from '../request/online-features-request';

/** What a value of a request was given as; `other`: something that no key and no field of a request can be. */
export type GivenKind =
  | 'string'
  | 'int32'
  | 'int64'
  | 'double'
  | 'float'
  | 'bool'
  | 'timestamp'
  | 'null'
  | 'other';

/** One value of a request: integers are bigints only outside the safe integers, timestamps seconds. */
export interface GivenValue {
  readonly kind: GivenKind;
  /** Of a null and of another kind null. */
  readonly value: string | number | bigint | boolean | null;
}

/** A join key or a field of the request, by row. */
export interface GivenColumn {
  readonly name: string;
  readonly values: readonly GivenValue[];
}

/** A request of a Feast client, whichever transport it came by: nothing is checked but its form. */
export interface FeastRequest {
  readonly selection: OnlineFeaturesRequest['selection'];
  readonly entities: readonly GivenColumn[];
  readonly requestContext: readonly GivenColumn[];
  readonly fullFeatureNames: boolean;
  readonly includeViewVersions: boolean;
}

export const NULL: GivenValue = { kind: 'null', value: null };
export const OTHER: GivenValue = { kind: 'other', value: null };

/** Columns, and features, that a request may name, as for the native API. */
const MAX_COLUMNS = 1_000;
const MAX_FEATURES = 10_000;
/** Values of a column: what the limit of rows can be set to at most. */
const MAX_VALUES = 100_000;

/** Throws `invalid_request` for a request whose answer nobody could want, before anything is made of it. */
export function refuseExcess({ selection, entities, requestContext }: FeastRequest): void {
  const features = selection.kind === 'features' ? selection.features.length : 0;
  if (features > MAX_FEATURES) throw tooMany(features, MAX_FEATURES, 'features');
  const columns = entities.length + requestContext.length;
  if (columns > MAX_COLUMNS) throw tooMany(columns, MAX_COLUMNS, 'entities and fields of the request');
  for (const { name, values } of [...entities, ...requestContext]) {
    if (values.length > MAX_VALUES)
      throw tooMany(values.length, MAX_VALUES, `values of "${name.slice(0, 100)}"`);
  }
}

const tooMany = (count: number, most: number, what: string) =>
  new ForebayError('invalid_request', `the request has ${count} ${what}, and at most ${most} are answered`);
