import { ForebayError } from '@forebay/contract';
import { LineCounter, parseDocument, type YAMLError } from 'yaml';

/** More uses of one anchor than this are an attack, or a file that nobody reads. */
const MAX_ALIASES = 1_000;

/**
 * What one document of YAML 1.2 says, as plain values; `<<` merges mappings.
 * Throws `invalid_definition` that lists everything that is no YAML, each with its line and column.
 */
export function parseYaml(text: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    merge: true,
    stringKeys: true,
    uniqueKeys: true,
    prettyErrors: false,
  });
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) throw notYaml(wrong.map((error) => placed(error, lineCounter)));
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (thrown) {
    throw notYaml([asRemark(thrown instanceof Error ? thrown.message : String(thrown))]);
  }
}

function placed({ message, pos }: YAMLError, lineCounter: LineCounter): string {
  const { line, col } = lineCounter.linePos(pos[0]);
  return `line ${line}, column ${col}: ${asRemark(message)}`;
}

function asRemark(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function notYaml(problems: readonly string[]): ForebayError {
  const lines = problems.map((problem) => `\n  - ${problem}`).join('');
  return new ForebayError('invalid_definition', `the file is not YAML:${lines}`);
}
