import { ForebayError, ProtobufReader } from '@forebay/contract';
import type { FeatureReference } from '@forebay/definitions';

/** Which of the lists of a key column is set; `none`: no list is, `several`: more than one. */
export type KeyKind = 'strings' | 'integers' | 'booleans' | 'none' | 'several';

export type KeyValue = string | number | bigint | boolean;

/** One join key for every entity row. */
export interface KeyColumn {
  readonly joinKey: string;
  readonly kind: KeyKind;
  /** Integers are bigints only outside the safe integers. */
  readonly values: readonly KeyValue[];
}

/** A request as decoded: nothing is checked but its form. */
export interface OnlineFeaturesRequest {
  readonly project: string;
  readonly selection:
    | { readonly kind: 'service'; readonly featureService: string }
    | { readonly kind: 'features'; readonly features: readonly FeatureReference[] }
    | { readonly kind: 'none' };
  readonly keys: readonly KeyColumn[];
  readonly includeLayout: boolean;
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
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) project = reader.string();
    else if (field === 2) selection = { kind: 'service', featureService: reader.string() };
    else if (field === 3) selection = { kind: 'features', features: reader.message(readFeatureList) };
    else if (field === 4) keys.push(reader.message(readKeyColumn));
    else if (field === 5) includeLayout = reader.bool();
    else reader.skip();
  }
  return { project, selection, keys, includeLayout };
}

function readFeatureList(reader: ProtobufReader): FeatureReference[] {
  const features: FeatureReference[] = [];
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) features.push(reader.message(readFeatureReference));
    else reader.skip();
  }
  return features;
}

function readFeatureReference(reader: ProtobufReader): FeatureReference {
  let view = '';
  let version = 0;
  let feature = '';
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) view = reader.string();
    else if (field === 2) version = reader.uint32();
    else if (field === 3) feature = reader.string();
    else reader.skip();
  }
  return { view, version, feature };
}

function readKeyColumn(reader: ProtobufReader): KeyColumn {
  let joinKey = '';
  const strings: string[] = [];
  const integers: (number | bigint)[] = [];
  const booleans: boolean[] = [];
  for (let field = reader.nextField(); field !== 0; field = reader.nextField()) {
    if (field === 1) joinKey = reader.string();
    else if (field === 2) strings.push(reader.string());
    else if (field === 3) reader.repeatedSint64(integers);
    else if (field === 4) reader.repeatedBool(booleans);
    else reader.skip();
  }
  const set = Number(strings.length > 0) + Number(integers.length > 0) + Number(booleans.length > 0);
  if (set > 1) return { joinKey, kind: 'several', values: [] };
  if (strings.length > 0) return { joinKey, kind: 'strings', values: strings };
  if (integers.length > 0) return { joinKey, kind: 'integers', values: integers };
  return { joinKey, kind: booleans.length > 0 ? 'booleans' : 'none', values: booleans };
}
