import type { RecordHeaders } from './record';

/** The text of a header, the last one of the name; null: there is none. */
export function headerText(headers: RecordHeaders, name: string): string | null {
  const value = headers[name];
  const one = Array.isArray(value) ? value.at(-1) : value;
  return one === undefined ? null : String(one);
}

/** The number in a header; NaN: there is none. */
export function headerNumber(headers: RecordHeaders, name: string): number {
  const text = headerText(headers, name);
  // an absent header is no number, and neither is an empty one (Number says 0)
  return text === null || text.trim() === '' ? Number.NaN : Number(text);
}

/** A copy without the headers of these names. */
export function headersWithout(headers: RecordHeaders, names: readonly string[]): RecordHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}
