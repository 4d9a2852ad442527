import { z } from 'zod';
import type { CertificateIdentity } from './access-file';
import { ANY } from './grant';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}$/;
const NAME_RULE = 'use 1 to 100 letters, digits, or _ . @ -, a letter or digit first';
const PROJECT = /^(\*|[a-z][a-z0-9_]{0,62})$/;
const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/** More credentials than this belong into an identity provider: JWTs need no entry. */
const MAX_ENTRIES = 10_000;
const MAX_GRANTS = 1_000;

/** A name that credentials, tenants and their lines in the audit log may have. */
export const credentialName = z
  .string({ error: 'it is missing, or no text' })
  .regex(NAME, { error: `it is not a name: ${NAME_RULE}` });

export function isCredentialName(text: string): boolean {
  return NAME.test(text);
}

const instant = z.string({ error: 'it is no text' }).transform((text, context): number => {
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  context.addIssue('it is not an instant such as 2027-01-31T18:00:00Z or 2027-01-31');
  return z.NEVER;
});

const identity = z
  .string({ error: 'it is missing, or no text' })
  .transform((text, context): CertificateIdentity => {
    const [, kind, value] = /^(URI|DNS|CN):(\S.*)$/.exec(text) ?? [];
    if (value !== undefined) return { kind: kind as CertificateIdentity['kind'], value };
    context.addIssue('it is not URI:…, DNS:… or CN:…, a name of the client certificate');
    return z.NEVER;
  });

const credential = {
  name: credentialName,
  tenant: credentialName.default('default'),
  grants: z
    .array(z.string({ error: 'it is no text' }), { error: 'it is missing, or no list' })
    .min(1, { error: 'the list is empty: a credential without a grant is good for nothing' })
    .max(MAX_GRANTS, { error: `more than ${MAX_GRANTS} grants` }),
  expires: instant.optional(),
};

const token = z.strictObject(
  {
    ...credential,
    sha256: z.string({ error: 'it is missing, or no text' }).regex(/^[0-9a-f]{64}$/, {
      error:
        'it is not the 64 hexadecimal digits that "forebay token create" prints (never the token itself)',
    }),
  },
  { error: unknownField },
);

const certificate = z.strictObject({ ...credential, identity }, { error: unknownField });

const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item, { error: 'it is no list' })
    .max(MAX_ENTRIES, { error: `more than ${MAX_ENTRIES}` })
    .default([]);

/** What an access file may hold; each message continues `<place>: `. */
export const ACCESS_FILE_SHAPE = z.strictObject(
  {
    tenants: z
      .record(
        credentialName,
        z.array(z.string().regex(PROJECT, { error: `it is not the name of a project, or ${ANY} for all` }), {
          error: 'it is no list of projects',
        }),
        { error: 'it is no mapping of tenants to lists of projects' },
      )
      .optional(),
    tokens: list(token),
    certificates: list(certificate),
  },
  { error: unknownField },
);

function unknownField(issue: { readonly code?: string; readonly keys?: readonly string[] }): string {
  if (issue.code !== 'unrecognized_keys') return 'it is no mapping';
  return `unknown field ${issue.keys?.map((key) => `"${key}"`).join(', ')}`;
}

export type AccessFileShape = z.output<typeof ACCESS_FILE_SHAPE>;
export type CredentialShape = Pick<
  AccessFileShape['tokens'][number],
  'name' | 'tenant' | 'grants' | 'expires'
>;
