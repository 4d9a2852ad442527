import { ForebayError } from '@forebay/contract';

/** What one server told, or why it did not. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

export async function answer<T>(ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await ask() };
  } catch (thrown) {
    return { ok: false, error: ForebayError.from(thrown).message };
  }
}

export function mapAnswer<T, U>(given: Answer<T>, map: (value: T) => U): Answer<U> {
  return given.ok ? { ok: true, value: map(given.value) } : given;
}
