/** The end of a run: a table in Markdown, one line of JSON. */
import type { Comparison } from '../faults/support/scene-comparison';
import type { Seen } from './fleet';

export interface Step {
  readonly name: string;
  readonly compared: Comparison;
  /** Of steps under load. */
  readonly seen?: Seen;
  /** What else did not hold. */
  readonly wrong?: readonly string[];
}

export interface Report {
  readonly lines: readonly string[];
  readonly ok: boolean;
}

const number = (value: number) => value.toLocaleString('en-US');
const failedOf = ({ seen }: Step) =>
  [...(seen?.failures.values() ?? [])].reduce((sum, each) => sum + each, 0);

/** What is wrong with a step, for a person. */
export function wrongOf({ compared, seen, wrong = [] }: Step): string[] {
  const calls = [...(seen?.failures ?? [])].map(([code, count]) => `${count} calls failed with ${code}`);
  return [...(compared.differences > 0 ? compared.told : []), ...calls, ...wrong];
}

export function report(steps: readonly Step[], other: string | null, seed: number): Report {
  const rows = steps.map((step) => [
    step.name,
    step.seen === undefined ? '' : number(step.seen.calls),
    step.seen === undefined ? '' : number(failedOf(step)),
    number(step.compared.values),
    number(step.compared.archived),
    number(step.compared.differences),
  ]);
  const cases = steps.map((step) => ({
    case: step.name,
    calls: step.seen?.calls ?? 0,
    failed: failedOf(step),
    values: step.compared.values,
    records: step.compared.archived,
    differences: step.compared.differences,
    degradedMs: Math.round(step.seen?.degradedMs ?? 0),
    ok: wrongOf(step).length === 0,
  }));
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return {
    lines: [
      row(['step', 'calls', 'failed', 'values compared', 'records compared', 'differences']),
      '|---|---:|---:|---:|---:|---:|',
      ...rows.map(row),
      '',
      JSON.stringify({ upgrade: other ?? 'codecs only', seed, cases }),
    ],
    ok: cases.length > 0 && cases.every(({ ok }) => ok),
  };
}
