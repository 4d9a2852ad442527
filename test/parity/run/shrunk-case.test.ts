import { exact } from '@forebay/testkit';
import type { Comparison } from '../support/comparison';
import { parityOptions } from './options';
import { type CaseKind, shrunkCase } from './shrunk-case';
import { withoutPieces } from './smaller-cases';

const NUMBERS: CaseKind<readonly number[]> = { smaller: withoutPieces, text: JSON.stringify };

/** Differs where the numbers have both 3 and 7. */
async function compare(numbers: readonly number[]): Promise<readonly Comparison[]> {
  const differs = numbers.includes(3) && numbers.includes(7);
  const declared = { name: 'f' };
  const compared = {
    path: 'stream',
    kind: 'sum',
    declared,
    atMs: 0,
    oracle: exact(1),
    reason: null,
  } as const;
  return [{ ...compared, expected: 'PRESENT', value: 2, status: 'PRESENT', difference: differs ? null : 0 }];
}

const MANY = Array.from({ length: 40 }, (_, i) => i);

describe('a case that shows a difference', () => {
  it('is made as small as still shows it', async () => {
    const { told, example } = await shrunkCase(NUMBERS, MANY, null, compare);
    expect(example).toBe('[3,7]');
    expect(told).toContain('stream, sum at 0: oracle 1 PRESENT, engine 2 PRESENT');
  });

  it('stays as it is where it shows none on its own', async () => {
    const { told, example } = await shrunkCase(NUMBERS, [1, 2], null, compare);
    expect(example).toBe('[1,2]');
    expect(told).toContain('not alone');
  });

  it('may be one that throws', async () => {
    const throws = async (numbers: readonly number[]) => {
      if (numbers.includes(5)) throw new Error('five');
      return [];
    };
    const { told, example } = await shrunkCase(NUMBERS, MANY, new Error('five'), throws);
    expect(example).toBe('[5]');
    expect(told).toContain('Error: five');
  });
});

describe('options', () => {
  it('have a random seed, and all places', () => {
    const { seed, places, comparisons } = parityOptions([]);
    expect([Number.isSafeInteger(seed), places, comparisons]).toEqual([
      true,
      ['memory', 'servers', 'pairs', 'enriched'],
      100_000,
    ]);
  });

  it('are refused with what is wrong', () => {
    expect(() => parityOptions(['--comparisons', 'many'])).toThrow(
      '--comparisons many: give an integer from 0 on',
    );
    expect(() => parityOptions(['--place', 'moon'])).toThrow('--place moon: give one of memory, servers');
  });
});
