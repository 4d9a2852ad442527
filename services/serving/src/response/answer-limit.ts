import { ForebayError } from '@forebay/contract';

/** Throws `invalid_request` for an answer that is longer than a message may be: gRPC itself would not say what to do. */
export function refuseLongAnswer(byteLength: number, maxBytes: number): void {
  if (byteLength <= maxBytes) return;
  throw new ForebayError(
    'invalid_request',
    `the answer has ${byteLength} bytes, and at most ${maxBytes} are sent: ask for fewer rows or features at a time`,
  );
}
