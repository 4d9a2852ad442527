import { readFile } from 'node:fs/promises';
import { ForebayError } from '@forebay/contract';
import {
  type AccessEntry,
  DEFAULT_TENANT,
  type Grant,
  grantText,
  newAccessToken,
  parseAccessFile,
  tokenEntryText,
  tokenHash,
} from '@forebay/service-kit';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';

export interface TokenCreateOptions {
  readonly name: string;
  readonly grant: readonly Grant[];
  readonly tenant?: string;
  /** Ms since the epoch. */
  readonly expires?: number;
  /** Ms from now. */
  readonly expiresIn?: number;
}

/** Needs no server: whoever can change the access file decides who is let in. */
export async function tokenCreateCommand(
  { output }: CommandContext,
  { name, grant, tenant = DEFAULT_TENANT, expires, expiresIn }: TokenCreateOptions,
): Promise<ExitCode> {
  const token = newAccessToken();
  const expiresAtMs =
    expires ?? (expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn);
  if (expiresAtMs <= Date.now()) {
    throw new ForebayError(
      'invalid_request',
      `${new Date(expiresAtMs).toISOString()} is past: the token would never be good`,
    );
  }
  const entry = { name, sha256: tokenHash(token), tenant, grants: grant, expiresAtMs };
  output.result(
    {
      token,
      entry: { name, sha256: entry.sha256, tenant, grants: grant.map(grantText), expires: expiryOf(entry) },
    },
    [
      token,
      '',
      'The token is shown this once. Its caller sends it as the header "authorization: Bearer <token>".',
      'The entry for it, under "tokens:" in the access file (FOREBAY_SERVING_ACCESS_FILE):',
      '',
      tokenEntryText(entry),
    ].join('\n'),
  );
  return EXIT.ok;
}

/** Throws `invalid_configuration` with everything that is wrong with the file. */
export async function tokenCheckCommand({ output }: CommandContext, path: string): Promise<ExitCode> {
  const text = await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    throw new ForebayError('invalid_request', `access file "${path}" cannot be read: ${thrown.code}`, {
      cause: thrown,
    });
  });
  const { tenants, tokens, certificates } = parseAccessFile(text, path);
  const credentials = [
    ...tokens.map((entry) => summaryOf(entry, 'token')),
    ...certificates.map((entry) => summaryOf(entry, 'certificate')),
  ];
  const rows = credentials.map(({ name, kind, tenant, grants, expires }) => [
    name,
    kind,
    tenant,
    grants.join('\n'),
    expires ?? 'never',
  ]);
  output.result(
    {
      tenants: Object.fromEntries([...tenants].map(([name, projects]) => [name, [...projects]])),
      credentials,
    },
    credentials.length === 0
      ? 'the file grants nothing to anybody'
      : output.table(['credential', 'kind', 'tenant', 'grants', 'expires'], rows),
  );
  return EXIT.ok;
}

function summaryOf(entry: AccessEntry, kind: 'token' | 'certificate') {
  const { name, tenant, grants } = entry;
  return { name, kind, tenant, grants: grants.map(grantText), expires: expiryOf(entry) };
}

const expiryOf = ({ expiresAtMs }: AccessEntry) =>
  expiresAtMs === Number.POSITIVE_INFINITY ? null : new Date(expiresAtMs).toISOString();
