import type { QualityCheck, QualityRule } from '@forebay/definitions';
import { outcomeOf } from './quality-outcome';

const rule = (check: QualityCheck, tolerance = 0): QualityRule => ({
  name: 'r',
  severity: 'warn',
  check,
  tolerance,
  overMs: 1,
});
const ROWS = rule({ kind: 'rows', expression: 'x > 0' });

test('a single row breaks a rule that tolerates none', () => {
  expect(outcomeOf(ROWS, { rows: 100, broken: 0, newest: null }, 0).outcome).toBe('kept');
  expect(outcomeOf(ROWS, { rows: 100, broken: 1, newest: null }, 0)).toEqual({
    outcome: 'broken',
    detail: 'x > 0: 1 of 100 rows break it (1 %)',
  });
});

test('up to its tolerance a rule is kept', () => {
  const tolerant = rule({ kind: 'unique', fields: ['id'] }, 0.01);
  expect(outcomeOf(tolerant, { rows: 100, broken: 1, newest: null }, 0).outcome).toBe('kept');
  expect(outcomeOf(tolerant, { rows: 100, broken: 2, newest: null }, 0).outcome).toBe('broken');
});

test('without rows nobody knows; a rule that asks for rows is broken', () => {
  const none = { rows: 0, broken: 0, newest: null };
  expect(outcomeOf(ROWS, none, 0).outcome).toBe('unknown');
  expect(outcomeOf(rule({ kind: 'row_count', min: 1, max: null }), none, 0).outcome).toBe('broken');
  expect(outcomeOf(rule({ kind: 'freshness', maxAgeMs: 1_000 }), none, 0).outcome).toBe('broken');
});

test('the newest row is as old as allowed, and no older', () => {
  const fresh = rule({ kind: 'freshness', maxAgeMs: 60_000 });
  const at = (newest: number) => outcomeOf(fresh, { rows: 1, broken: 0, newest }, 100_000).outcome;
  expect([at(40_000), at(39_999)]).toEqual(['kept', 'broken']);
});

test('rows are counted within both bounds', () => {
  const bounded = rule({ kind: 'row_count', min: 2, max: 3 });
  const of = (rows: number) => outcomeOf(bounded, { rows, broken: 0, newest: null }, 0).outcome;
  expect([of(1), of(2), of(3), of(4)]).toEqual(['broken', 'kept', 'kept', 'broken']);
});
