/** What `npm run parity` is asked for. */
import { parseArgs } from 'node:util';
import { PLACES, type Place } from './scenes';

export interface ParityOptions {
  readonly comparisons: number;
  /** Of the first scene; the next ones have the numbers after it. */
  readonly seed: number;
  /** Where scenes may run. */
  readonly places: readonly Place[];
  /** Whether the engine is broken, a little at a time. */
  readonly mutants: boolean;
  /** Of the mutants: those whose names contain it. */
  readonly only: string | null;
}

const DEFAULT_COMPARISONS = 100_000;
const SEEDS = 1_000_000_000;

/** Throws an Error that says what is wrong. */
export function parityOptions(args: readonly string[]): ParityOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      comparisons: { type: 'string' },
      seed: { type: 'string' },
      place: { type: 'string' },
      mutants: { type: 'boolean' },
      only: { type: 'string' },
    },
  });
  return {
    comparisons: whole('comparisons', values.comparisons, DEFAULT_COMPARISONS),
    seed: whole('seed', values.seed, Math.floor(Math.random() * SEEDS)),
    places: values.place === undefined ? PLACES : [placeOf(values.place)],
    mutants: values.mutants ?? false,
    only: values.only ?? null,
  };
}

function whole(name: string, text: string | undefined, otherwise: number): number {
  const number = text === undefined ? otherwise : Number(text.replaceAll('_', ''));
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Error(`--${name} ${text}: give an integer from 0 on`);
}

function placeOf(text: string): Place {
  const place = PLACES.find((each) => each === text);
  if (place !== undefined) return place;
  throw new Error(`--place ${text}: give one of ${PLACES.join(', ')}`);
}
