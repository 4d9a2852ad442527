/** The types of features, by the numbers of `forebay.v1.ValueType`. */
const TYPES = {
  1: 'bool',
  2: 'int32',
  3: 'int64',
  4: 'double',
  5: 'string',
  6: 'timestamp',
  11: 'bool[]',
  12: 'int32[]',
  13: 'int64[]',
  14: 'double[]',
  15: 'string[]',
  16: 'timestamp[]',
  31: 'vector',
} as const;

export type FeatureType = (typeof TYPES)[keyof typeof TYPES] | 'unknown';

/** `unknown` for a type that was added after this client. */
export function featureTypeOf(number: number): FeatureType {
  return (TYPES as Readonly<Record<number, FeatureType>>)[number] ?? 'unknown';
}
