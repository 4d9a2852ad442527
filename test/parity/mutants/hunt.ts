/** Hunts mutants: each in a scratch copy, in a process of its own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  AGGREGATION_MUTANTS,
  CUT_MUTANTS,
  INPUT_MUTANTS,
  WINDOW_MUTANTS,
  WRITER_MUTANTS,
} from './algebra-mutants';
import { ENRICHMENT_MUTANTS } from './enrichment-mutants';
import type { Mutant } from './mutant';
import { PAIR_MUTANTS } from './pair-mutants';
import { mutatedSource, ScratchCopy } from './scratch-copy';
import { SQL_MUTANTS } from './sql-mutants';
import { STORE_MUTANTS } from './store-mutants';
import { TABLE_MUTANTS } from './table-mutants';
import { SLOT_MUTANTS, TRAINING_MUTANTS, TRAINING_SQL_MUTANTS } from './training-mutants';

export const MUTANTS: readonly Mutant[] = [
  ...WINDOW_MUTANTS,
  ...CUT_MUTANTS,
  ...WRITER_MUTANTS,
  ...INPUT_MUTANTS,
  ...AGGREGATION_MUTANTS,
  ...TRAINING_MUTANTS,
  ...SLOT_MUTANTS,
  ...SQL_MUTANTS,
  ...TRAINING_SQL_MUTANTS,
  ...STORE_MUTANTS,
  ...TABLE_MUTANTS,
  ...PAIR_MUTANTS,
  ...ENRICHMENT_MUTANTS,
];

/** What became of a mutant. */
export interface Hunted {
  readonly caught: boolean;
  /** Values until it showed, or in all. */
  readonly compared: number;
  /** The path and operation at which it showed. */
  readonly where: string;
  readonly told: string;
}

export interface HuntedMutant extends Hunted {
  readonly mutant: Mutant;
}

export interface HuntOptions {
  readonly seed: number;
  /** The values that are compared before a mutant counts as not caught. */
  readonly comparisons: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly onHunted: (hunted: HuntedMutant) => void;
}

/** Each in a copy of its own. */
const AT_ONCE = 2;
const DEADLINE_MS = 300_000;

export async function huntMutants(
  root: string,
  mutants: readonly Mutant[],
  options: HuntOptions,
): Promise<HuntedMutant[]> {
  // before the first hunt: one that does not fit the source any more must not be found after minutes
  for (const mutant of mutants) mutatedSource(root, mutant);
  const found = new Map<Mutant, HuntedMutant>();
  const left = [...mutants];
  const lanes = Array.from({ length: AT_ONCE }, async (_, lane) => {
    const copy = new ScratchCopy(root, join(root, `.forebay/mutants-${lane}`));
    try {
      for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
        const hunted = { mutant, ...(await huntOne(copy, mutant, options)) };
        options.onHunted(hunted);
        found.set(mutant, hunted);
      }
    } finally {
      copy.remove();
    }
  });
  await Promise.all(lanes);
  return mutants.map((mutant) => found.get(mutant) as HuntedMutant);
}

function huntOne(
  copy: ScratchCopy,
  mutant: Mutant,
  { seed, comparisons, environment }: HuntOptions,
): Promise<Hunted> {
  const args = [copy.main, mutant.place, String(seed), String(comparisons)];
  return copy.with(mutant, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: environment,
      timeout: DEADLINE_MS,
    });
    return JSON.parse(stdout) as Hunted;
  });
}

export function mutantLines(hunted: readonly HuntedMutant[]): string[] {
  const rows = hunted.map(({ mutant, caught, compared, where }) => [
    mutant.name,
    `${mutant.package}/${mutant.file}`,
    caught ? 'caught' : 'SURVIVED',
    compared.toLocaleString('en-US'),
    where,
  ]);
  const header = ['mutant', 'file', 'it', 'after', 'by'];
  const widths = header.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] as string).length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 3 ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number)))
      .join('  ')
      .trimEnd();
  const changes = hunted.flatMap(({ mutant }) => [
    `${mutant.name}:`,
    `  - ${flat(mutant.from)}`,
    `  + ${flat(mutant.to) || '(nothing)'}`,
  ]);
  return ['changes:', ...changes, '', line(header), ...rows.map(line)];
}

const flat = (text: string) => text.replace(/\s+/g, ' ');
