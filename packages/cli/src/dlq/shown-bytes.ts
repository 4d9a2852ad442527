/** Bytes of a record as a person, or a program, can look at them: no control characters, and no credentials. */
import { isUtf8 } from 'node:buffer';

export interface ShownBytes {
  /** `none`: there are no bytes at all, as a null key has. */
  readonly encoding: 'text' | 'hex' | 'none';
  readonly text: string;
  readonly sizeBytes: number;
  /** Not all of it is shown. */
  readonly isCut: boolean;
  /** Names whose values are hidden. */
  readonly hidden: readonly string[];
}

export interface ShowOptions {
  /** Hex also of what is text. */
  readonly hex?: boolean;
  /** Also show what looks like a credential. */
  readonly reveal?: boolean;
  /** Bytes that are shown at most. */
  readonly maxBytes: number;
}

export const HIDDEN = '[hidden]';

/** Names of headers and members whose values are credentials. */
const SECRET_NAME =
  /pass(word|wd|phrase|code)|(^|[-_.])pass$|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credential|authorization|cookie|^auth$|^cvv2?$|^pin$/i;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

export function showBytes(bytes: Buffer | string | null, options: ShowOptions): ShownBytes {
  if (bytes === null) return { encoding: 'none', text: '', sizeBytes: 0, isCut: false, hidden: [] };
  const buffer = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  const { maxBytes } = options;
  if (options.hex || !isUtf8(buffer)) {
    const hidden: string[] = [];
    return {
      encoding: 'hex',
      text: buffer.subarray(0, maxBytes).toString('hex'),
      ...sizes(buffer, maxBytes),
      hidden,
    };
  }
  const { text, hidden } = options.reveal
    ? { text: buffer.toString(), hidden: [] }
    : withoutSecrets(buffer.toString());
  const shown = Buffer.from(text).subarray(0, maxBytes).toString();
  return { encoding: 'text', text: shown, ...sizes(buffer, maxBytes), hidden };
}

const sizes = (bytes: Buffer, maxBytes: number) => ({
  sizeBytes: bytes.length,
  isCut: bytes.length > maxBytes,
});

/**
 * Hides the values of members with names of secrets, also in a text that is no JSON (any more): it is why many letters are here. The
 * rest stays as it is written.
 */
export function withoutSecrets(text: string): { readonly text: string; readonly hidden: readonly string[] } {
  const hidden = new Set<string>();
  let shown = '';
  let from = 0;
  for (const member of text.matchAll(NAME)) {
    const name = member[2] as string;
    const valueAt = member.index + member[0].length;
    // what lies in a value that is hidden was passed already
    if (valueAt <= from || !isSecretName(name)) continue;
    VALUE.lastIndex = valueAt;
    const end = valueAt + (VALUE.exec(text)?.[0].length ?? 0);
    shown += `${text.slice(from, valueAt)}"${HIDDEN}"`;
    from = end;
    hidden.add(name);
  }
  return { text: shown + text.slice(from), hidden: [...hidden] };
}

/** `"name":` of JSON or of what was to be JSON, and `name=`. */
const NAME = /(["']?)\b([A-Za-z_][\w.-]{0,99})\1\s*[:=]\s*/g;
/** A string, a list, an object up to its first end, or what stands before the next comma. */
const VALUE = /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\[[^\]]*\]?|\{[^}]*\}?|[^,;&}\]]*/y;

/** For a terminal: what would move the cursor, or is no character, is written as `\u{…}`. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `\\u{${(character.codePointAt(0) as number).toString(16)}}`,
  );
}
