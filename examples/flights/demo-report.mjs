/** What the demo prints. */

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** Runs one step and prints its name, its time, and what came of it. */
export async function step(name, body, describe = (result) => String(result)) {
  const from = performance.now();
  const result = await body();
  console.log(`${name.padEnd(20)} ${seconds(performance.now() - from).padStart(8)}   ${describe(result)}`);
  return result;
}

const round = (value) =>
  typeof value === 'number' && !Number.isInteger(value)
    ? value.toFixed(3)
    : value === null
      ? '–'
      : Array.isArray(value)
        ? value.join(' ')
        : String(value);

/**
 * A table of some airports: feature, value, how much of it came from the stream.
 * @param {{ airport: string, asOf: number, freshnessMs: number, features: { name: string, value: any, fromStream: number, total: number }[] }[]} airports
 */
export function printAirports(airports) {
  const shown = airports[0].features.map(({ name }) => name);
  const cell = ({ value, fromStream, total }) =>
    `${round(value)} ${total === 0 ? '' : `(${Math.round((100 * (total - fromStream)) / total)}/${Math.round((100 * fromStream) / total)})`}`;
  const lines = [
    `${'feature (share from batch/stream, %)'.padEnd(38)}${airports.map(({ airport }) => airport.padEnd(34)).join('')}`,
  ];
  for (const [i, name] of shown.entries())
    lines.push(`${name.padEnd(38)}${airports.map(({ features }) => cell(features[i]).padEnd(34)).join('')}`);
  lines.push(
    `${'fresh as of'.padEnd(38)}${airports.map(({ asOf, freshnessMs }) => `${new Date(asOf).toISOString()} −${freshnessMs} ms`.padEnd(34)).join('')}`,
  );
  return lines.join('\n');
}

/**
 * What this run measured, beside what it should reach on two cores.
 * @param {[name: string, measured: string, target: string, reached: boolean][]} rows
 */
export const printTargets = (rows) =>
  rows
    .map(
      ([name, measured, target, reached]) =>
        `${name.padEnd(24)}${measured.padEnd(22)}${target.padEnd(12)}${reached ? 'reached' : 'missed'}`,
    )
    .join('\n');
