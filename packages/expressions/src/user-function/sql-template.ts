import { expressionError, type Source } from '../expression-error';

/** A ClickHouse expression in pieces: texts, and the numbers of the arguments that stand between them. */
export type SqlTemplate = readonly (string | number)[];

const CLOSED_BY: Readonly<Record<string, string>> = { '(': ')', '[': ']' };

/**
 * Reads a ClickHouse expression with `{0}`, `{1}` … for the arguments. What would end the expression, or hide the rest of
 * a query that it stands in, is refused: `;`, comments, heredocs, an unclosed text or bracket. Throws ForebayError
 * `invalid_definition`.
 */
export function parseSqlTemplate(source: Source, parameterCount: number): SqlTemplate {
  const { text } = source;
  const pieces: (string | number)[] = [];
  const open: string[] = [];
  let from = 0;
  const refuse = (at: number, what: string): Error => expressionError(source, at, what);
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (`'"\``.includes(character)) {
      const end = quotedEnd(text, at);
      if (end === -1) throw refuse(at, `the SQL has an unclosed ${character}`);
      at = end;
    } else if (character === '{') {
      const placeholder = /^\{(\d+)\}/.exec(text.slice(at));
      const argument = Number(placeholder?.[1] ?? -1);
      if (placeholder === null || argument >= parameterCount)
        throw refuse(at, `write {0} to {${parameterCount - 1}} for the arguments`);
      pieces.push(text.slice(from, at), argument);
      from = at + placeholder[0].length;
      at = from - 1;
    } else if (character in CLOSED_BY) {
      open.push(CLOSED_BY[character] as string);
    } else if (')]'.includes(character)) {
      if (open.pop() !== character) throw refuse(at, `the SQL has a "${character}" that closes nothing`);
    } else if (';#$}'.includes(character) || /^(--|\/\*)/.test(text.slice(at, at + 2))) {
      throw refuse(
        at,
        `"${character}" cannot stand in the SQL of a function; write one expression without comments`,
      );
    }
  }
  if (text.trim() === '') throw refuse(0, 'the SQL is empty; write a ClickHouse expression');
  if (open.length > 0) throw refuse(text.length, `the SQL lacks a "${open.at(-1)}"`);
  return [...pieces, text.slice(from)];
}

/** Where the quoted text that begins at `start` ends, −1 when it does not. A backslash quotes; a doubled quote is two texts. */
function quotedEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === text[start]) return at;
  }
  return -1;
}

/** The expression over the arguments. */
export function fillSqlTemplate(template: SqlTemplate, args: readonly { toString(): string }[]): string {
  return template.map((piece) => (typeof piece === 'string' ? piece : String(args[piece]))).join('');
}
