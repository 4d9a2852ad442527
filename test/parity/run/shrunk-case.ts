/** Makes a case that shows a difference smaller, for as long as it still shows one. */
import { type Comparison, describeComparison } from '../support/comparison';

/** What there is to know of a kind of case. */
export interface CaseKind<Case> {
  /** A little smaller ones, the boldest first. */
  readonly smaller: (each: Case) => Iterable<Case>;
  /** As TypeScript, for the named examples. */
  readonly text: (each: Case) => string;
}

export interface ShrunkCase {
  /** What differs, or what is thrown. */
  readonly told: string;
  readonly example: string;
}

const MOST_ATTEMPTS = 600;
/** On servers an attempt takes some 100 ms, and more where they have much to do. */
const MOST_MS = 30_000;

/** The case as it is if nothing smaller shows a difference: where it shows one among others only, say. */
export async function shrunkCase<Case>(
  kind: CaseKind<Case>,
  first: Case,
  error: Error | null,
  again: (each: Case) => Promise<readonly Comparison[]>,
): Promise<ShrunkCase> {
  let attempts = 0;
  const untilMs = performance.now() + MOST_MS;
  const trouble = async (each: Case): Promise<string | null> => {
    if (attempts++ >= MOST_ATTEMPTS || (attempts > 1 && performance.now() > untilMs)) return null;
    try {
      const wrong = (await again(each)).filter(({ difference }) => difference === null);
      return wrong.length === 0 ? null : wrong.map(describeComparison).join('\n');
    } catch (thrown) {
      // a smaller case that breaks otherwise may be one that cannot be
      return error === null ? null : String((thrown as Error).stack);
    }
  };
  let smallest = first;
  let told = await trouble(first);
  if (told === null) {
    const alone = '(not alone: it takes the other entities, or the moment)';
    return { told: `${error?.stack ?? 'a difference'}\n${alone}`, example: kind.text(first) };
  }
  for (let found = true; found; ) {
    found = false;
    for (const smaller of kind.smaller(smallest)) {
      const why = await trouble(smaller);
      if (why === null) continue;
      [smallest, told, found] = [smaller, why, true];
      break;
    }
  }
  return { told, example: kind.text(smallest) };
}
