import { ForebayError } from '@forebay/contract';

/** The text of an expression and where it is declared, such as `view "origin_delays": filter`. */
export interface Source {
  readonly text: string;
  readonly place: string;
}

/**
 * `invalid_definition` with the place, what is wrong and what to do, the line, and a caret under `at` (a UTF-16
 * index into the text).
 */
export function expressionError(source: Source, at: number, what: string, cause?: unknown): ForebayError {
  const before = source.text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = source.text.indexOf('\n', at);
  const line = source.text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd);
  const lead = source.text.slice(lineStart, at);
  const indent = lead.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, ' ').replace(/[^\t]/g, ' ');
  const lineNumber = before.split('\n').length;
  const position =
    lineNumber === 1 ? `column ${indent.length + 1}` : `line ${lineNumber}, column ${indent.length + 1}`;
  const message = `${source.place}: ${what} (${position})\n  ${line}\n  ${indent}^`;
  return new ForebayError('invalid_definition', message, cause === undefined ? undefined : { cause });
}
