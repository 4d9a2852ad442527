/** The end of a run: what differed, a table in Markdown, one line of JSON. */
import type { FaultOptions } from './options';
import type { FaultOutcome } from './run-faults';

export interface Report {
  readonly lines: readonly string[];
  readonly ok: boolean;
}

type Alignment = 'left' | 'right';

const COLUMNS = {
  fault: 'left',
  'what is done': 'left',
  times: 'right',
  'values compared': 'right',
  'records compared': 'right',
  differences: 'right',
  seconds: 'right',
} as const satisfies Record<string, Alignment>;

const number = (value: number) => value.toLocaleString('en-US');

/** The table can be pasted into a document as it is. */
export function faultReport(outcomes: readonly FaultOutcome[], { seed, isShort }: FaultOptions): Report {
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
  const lines = [...toldLines(outcomes, seed), ...table(outcomes), '', `seed ${seed}`, JSON.stringify(json)];
  return { lines, ok };
}

function toldLines(outcomes: readonly FaultOutcome[], seed: number): string[] {
  return outcomes.flatMap(({ fault, told }) =>
    told.length === 0
      ? []
      : [
          `A DIFFERENCE: ${fault.name}; again: npm run faults -- --only ${fault.name} --seed ${seed}`,
          ...told,
          '',
        ],
  );
}

function table(outcomes: readonly FaultOutcome[]): string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = outcomes.map((outcome) => [
    `\`${outcome.fault.name}\``,
    [outcome.fault.says, ...outcome.notes].join('; ').replaceAll('|', '\\|'),
    ...numbersOf([outcome]),
  ]);
  return [
    row(Object.keys(COLUMNS)),
    `|${Object.values(COLUMNS)
      .map((alignment) => (alignment === 'left' ? '---' : '---:'))
      .join('|')}|`,
    ...rows.map(row),
    row(['all', '', ...numbersOf(outcomes)]),
  ];
}

function numbersOf(outcomes: readonly FaultOutcome[]): string[] {
  const total = (of: (outcome: FaultOutcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0);
  return [
    number(total(({ times }) => times)),
    number(total(({ values }) => values)),
    number(total(({ archived }) => archived)),
    number(total(({ differences }) => differences)),
    number(Math.round(total(({ seconds }) => seconds))),
  ];
}
