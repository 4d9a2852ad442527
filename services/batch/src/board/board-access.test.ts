import { newAccessToken, parseAccessFile, tokenHash } from '@forebay/service-kit';
import { type BoardRequest, decideAccess } from './board-access';

const [admin, reader, former] = [newAccessToken(), newAccessToken(), newAccessToken()];
const access = parseAccessFile(
  JSON.stringify({
    tokens: [
      { name: 'ann', sha256: tokenHash(admin), grants: ['admin:*/*'] },
      { name: 'model', sha256: tokenHash(reader), grants: ['read:*/*', 'admin:shop/*'] },
      { name: 'bob', sha256: tokenHash(former), grants: ['admin:*/*'], expires: '2026-01-01' },
    ],
  }),
  'access.yaml',
);
const NOW = Date.UTC(2026, 5, 1);

const bearer = (token: string) => `Bearer ${token}`;
const basic = (token: string) => `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`;
const decide = (headers: BoardRequest['headers'], method = 'GET') =>
  decideAccess(access, { method, headers }, NOW);

test('a token with admin:*/* is let in, as a bearer or as a password', () => {
  for (const authorization of [bearer(admin), basic(admin), `basic ${basic(admin).slice(6)}`])
    expect(decide({ authorization })).toEqual({ kind: 'allowed', who: 'ann', changes: false });
});

test.each([
  ['nothing', undefined, 401, 'no_token', null],
  ['another scheme', `Digest ${admin}`, 401, 'no_token', null],
  ['a name without a password', `Basic ${Buffer.from(admin).toString('base64')}`, 401, 'no_token', null],
  ['an unknown token', bearer(newAccessToken()), 401, 'unknown_token', null],
  ['an empty token', basic(''), 401, 'unknown_token', null],
  ['a token that has expired', bearer(former), 401, 'expired', 'bob'],
  ['a token of one project', bearer(reader), 403, 'no_grant', 'model'],
])('%s is not let in', (_, authorization, status, why, who) => {
  expect(decide({ authorization })).toEqual({ kind: 'denied', status, why, who });
});

test('what changes something has to come from the board itself, or from no browser', () => {
  const authorization = basic(admin);
  const put = (headers: object) => decide({ authorization, host: 'board:8100', ...headers }, 'PUT');
  expect(put({})).toMatchObject({ kind: 'allowed', changes: true });
  expect(put({ origin: 'http://board:8100', 'sec-fetch-site': 'same-origin' })).toMatchObject({
    kind: 'allowed',
  });
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://board:8100' },
  ])
    expect(put(headers)).toEqual({ kind: 'denied', status: 403, who: 'ann', why: 'other_site' });
});
