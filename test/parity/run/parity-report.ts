/** The end of a run: tables, what was found, one line of JSON. */
import { BOUND } from '@forebay/testkit';
import { PATHS } from '../support/comparison';
import type { Count } from '../support/tally';
import type { Finding, ParityResult } from './parity-run';
import { degradedTable, kindTable, pathTable } from './tables';

interface ReportedCase {
  readonly case: string;
  readonly value: number;
  readonly unit: string;
  readonly target: string | null;
  readonly ok: boolean;
}

export interface Report {
  readonly lines: readonly string[];
  readonly ok: boolean;
}

export function findingLines({ seed, told, example }: Finding): string[] {
  return [
    `A DIFFERENCE in scene ${seed}, made small; again: npm run parity -- --seed ${seed} --comparisons 1`,
    told,
    'as a named example, for test/parity/examples/named-examples.ts:',
    example,
    '',
  ];
}

/** @param wanted how many values were to be compared */
export function parityReport(
  { tally, scenes, findings }: ParityResult,
  { seed, comparisons: wanted }: { readonly seed: number; readonly comparisons: number },
  seconds: number,
): Report {
  const { all, byPath } = tally;
  const reported: ReportedCase[] = [
    {
      case: 'comparisons',
      value: all.compared,
      unit: 'values',
      target: `>= ${wanted}`,
      ok: all.compared >= wanted,
    },
    { case: 'differed', value: all.differed, unit: 'values', target: '<= 0', ok: all.differed === 0 },
    { case: 'findings', value: findings.length, unit: 'cases', target: '<= 0', ok: findings.length === 0 },
    {
      case: 'largest relative difference',
      value: all.largest,
      unit: 'of the size',
      target: `<= ${BOUND}`,
      ok: all.largest <= BOUND,
    },
    { case: 'DEGRADED', value: all.degraded / all.compared, unit: 'of all', target: null, ok: true },
    ...PATHS.filter((path) => byPath.has(path)).map((path): ReportedCase => {
      const { differed } = byPath.get(path) as Count;
      return {
        case: `differed: ${path}`,
        value: differed,
        unit: 'values',
        target: '<= 0',
        ok: differed === 0,
      };
    }),
    { case: 'time', value: Math.round(10 * seconds) / 10, unit: 's', target: null, ok: true },
    { case: 'seed', value: seed, unit: '', target: null, ok: true },
  ];
  const lines = [
    ...findings.flatMap(findingLines),
    ...kindTable(tally),
    '',
    ...pathTable(tally),
    '',
    ...degradedTable(tally),
    '',
    `seed ${seed}, ${scenes} scenes, ${seconds.toFixed(0)} s`,
    JSON.stringify({ parity: 'comparisons', cases: reported }),
  ];
  return { lines, ok: reported.every(({ ok }) => ok) };
}
