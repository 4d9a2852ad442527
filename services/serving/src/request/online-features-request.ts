import { ForebayError, ProtobufReader } from '@forebay/contract';
import type { FeatureReference } from '@forebay/definitions';

/** A request id is held in memory and stored with each row of the log of served vectors. */
export const MAX_REQUEST_ID_BYTES = 128;

/** The lists that a column may have. */
export type KeyKind = 'strings' | 'integers' | 'booleans';
export type RequestKind = KeyKind | 'doubles';

export type KeyValue = string | number | bigint | boolean;

/** A column as decoded; integers are bigints only outside the safe integers. */
interface GivenColumn<Kind> {
  /** Which list is set; `none`: no list is, `several`: more than one. */
  readonly kind: Kind | 'none' | 'several';
  readonly values: readonly KeyValue[];
}

/** One join key for every entity row. */
export interface KeyColumn extends GivenColumn<KeyKind> {
  readonly joinKey: string;
}

/** A field of the request: one value for all entity rows, or one for each. */
export interface RequestColumn extends GivenColumn<RequestKind> {
  readonly name: string;
  /** The positions whose value is null, whatever `values` holds. */
  readonly nulls: readonly number[];
}

/** Join keys, and fields of the request, that a request may have: a few bytes each on the wire, some hundred in memory. */
const MAX_COLUMNS = 1_000;
/** Features that a request may list, likewise. */
const MAX_FEATURES = 10_000;

/** A request as decoded: nothing is checked but its form. */
export interface OnlineFeaturesRequest {
  readonly project: string;
  readonly selection:
    | { readonly kind: 'service'; readonly featureService: string }
    | { readonly kind: 'features'; readonly features: readonly FeatureReference[] }
    | { readonly kind: 'none' };
  readonly keys: readonly KeyColumn[];
  readonly includeLayout: boolean;
  readonly includeViewTimes: boolean;
  readonly data: readonly RequestColumn[];
  /** What the caller names the request; empty: nothing. */
  readonly requestId: string;
  /** The variant that is to answer; empty: that of each entity. */
  readonly variant: string;
}

/**
 * Reads `forebay.v1.GetOnlineFeaturesRequest`. By hand, since join keys of type int64 must stay exact.
 * Throws `invalid_request` for bytes that are not one.
 */
export function readOnlineFeaturesRequest(bytes: Uint8Array): OnlineFeaturesRequest {
  try {
    return readRequest(new ProtobufReader(bytes));
  } catch (error) {
    throw new ForebayError(
      'invalid_request',
      `reading GetOnlineFeaturesRequest: ${ForebayError.from(error).message}`,
    );
  }
}

function readRequest(reader: ProtobufReader): OnlineFeaturesRequest {
  let project = '';
  let selection: OnlineFeaturesRequest['selection'] = { kind: 'none' };
  const keys: KeyColumn[] = [];
  let includeLayout = false;
  let includeViewTimes = false;
  const data: RequestColumn[] = [];
  let requestId = '';
  let variant = '';
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) project = reader.name();
    else if (field === 2) selection = { kind: 'service', featureService: reader.name() };
    else if (field === 3) selection = { kind: 'features', features: reader.message(readFeatureList) };
    else if (field === 4) addTo(keys, reader.message(readKeyColumn), MAX_COLUMNS, 'join keys');
    else if (field === 5) includeLayout = reader.bool();
    else if (field === 6)
      addTo(data, reader.message(readRequestColumn), MAX_COLUMNS, 'fields of the request');
    else if (field === 7) includeViewTimes = reader.bool();
    else if (field === 8) requestId = requestIdOf(reader.string());
    else if (field === 9) variant = reader.string();
    else reader.skip();
  }
  return { project, selection, keys, includeLayout, includeViewTimes, data, requestId, variant };
}

/** Throws `invalid_request` for a name that is too long. */
export function requestIdOf(id: string): string {
  if (id.length <= MAX_REQUEST_ID_BYTES && Buffer.byteLength(id) <= MAX_REQUEST_ID_BYTES) return id;
  throw new ForebayError('invalid_request', `request_id is longer than ${MAX_REQUEST_ID_BYTES} bytes`);
}

function addTo<T>(list: T[], item: T, most: number, what: string): void {
  if (list.length === most) throw new ForebayError('invalid_request', `it has more than ${most} ${what}`);
  list.push(item);
}

function readFeatureList(reader: ProtobufReader): FeatureReference[] {
  const features: FeatureReference[] = [];
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) addTo(features, reader.message(readFeatureReference), MAX_FEATURES, 'features');
    else reader.skip();
  }
  return features;
}

function readFeatureReference(reader: ProtobufReader): FeatureReference {
  let view = '';
  let version = 0;
  let feature = '';
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) view = reader.name();
    else if (field === 2) version = reader.uint32();
    else if (field === 3) feature = reader.name();
    else reader.skip();
  }
  return { view, version, feature };
}

function readKeyColumn(reader: ProtobufReader): KeyColumn {
  let joinKey = '';
  let strings = NO_TEXTS;
  let integers = NO_INTEGERS;
  let booleans = NO_BOOLEANS;
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) joinKey = reader.name();
    else if (field === 2) {
      if (strings === NO_TEXTS) strings = [];
      strings.push(reader.string());
    } else if (field === 3) {
      if (integers === NO_INTEGERS) integers = [];
      reader.repeatedSint64(integers);
    } else if (field === 4) {
      if (booleans === NO_BOOLEANS) booleans = [];
      reader.repeatedBool(booleans);
    } else reader.skip();
  }
  if (integers.length > 0 && strings.length === 0 && booleans.length === 0)
    return { joinKey, kind: 'integers', values: integers };
  return { joinKey, ...theOneOf({ strings, integers, booleans }) };
}

/** Stand for lists that have not begun; nothing is written to them. */
const NO_TEXTS: string[] = [];
const NO_INTEGERS: (number | bigint)[] = [];
const NO_BOOLEANS: boolean[] = [];

function readRequestColumn(reader: ProtobufReader): RequestColumn {
  let name = '';
  const strings: string[] = [];
  const integers: (number | bigint)[] = [];
  const booleans: boolean[] = [];
  const doubles: number[] = [];
  const nulls: number[] = [];
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) name = reader.name();
    else if (field === 2) strings.push(reader.string());
    else if (field === 3) reader.repeatedSint64(integers);
    else if (field === 4) reader.repeatedBool(booleans);
    else if (field === 5) reader.repeatedDouble(doubles);
    else if (field === 6) reader.repeatedUint32(nulls);
    else reader.skip();
  }
  return { name, nulls, ...theOneOf({ strings, integers, booleans, doubles }) };
}

/** The list that has values. */
function theOneOf<Kind extends string>(
  lists: Readonly<Record<Kind, readonly KeyValue[]>>,
): GivenColumn<Kind> {
  let found: GivenColumn<Kind> = { kind: 'none', values: [] };
  for (const kind in lists) {
    const values = lists[kind];
    if (values.length === 0) continue;
    if (found.kind !== 'none') return { kind: 'several', values: [] };
    found = { kind, values };
  }
  return found;
}
