import { columnsIn, withValues } from './expression-text';

const columns = new Set(['amount', 'mean', 'log', 'note']);

test('columns are names that are neither members, functions nor in quotes', () => {
  expect(columnsIn('amount / mean + log(amount) + size("mean") + x.note', columns)).toEqual([
    'amount',
    'mean',
  ]);
  expect(columnsIn(`note == "it's \\"note\\"" ? log : 'amount'`, columns)).toEqual(['note', 'log']);
});

test('values stand where their columns did, and nowhere else', () => {
  const values = new Map([
    ['amount', '12.5'],
    ['note', '"$&"'],
  ]);
  expect(withValues('amount_z + amount * 2 + amount(3) + "amount" + note', values)).toBe(
    'amount_z + 12.5 * 2 + amount(3) + "amount" + "$&"',
  );
});
