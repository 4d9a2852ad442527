/** The tables of a run, for people. */
import { PATHS, type PathName, type ValueKind } from '../support/comparison';
import type { Count, Tally } from '../support/tally';

const numberText = (value: number) => value.toLocaleString('en-US');
const shareText = (share: number) => `${(100 * share).toFixed(1)} %`;
const HEADER = ['compared', 'differed', 'largest difference', 'DEGRADED'];

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] as string[]).map((_, i) =>
    Math.max(...rows.map((row) => (row[i] as string).length)),
  );
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
      .join('  ')
      .trimEnd(),
  );
}

/** Relative to what the bound is relative to, which is 1e-9 of it. */
function countCells({ compared, differed, largest, degraded }: Count): string[] {
  const most = largest === 0 ? '0' : largest.toExponential(1);
  return [numberText(compared), numberText(differed), most, shareText(degraded / compared)];
}

export function pathTable({ byPath, all }: Tally): string[] {
  const rows = PATHS.filter((path) => byPath.has(path)).map((path) => [
    path,
    ...countCells(byPath.get(path) as Count),
  ]);
  return tableLines([['path', ...HEADER], ...rows, ['all', ...countCells(all)]]);
}

/** With how many of each path were compared, under the paths' numbers. */
export function kindTable({ byKind, byBoth, byPath }: Tally): string[] {
  const paths = PATHS.filter((path) => byPath.has(path));
  const cell = (path: PathName, kind: ValueKind) => {
    const count = byBoth.get(`${path}, ${kind}`);
    return count === undefined ? '·' : numberText(count.compared);
  };
  const rows = [...byKind]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => [kind, ...countCells(count), ...paths.map((path) => cell(path, kind))]);
  const legend = paths.map((path, i) => `(${i + 1}) ${path}`).join(', ');
  return [
    ...tableLines([['value', ...HEADER, ...paths.map((_, i) => `(${i + 1})`)], ...rows]),
    `compared by path: ${legend}`,
  ];
}

/** Why values were DEGRADED, by path. */
export function degradedTable({ reasons, byPath }: Tally): string[] {
  return PATHS.filter((path) => reasons.has(path)).map((path) => {
    const { compared, degraded } = byPath.get(path) as Count;
    const told = [...(reasons.get(path) as Map<string, number>)]
      .sort(([, a], [, b]) => b - a)
      .map(([reason, count]) => `${reason} ${numberText(count)}`);
    return `DEGRADED, ${path}: ${shareText(degraded / compared)}: ${told.join(', ')}`;
  });
}
