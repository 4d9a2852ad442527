import { parseAccessFile, tokenEntryText } from './access-file';
import { newAccessToken } from './access-token';

const HASH = 'a'.repeat(64);
const parse = (text: string) => parseAccessFile(text, 'access.yaml');

test('tokens, certificates and tenants are read', () => {
  const file = parse(`
tenants:
  risk: [payments, fraud]
tokens:
  - name: checkout-model
    sha256: ${HASH}
    tenant: risk
    grants: ["read:payments/checkout", "push:payments/*"]
    expires: 2027-01-31T00:00:00Z
certificates:
  - name: fraud-model
    identity: URI:spiffe://example.org/fraud
    tenant: risk
    grants: ["read:*/*"]
`);
  expect(file.tenants).toEqual(new Map([['risk', new Set(['payments', 'fraud'])]]));
  expect(file.tokens).toEqual([
    {
      name: 'checkout-model',
      sha256: HASH,
      tenant: 'risk',
      grants: [
        { permission: 'read', project: 'payments', resource: 'checkout' },
        { permission: 'push', project: 'payments', resource: '*' },
      ],
      expiresAtMs: Date.UTC(2027, 0, 31),
    },
  ]);
  expect(file.certificates[0]).toMatchObject({
    identity: { kind: 'URI', value: 'spiffe://example.org/fraud' },
    expiresAtMs: Number.POSITIVE_INFINITY,
  });
});

test('a file without tenants has one, with every project; JSON is read too; an empty file grants nothing', () => {
  const json = { tokens: [{ name: 'a', sha256: HASH, grants: ['read:*/*'] }] };
  const file = parse(JSON.stringify(json));
  expect(file.tokens[0]?.tenant).toBe('default');
  expect(file.tenants.get('default')).toEqual(new Set(['*']));
  expect(parse('')).toMatchObject({ tokens: [], certificates: [] });
});

test.each([
  ['tokens: 3', 'tokens: it is no list'],
  ['[]', 'it is no mapping'],
  ['tokes: []', 'unknown field "tokes"'],
  [`tokens: [{name: a, sha256: ${HASH}, grants: []}]`, 'tokens[0].grants: the list is empty'],
  [
    `tokens: [{name: a, sha256: ${HASH}, grants: [read]}]`,
    'tokens[0].grants[0]: "read" is not a grant such as',
  ],
  [
    `tokens: [{name: a, sha256: ${HASH}, grants: ["read:*/*"], expires: soon}]`,
    'expires: it is not an instant',
  ],
  [`tokens: [{sha256: ${HASH}, grants: ["read:*/*"]}]`, 'tokens[0].name: it is missing'],
  [
    `tokens: [{name: a, sha256: ${HASH}, grants: ["read:*/*"], tenant: x}]`,
    'tokens[0].tenant: "x" is none of the tenants "default"',
  ],
  [
    `tenants: {t: [p]}\ntokens: [{name: a, sha256: ${HASH}, grants: ["read:q/*"], tenant: t}]`,
    '"read:q/*" is for a project that tenant "t" has not',
  ],
  [
    `tokens: [{name: a, sha256: ${HASH}, grants: ["read:*/*"]}, {name: a, sha256: ${HASH}, grants: ["read:*/*"]}]`,
    'tokens[1].name: "a" is the name of another credential\n  - tokens[1].sha256: an earlier token has the same',
  ],
  [
    'certificates: [{name: a, identity: x, grants: ["read:*/*"]}]',
    'certificates[0].identity: it is not URI:…',
  ],
  ['tokens: [', 'line 1, column'],
])('%s is refused with its place', (text, message) => {
  expect(() => parse(text)).toThrow(`access file "access.yaml":`);
  expect(() => parse(text)).toThrow(message);
});

test('a token in the wrong place is not shown', () => {
  const token = newAccessToken();
  const wrong = [
    `tokens: [{name: a, sha256: ${token}, grants: ["read:*/*"]}]`,
    `tokens:\n  - name: a\n    sha256: "${token}\n`,
    `tokens:\n- ${token}: {{`,
    `tokens: [{name: a, sha256: ${HASH}, grants: ["${token}"]}]`,
    `tokens: [{name: "Bearer ${token}", sha256: ${HASH}, grants: ["read:*/*"]}]`,
  ];
  for (const text of wrong) {
    let message = '';
    try {
      parse(text);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).not.toBe('');
    expect(message).not.toContain(token);
  }
});

test('the entry of a token is what the file holds', () => {
  const entry = {
    name: '12',
    sha256: `${'1'.repeat(62)}e5`,
    tenant: 'risk',
    grants: [{ permission: 'read', project: 'payments', resource: '*' }] as const,
    expiresAtMs: Date.UTC(2030, 0, 1),
  };
  expect(parse(`tenants: {risk: [payments]}\ntokens:\n${tokenEntryText(entry)}`).tokens).toEqual([entry]);
});
