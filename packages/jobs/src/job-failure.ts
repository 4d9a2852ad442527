/** BullMQ keeps of an error only its message; so that a waiting caller learns the reason, the message begins with it. */
import { ForebayError, REASONS, type Reason } from '@forebay/contract';

export function failureText(error: ForebayError): string {
  return `${error.reason}: ${error.message}`;
}

/** The error of a failed job. Texts of BullMQ's own, such as that of a job whose workers died again and again, are `internal`. */
export function failureError(text: string): ForebayError {
  const [, reason, message] = /^([a-z_]+): (.*)$/s.exec(text) ?? [];
  return reason !== undefined && Object.hasOwn(REASONS, reason)
    ? new ForebayError(reason as Reason, message as string)
    : new ForebayError('internal', text);
}

/** Whether another attempt may succeed: a mistake in a definition or a request stays one, what nobody foresaw may pass. */
export function isWorthRetrying(error: ForebayError): boolean {
  return error.retryable || error.reason === 'internal';
}
