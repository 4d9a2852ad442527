/** What of the measurements is reported. */
import type { BenchCase, Target } from '../report';
import type { ClockCount } from './definitions';
import type { Cost } from './job-process';
import type { Made, Measured } from './measure';
import type { ReferenceName } from './reference-sql';

/** How many times the CPU time of DuckDB's tiles of hours and days is ours, by rows: what it must at least be. */
const AT_LEAST: Readonly<Record<number, number>> = { 100000: 1.2, 1000000: 3 };
/** It is right for any events; the grid needs as many hours as there are events, and delays of whole minutes. */
const TARGETED: ReferenceName = 'tiles';
const TWO_CLOCKS_AT_MOST = 2.5;
const EVENTS_PER_SECOND_AT_LEAST = 1_000_000;
/** Five times the rows may not take much more memory. */
const MEMORY_AT_MOST = 1.25;

export function costCases({ size, duckdb, forebay, compared }: Measured): BenchCase[] {
  const cases: BenchCase[] = [];
  const add = (name: string, value: number, unit: string, target: Target | null = null) =>
    cases.push({ case: `${size.toLocaleString('en-US')} rows: ${name}`, value, unit, target });
  const addRatio = (name: string, ratio: number, unit: string, target: Target | null) =>
    cases.push({ case: `${size.toLocaleString('en-US')} rows: ${name}`, ratio, unit, target });
  const references = (Object.keys(duckdb) as ReferenceName[]).map((name) => ({
    name,
    cpuS: medianOf(duckdb[name], ({ cpuS }) => cpuS),
    wallS: medianOf(duckdb[name], ({ wallS }) => wallS),
  }));
  const fastest = references.reduce((a, b) => (b.cpuS < a.cpuS ? b : a));
  const cpuS = Object.fromEntries(
    (['one', 'two'] as const).map((clocks) => [clocks, medianOf(forebay[clocks], totalCpuS)]),
  ) as Record<ClockCount, number>;
  const { one } = forebay;
  for (const { name, cpuS: s } of references) {
    const target = name === TARGETED && size in AT_LEAST ? { atLeast: AT_LEAST[size] as number } : null;
    addRatio(`CPU, DuckDB (${name}) / Forebay`, s / cpuS.one, '×', target);
  }
  addRatio('CPU, two clocks / one', cpuS.two / cpuS.one, '×', { atMost: TWO_CLOCKS_AT_MOST });
  for (const { name, cpuS: s } of references) add(`CPU of DuckDB, ${name}`, s, 's');
  add('CPU of Forebay', cpuS.one, 's');
  add(
    '  worker',
    medianOf(one, ({ cost }) => cost.cpuS),
    's',
  );
  add(
    '  ClickHouse',
    medianOf(one, ({ serverS }) => serverS),
    's',
  );
  for (const [i, { part }] of (one[0] as Made).parts.entries()) {
    add(
      `  ${part}, worker`,
      medianOf(one, ({ parts }) => parts[i]?.workerS ?? 0),
      's',
    );
    add(
      `  ${part}, ClickHouse`,
      medianOf(one, ({ parts }) => parts[i]?.serverS ?? 0),
      's',
    );
  }
  add('CPU of Forebay, two clocks', cpuS.two, 's');
  add(
    'events per second of the worker',
    medianOf(one, ({ events, cost }) => events / cost.cpuS),
    'events/s',
    size === Math.min(...Object.keys(AT_LEAST).map(Number)) ? { atLeast: EVENTS_PER_SECOND_AT_LEAST } : null,
  );
  add(`time of DuckDB, ${fastest.name}`, fastest.wallS, 's');
  add(
    'time of Forebay',
    medianOf(one, ({ cost }) => cost.wallS),
    's',
  );
  add('memory of DuckDB', peakMb(Object.values(duckdb).flat()), 'MB');
  add(
    'memory of the worker',
    peakMb(
      Object.values(forebay)
        .flat()
        .map(({ cost }) => cost),
    ),
    'MB',
  );
  add('values that were compared and equal', compared, '');
  return cases;
}

export function memoryCases(sizes: readonly { size: number; peakMb: number; wallS: number }[]): BenchCase[] {
  const cases = sizes.flatMap(({ size, peakMb: value, wallS }): BenchCase[] => {
    const name = size.toLocaleString('en-US');
    return [
      { case: `${name} rows: memory of the worker`, value, unit: 'MB', target: null },
      { case: `${name} rows: time`, value: wallS, unit: 's', target: null },
    ];
  });
  const [few, many] = [sizes[0]?.peakMb as number, sizes.at(-1)?.peakMb as number];
  return [
    ...cases,
    { case: 'memory, most rows / fewest', ratio: many / few, unit: '×', target: { atMost: MEMORY_AT_MOST } },
  ];
}

const totalCpuS = ({ cost, serverS }: Made) => cost.cpuS + serverS;
const peakMb = (costs: readonly Cost[]) => Math.max(...costs.map(({ peakMb: mb }) => mb));

function medianOf<T>(items: readonly T[], number: (item: T) => number): number {
  return items.map(number).sort((a, b) => a - b)[items.length >> 1] as number;
}
