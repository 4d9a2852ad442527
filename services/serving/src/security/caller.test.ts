import { ANYONE } from './caller';
import { Denied } from './denied';
import { requireAdmin, requirePush, requireRead } from './requirements';
import { callerWith } from './security.fixture';

test.each([
  [['read:shop/checkout'], 'shop', 'checkout', true],
  [['read:shop/checkout'], 'shop', 'checkout@2', true],
  [['read:shop/checkout'], 'shop', 'fraud', false],
  [['read:shop/checkout'], 'bank', 'checkout', false],
  [['read:shop/checkout'], 'shop', null, false],
  [['read:shop/*'], 'shop', 'fraud', true],
  [['read:shop/*'], 'shop', null, true],
  [['read:*/*'], 'bank', null, true],
  [['push:shop/*', 'admin:shop/*'], 'shop', 'checkout', false],
  [['read:*/*'], '*', '*', false],
])('%j: %s, %s may be read: %s', (grants, project, service, may) => {
  expect(callerWith(grants).mayRead(project, service)).toBe(may);
});

test('a grant reaches no further than the projects of the tenant', () => {
  const caller = callerWith(['read:*/*', 'push:*/*', 'admin:*/*'], ['shop']);
  expect(caller.mayRead('shop', null)).toBe(true);
  expect(caller.mayRead('bank', null)).toBe(false);
  expect(caller.mayPush('bank', 'orders')).toBe(false);
  expect(caller.mayAdminister('bank')).toBe(false);
});

test('push and admin are grants of their own', () => {
  const caller = callerWith(['push:shop/orders', 'admin:bank/*']);
  expect(caller.mayPush('shop', 'orders')).toBe(true);
  expect(caller.mayPush('shop', 'refunds')).toBe(false);
  expect(caller.mayAdminister('bank')).toBe(true);
  expect(caller.mayAdminister('shop')).toBe(false);
  expect(() => requirePush(caller, 'shop', 'refunds')).toThrow('"model" lacks the grant push:shop/refunds');
  expect(() => requireAdmin(caller, 'shop')).toThrow('"model" lacks the grant admin:shop/*');
});

test('the refusal is that of the request, whether or not the project is one of the tenant', () => {
  const denial = (projects: readonly string[]) => {
    try {
      requireRead(callerWith(['read:shop/checkout'], projects), 'bank', 'secret');
    } catch (error) {
      return error as Denied;
    }
    throw new Error('not denied');
  };
  const [foreign, own] = [denial(['shop']), denial(['shop', 'bank'])];
  expect(foreign).toBeInstanceOf(Denied);
  expect(foreign.message).toBe(own.message);
  expect(foreign.reason).toBe('permission_denied');
  expect([foreign.why, own.why]).toEqual(['foreign_project', 'no_grant']);
});

test('a message shows little of a long name, and no half characters', () => {
  const name = `${'x'.repeat(63)}😀${'y'.repeat(100_000)}`;
  expect(() => requireRead(callerWith(['read:shop/checkout']), name, name)).toThrow(
    `read:${'x'.repeat(63)}\uFFFD…/${'x'.repeat(63)}\uFFFD…:`,
  );
});

test('a name cannot begin a line of its own in the log', () => {
  expect(() => requireRead(callerWith(['read:shop/checkout']), 'a\nb', 'c\u0000d')).toThrow(
    'read:a\uFFFDb/c\uFFFDd:',
  );
});

test('where no credential is needed, anyone may do everything', () => {
  expect(ANYONE.mayRead('any', null) && ANYONE.mayPush('any', 'x') && ANYONE.mayAdminister('any')).toBe(true);
});
