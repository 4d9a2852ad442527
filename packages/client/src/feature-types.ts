/** `forebay.v1.ValueType`: number and name on the wire, and the type as definitions name it. */
const TYPES = [
  [1, 'BOOL', 'bool'],
  [2, 'INT32', 'int32'],
  [3, 'INT64', 'int64'],
  [4, 'DOUBLE', 'double'],
  [5, 'STRING', 'string'],
  [6, 'TIMESTAMP', 'timestamp'],
  [11, 'BOOL_LIST', 'list<bool>'],
  [12, 'INT32_LIST', 'list<int32>'],
  [13, 'INT64_LIST', 'list<int64>'],
  [14, 'DOUBLE_LIST', 'list<double>'],
  [15, 'STRING_LIST', 'list<string>'],
  [16, 'TIMESTAMP_LIST', 'list<timestamp>'],
  [21, 'STRING_INT64_MAP', 'map<string,int64>'],
  [22, 'STRING_DOUBLE_MAP', 'map<string,double>'],
  [23, 'INT64_INT64_MAP', 'map<int64,int64>'],
  [24, 'INT64_DOUBLE_MAP', 'map<int64,double>'],
] as const;

const VECTOR_NUMBER = 31;
const VECTOR_NAME = 'VECTOR';

/** `unknown`: a type that was added after this client. */
export type FeatureType = (typeof TYPES)[number][2] | `vector<${number}>` | 'unknown';

const BY_NUMBER = new Map<number, FeatureType>(TYPES.map(([number, , type]) => [number, type]));
const BY_NAME = new Map<string, FeatureType>(TYPES.map(([, name, type]) => [name, type]));

/** @param vectorLength of a vector; 0 for other types */
export function featureTypeOf(number: number, vectorLength: number): FeatureType {
  return number === VECTOR_NUMBER ? `vector<${vectorLength}>` : (BY_NUMBER.get(number) ?? 'unknown');
}

/** By the name in the contract. */
export function featureTypeOfName(name: string, vectorLength: number): FeatureType {
  return name === VECTOR_NAME ? `vector<${vectorLength}>` : (BY_NAME.get(name) ?? 'unknown');
}
