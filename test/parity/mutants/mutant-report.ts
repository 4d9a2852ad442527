/** The last line of a hunt. */
import type { HuntedMutant } from './hunt';

export const LEAST_MUTANTS = 20;

export function mutantReport(hunted: readonly HuntedMutant[], seed: number) {
  const caught = hunted.filter((each) => each.caught).length;
  const ok = caught === hunted.length && hunted.length > 0;
  const cases = [
    { case: 'mutants', value: hunted.length, unit: 'mutants', target: `>= ${LEAST_MUTANTS}`, ok: true },
    { case: 'caught', value: caught, unit: 'mutants', target: `>= ${hunted.length}`, ok },
    ...hunted.map(({ mutant, compared, caught: found }) => ({
      case: mutant.name,
      value: compared,
      unit: 'values until caught',
      target: null,
      ok: found,
    })),
    { case: 'seed', value: seed, unit: '', target: null, ok: true },
  ];
  return { ok, line: JSON.stringify({ parity: 'mutants', cases }) };
}
