import { grantText, parseGrant, requireGrant } from './grant';

test.each([
  'read:payments/checkout',
  'read:payments/*',
  'read:*/*',
  'push:payments/orders',
  'admin:payments/*',
  'admin:*/*',
])('%s is a grant, and is written as it was read', (text) => {
  const grant = parseGrant(text);
  expect(grant && grantText(grant)).toBe(text);
});

test.each([
  'read',
  'read:payments',
  'write:payments/*',
  'read:payments/checkout@2',
  'admin:payments/checkout',
  'read:*/checkout',
  'read:pay*/x',
  ' read:a/b',
])('"%s" is no grant, and the message says what is', (text) => {
  expect(() => requireGrant(text)).toThrow(`"${text}" is not a grant such as read:payments/checkout`);
});
