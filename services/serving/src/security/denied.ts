import { ForebayError, type Reason } from '@forebay/contract';

/** Why a call is denied, finer than its status; the metric and the audit log have it. */
export const DENIALS = {
  no_credential: 'unauthenticated',
  /** An authorization header that is no `Bearer` with a token of ours or a JWT. */
  malformed: 'unauthenticated',
  unknown_token: 'unauthenticated',
  expired: 'unauthenticated',
  /** A JWT that is not of our issuer's keys, or whose algorithm is not allowed. */
  bad_signature: 'unauthenticated',
  /** A JWT for somebody else: issuer, audience, start, or a claim that is missing. */
  wrong_claim: 'unauthenticated',
  unknown_tenant: 'unauthenticated',
  foreign_project: 'permission_denied',
  no_grant: 'permission_denied',
} as const satisfies Record<string, Reason>;

export type Denial = keyof typeof DENIALS;

/** A call that is refused for who calls. */
export class Denied extends ForebayError {
  constructor(
    readonly why: Denial,
    message: string,
    /** What was asked for, such as `read:payments/checkout`; empty before that is known. */
    readonly asked = '',
  ) {
    super(DENIALS[why], message);
  }
}
