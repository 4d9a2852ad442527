import type { PeerCertificate } from 'node:tls';
import { namesOf } from './client-certificate';

const names = (subjectaltname: string | undefined, CN: unknown = 'model') =>
  namesOf({ subjectaltname, subject: { CN } } as unknown as PeerCertificate);

test('URIs come first, then DNS names, then the common name; addresses are no names', () => {
  expect(names('DNS:a.example, IP Address:10.0.0.1, URI:spiffe://x/y, DNS:b.example')).toEqual([
    'URI:spiffe://x/y',
    'DNS:a.example',
    'DNS:b.example',
    'CN:model',
  ]);
  expect(names(undefined)).toEqual(['CN:model']);
});

test('a name that holds what separates names is one name', () => {
  expect(names('DNS:"a, DNS:admin.example", DNS:b', null)).toEqual(['DNS:a, DNS:admin.example', 'DNS:b']);
});

test.each(['DNS:a,b', 'DNS:"a', 'nonsense', 'DNS:"a\\q"'])(
  'of %s, which is not understood, nothing is a name',
  (text) => {
    expect(names(text, null)).toEqual([]);
  },
);

test('of several common names none is the name', () => {
  expect(names(undefined, ['a', 'b'])).toEqual([]);
});
