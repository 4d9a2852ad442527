import type { PeerCertificate } from 'node:tls';

// Node separates names by ", " and writes a value with anything unusual in it as a JSON string (since 17.3).
const ALTERNATIVE_NAME = /(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,"]*)/gy;

/** `URI:…`, then `DNS:…`, then `CN:…`: what an access file may call a certificate by. */
export function namesOf({ subjectaltname, subject }: PeerCertificate): readonly string[] {
  const alternatives = alternativeNames(subjectaltname ?? '');
  // An array is of a subject with several common names: none of them is its name.
  const commonName: unknown = subject?.CN;
  return [
    ...alternatives.filter((name) => name.startsWith('URI:')),
    ...alternatives.filter((name) => name.startsWith('DNS:')),
    ...(typeof commonName === 'string' ? [`CN:${commonName}`] : []),
  ];
}

/** None at all if the text is not understood to its end: what is misread must not become somebody's name. */
function alternativeNames(text: string): readonly string[] {
  const names: string[] = [];
  let end = 0;
  for (const match of text.matchAll(ALTERNATIVE_NAME)) {
    const [whole, kind, value] = match as unknown as [string, string, string];
    end = match.index + whole.length;
    const unquoted = value.startsWith('"') ? unquote(value) : value;
    if (unquoted === null) return [];
    names.push(`${kind}:${unquoted}`);
  }
  return end === text.length ? names : [];
}

function unquote(value: string): string | null {
  try {
    return JSON.parse(value) as string;
  } catch {
    return null;
  }
}
