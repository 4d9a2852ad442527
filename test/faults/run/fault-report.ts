/** The end of a run: a table, what differed, one line of JSON. */
import type { FaultOptions } from './options';
import type { FaultOutcome } from './run-faults';

export interface Report {
  readonly lines: readonly string[];
  readonly ok: boolean;
}

const HEADER = ['fault', 'times', 'values', 'archived', 'differences', 'time', ''];
const number = (value: number) => value.toLocaleString('en-US');

export function faultReport(outcomes: readonly FaultOutcome[], { seed, isShort }: FaultOptions): Report {
  const rows = outcomes.map((outcome) => [
    outcome.fault.name,
    String(outcome.times),
    number(outcome.values),
    number(outcome.archived),
    number(outcome.differences),
    `${outcome.seconds.toFixed(0)} s`,
    [outcome.fault.says, ...outcome.notes].join('; '),
  ]);
  const total = (of: (outcome: FaultOutcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0);
  rows.push([
    'all',
    number(total(({ times }) => times)),
    number(total(({ values }) => values)),
    number(total(({ archived }) => archived)),
    number(total(({ differences }) => differences)),
    `${total(({ seconds }) => seconds).toFixed(0)} s`,
    '',
  ]);
  const widths = HEADER.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) =>
        i === 0 || i === HEADER.length - 1 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!),
      )
      .join('  ')
      .trimEnd();
  const ok =
    outcomes.length > 0 && outcomes.every(({ differences, told }) => differences === 0 && told.length === 0);
  const json = {
    faults: isShort ? 'short' : 'full',
    seed,
    cases: outcomes.map(({ fault, times, values, archived, differences, seconds, notes }) => ({
      fault: fault.name,
      times,
      values,
      archived,
      differences,
      seconds: Math.round(10 * seconds) / 10,
      notes,
      ok: differences === 0,
    })),
  };
  const told = outcomes.flatMap((outcome) =>
    outcome.told.length === 0
      ? []
      : [
          `A DIFFERENCE: ${outcome.fault.name}; again: npm run faults -- --only ${outcome.fault.name} --seed ${seed}`,
          ...outcome.told,
          '',
        ],
  );
  return { lines: [...told, line(HEADER), ...rows.map(line), '', `seed ${seed}`, JSON.stringify(json)], ok };
}
