import type { ForebayError } from '@forebay/contract';

/** Which calls are worked on, and what is to be known of those that were. */
export interface Admission {
  /** null: the call is in flight until `finished`. */
  admit(timeoutMs: number): ForebayError | null;
  /** `waited`: the call was answered, or its time was up. */
  finished(durationMs: number, timeoutMs: number, waited: boolean): void;
}
