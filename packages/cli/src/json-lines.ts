import { ForebayError } from '@forebay/contract';

export interface JsonLine {
  /** From 1. */
  readonly number: number;
  /** As it came, without the line's end. */
  readonly text: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/** Reads JSON objects, one a line; empty lines are skipped. Throws `invalid_request` that names `place` and the line. */
export async function* readJsonLines(
  chunks: AsyncIterable<Buffer | string>,
  place: string,
): AsyncGenerator<JsonLine> {
  let number = 0;
  for await (const line of lines(chunks)) {
    number++;
    const text = number === 1 ? line.replace(/^\uFEFF/, '') : line;
    if (text.trim() !== '') yield { number, text, object: jsonObject(text, `${place}, line ${number}`) };
  }
}

async function* lines(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
      yield rest.slice(from, rest[end - 1] === '\r' ? end - 1 : end);
      from = end + 1;
    }
    rest = rest.slice(from);
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

/** Throws `invalid_request`. */
export function jsonObject(text: string, place: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new ForebayError('invalid_request', `${place}: it is not JSON: ${(thrown as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  const what = Array.isArray(value) ? 'an array' : JSON.stringify(value).slice(0, 40);
  throw new ForebayError('invalid_request', `${place}: it is ${what}, not a JSON object`);
}
