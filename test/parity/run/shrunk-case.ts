/** Makes a case that shows a difference smaller, for as long as it still shows one. */
import { describeComparison } from '../support/comparison';
import type { ParityCase } from '../support/parity-case';
import type { FailedCase } from './scenes';
import { smallerCases } from './smaller-cases';

export interface ShrunkCase {
  readonly each: ParityCase;
  readonly told: string;
}

/** On servers an attempt takes some 50 ms. */
const MOST_ATTEMPTS = 600;

/** The case as it is if nothing smaller shows a difference: where it shows one among others only, say. */
export async function shrunkCase({ each, error, again }: FailedCase): Promise<ShrunkCase> {
  let attempts = 0;
  const trouble = async (smaller: ParityCase): Promise<string | null> => {
    attempts++;
    try {
      const wrong = (await again(smaller)).filter(({ difference }) => difference === null);
      return wrong.length === 0 ? null : wrong.map(describeComparison).join('\n');
    } catch (thrown) {
      // a smaller case that breaks otherwise may be one that cannot be
      return error === null ? null : String((thrown as Error).stack);
    }
  };
  const told = await trouble(each);
  if (told === null)
    return {
      each,
      told: `${error?.stack ?? 'a difference'}\n(not alone: the other entities matter, or the time)`,
    };
  let smallest: ShrunkCase = { each, told };
  for (let found = true; found && attempts < MOST_ATTEMPTS; ) {
    found = false;
    for (const smaller of smallerCases(smallest.each)) {
      const why = attempts < MOST_ATTEMPTS ? await trouble(smaller) : null;
      if (why === null) continue;
      smallest = { each: smaller, told: why };
      found = true;
      break;
    }
  }
  return smallest;
}
