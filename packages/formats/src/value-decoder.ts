import type { Value } from '@forebay/expressions';
import type { Rejection } from './rejection';

/** Reads the values of a source's records: rows of its fields, without those that come from headers. */
export interface ValueDecoder {
  /** Numbers of double fields, since the start, that were beyond the range of a double: they are null. */
  readonly notFinite: number;
  /**
   * A new row that is the caller's, or why there is none. What is not in the value is
   * null, and so are the fields of headers.
   */
  decode(value: Buffer): Value[] | Rejection;
}
