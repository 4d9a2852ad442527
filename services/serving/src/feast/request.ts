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
