/** The end of every benchmark: a table for people, one line of JSON for programs, and an exit code. */

export type Target = { readonly atLeast: number } | { readonly atMost: number };

interface Measured {
  readonly case: string;
  /** What one unit of the number is: `events/s`, `ms`, `x of the ceiling`. */
  readonly unit: string;
  /** null: measured for information, nothing is missed. */
  readonly target: Target | null;
}

/** Either an absolute value, or a ratio to something measured in the same run. */
export type BenchCase = Measured & ({ readonly value: number } | { readonly ratio: number });

const measuredNumber = (result: BenchCase): number => ('value' in result ? result.value : result.ratio);

/** NaN misses every target. */
export function targetMet(result: BenchCase): boolean {
  if (result.target === null) return Number.isFinite(measuredNumber(result));
  if ('atLeast' in result.target) return measuredNumber(result) >= result.target.atLeast;
  return measuredNumber(result) <= result.target.atMost;
}

function targetText(target: Target | null): string {
  if (target === null) return '';
  return 'atLeast' in target ? `>= ${target.atLeast}` : `<= ${target.atMost}`;
}

/** Four significant digits, and integers in full. */
function numberText(value: number): string {
  return Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString('en-US')
    : String(Number(value.toPrecision(4)));
}

/** The lines to print, the JSON line last. */
export function reportLines(bench: string, results: readonly BenchCase[]): string[] {
  const header = ['case', 'measured', 'unit', 'target', 'ok'];
  const rows = results.map((result) => [
    result.case,
    numberText(measuredNumber(result)),
    result.unit,
    targetText(result.target),
    targetMet(result) ? 'yes' : 'NO',
  ]);
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd();
  const cases = results.map((result) => ({
    case: result.case,
    ...('value' in result ? { value: result.value } : { ratio: result.ratio }),
    unit: result.unit,
    target: result.target === null ? null : targetText(result.target),
    ok: targetMet(result),
  }));
  return [line(header), ...rows.map(line), JSON.stringify({ bench, cases })];
}

/** Prints the report; a missed target, or no case at all, sets the exit code 1. */
export function reportBench(bench: string, results: readonly BenchCase[]): void {
  for (const line of reportLines(bench, results)) console.log(line);
  if (results.length === 0 || !results.every(targetMet)) process.exitCode = 1;
}
