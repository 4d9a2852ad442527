/** What `npm run faults` is asked for. */
import { parseArgs } from 'node:util';

export interface FaultOptions {
  /** Of the first fault; the next ones have the numbers after it. */
  readonly seed: number;
  /** Of the faults: those whose names contain one of these; none: all. */
  readonly only: readonly string[];
  /** Tries of each fault; null: as many as the fault says. */
  readonly times: number | null;
  /** A few faults, once each. */
  readonly isShort: boolean;
}

const SEEDS = 1_000_000_000;

/** Throws an Error that says what is wrong. */
export function faultOptions(args: readonly string[]): FaultOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      only: { type: 'string' },
      times: { type: 'string' },
      short: { type: 'boolean' },
    },
  });
  return {
    seed: seedOf(values.seed),
    only: values.only?.split(',') ?? [],
    times: values.times === undefined ? null : whole('times', values.times, 1),
    isShort: values.short ?? false,
  };
}

/** Any, if none is asked for. Throws an Error for what is no number of one. */
export function seedOf(text: string | undefined): number {
  return text === undefined ? Math.floor(Math.random() * SEEDS) : whole('seed', text, 0);
}

function whole(name: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`--${name} ${text}: give an integer from ${least} on`);
}
