/** That every mutant still fits the sources; `npm run parity -- --mutants` hunts them. */
import { resolve } from 'node:path';
import { MUTANTS } from './hunt';
import { LEAST_MUTANTS } from './mutant-report';
import { mutatedSource } from './scratch-copy';

const ROOT = resolve(__dirname, '../../..');

describe('mutants', () => {
  it('are enough, and have names of their own', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(LEAST_MUTANTS);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    'change the source: %s',
    (_name, mutant) => {
      expect(mutatedSource(ROOT, mutant).path).toContain(mutant.file);
    },
  );
});
