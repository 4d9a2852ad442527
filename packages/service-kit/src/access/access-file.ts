import { ForebayError } from '@forebay/contract';
import { LineCounter, parseDocument } from 'yaml';
import { maskSecrets } from '../mask';
import { ACCESS_FILE_SHAPE, type AccessFileShape, type CredentialShape } from './access-file-shape';
import { ANY, GRANT_FORM, type Grant, grantText, parseGrant } from './grant';

/** The tenant of credentials that name none. */
export const DEFAULT_TENANT = 'default';

/** A client certificate is known by one of its names. */
export interface CertificateIdentity {
  /** Of the subject alternative names `URI` and `DNS`, of the subject `CN`. */
  readonly kind: 'URI' | 'DNS' | 'CN';
  readonly value: string;
}

export interface AccessEntry {
  /** Unique in the file; the audit log has it. */
  readonly name: string;
  readonly tenant: string;
  readonly grants: readonly Grant[];
  /** Ms since the epoch, excluded; Infinity without an end. */
  readonly expiresAtMs: number;
}

export interface TokenEntry extends AccessEntry {
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

export interface CertificateEntry extends AccessEntry {
  readonly identity: CertificateIdentity;
}

/** Who may do what. */
export interface AccessFile {
  /** The projects of each tenant; ANY for all. */
  readonly tenants: ReadonlyMap<string, ReadonlySet<string>>;
  readonly tokens: readonly TokenEntry[];
  readonly certificates: readonly CertificateEntry[];
}

/** Without an access file, and in one without tenants, there is one tenant, which has every project. */
export const ONE_TENANT: AccessFile['tenants'] = new Map([[DEFAULT_TENANT, new Set([ANY])]]);

/**
 * Reads an access file: YAML 1.2, or JSON, which is YAML too. docs/SECURITY.md describes it.
 * Throws `invalid_configuration` that lists everything that is wrong, each with its place, and shows no credential.
 */
export function parseAccessFile(text: string, path: string): AccessFile {
  const problems: string[] = [];
  const shape = shapeOf(text, problems);
  const file = shape === null ? null : accessFileOf(shape, problems);
  if (file !== null && problems.length === 0) return file;
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  throw new ForebayError('invalid_configuration', maskSecrets(`access file "${path}":${list}`));
}

function shapeOf(text: string, problems: string[]): AccessFileShape | null {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
  for (const { code, pos } of [...document.errors, ...document.warnings]) {
    const { line, col } = lineCounter.linePos(pos[0]);
    // The message of the parser may quote what stands there, which may be a token in the wrong place.
    problems.push(`line ${line}, column ${col}: it is not YAML (${code.toLowerCase().replaceAll('_', ' ')})`);
  }
  if (problems.length > 0) return null;
  const parsed = ACCESS_FILE_SHAPE.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) problems.push(`${placeOf(path)}${message}`);
  return null;
}

/** `tokens[0].grants[1]: `. */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
  return place === '' ? '' : `${place}: `;
}

function accessFileOf(shape: AccessFileShape, problems: string[]): AccessFile {
  const tenants =
    shape.tenants === undefined
      ? ONE_TENANT
      : new Map(Object.entries(shape.tenants).map(([name, projects]) => [name, new Set(projects)]));
  const names = new Set<string>();
  const entry = (place: string, given: CredentialShape): AccessEntry => {
    if (names.has(given.name))
      problems.push(`${place}.name: "${given.name}" is the name of another credential`);
    names.add(given.name);
    return entryOf(place, given, tenants, problems);
  };
  const tokens = shape.tokens.map((given, i) => ({ ...entry(`tokens[${i}]`, given), sha256: given.sha256 }));
  const certificates = shape.certificates.map((given, i) => ({
    ...entry(`certificates[${i}]`, given),
    identity: given.identity,
  }));
  for (const i of findTwice(tokens.map(({ sha256 }) => sha256)))
    problems.push(`tokens[${i}].sha256: an earlier token has the same`);
  for (const i of findTwice(certificates.map(({ identity }) => identityText(identity))))
    problems.push(`certificates[${i}].identity: an earlier certificate has the same`);
  return { tenants, tokens, certificates };
}

function entryOf(
  place: string,
  { name, tenant, grants, expires }: CredentialShape,
  tenants: AccessFile['tenants'],
  problems: string[],
): AccessEntry {
  const projects = tenants.get(tenant);
  if (projects === undefined) {
    const known = [...tenants.keys()].map((known) => `"${known}"`).join(', ');
    problems.push(
      `${place}.tenant: "${tenant}" is none of the tenants ${known}: add it under tenants, with its projects`,
    );
  }
  const parsed = grants.flatMap((text, i) => {
    const grant = parseGrant(text);
    const where = `${place}.grants[${i}]: "${text}"`;
    if (grant === null) problems.push(`${where} is not ${GRANT_FORM}`);
    else if (projects !== undefined && !covers(projects, grant.project))
      problems.push(`${where} is for a project that tenant "${tenant}" has not`);
    return grant === null ? [] : [grant];
  });
  return { name, tenant, grants: parsed, expiresAtMs: expires ?? Number.POSITIVE_INFINITY };
}

const covers = (projects: ReadonlySet<string>, project: string) =>
  project === ANY || projects.has(ANY) || projects.has(project);

/** `URI:spiffe://example.org/model`. */
export const identityText = ({ kind, value }: CertificateIdentity) => `${kind}:${value}`;

/** The positions of what stood before. */
function findTwice(texts: readonly string[]): number[] {
  const seen = new Set<string>();
  return texts.flatMap((text, i) => {
    if (seen.has(text)) return [i];
    seen.add(text);
    return [];
  });
}

/** The entry of a token, as YAML under `tokens:`. Everything is quoted: without quotes, 12e34 is a number. */
export function tokenEntryText(entry: TokenEntry): string {
  const { name, sha256, tenant, grants, expiresAtMs } = entry;
  return [
    `  - name: ${quoted(name)}`,
    `    sha256: ${quoted(sha256)}`,
    ...(tenant === DEFAULT_TENANT ? [] : [`    tenant: ${quoted(tenant)}`]),
    `    grants: [${grants.map((grant) => quoted(grantText(grant))).join(', ')}]`,
    ...(expiresAtMs === Number.POSITIVE_INFINITY
      ? []
      : [`    expires: ${quoted(new Date(expiresAtMs).toISOString())}`]),
  ].join('\n');
}

const quoted = (text: string) => JSON.stringify(text);
