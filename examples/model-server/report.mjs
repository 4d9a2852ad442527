/** What the example prints of the model and of the scored flights. */

const HIGHEST = 8;
const LOWEST = 4;
const percent = (share) => `${(100 * share).toFixed(1)} %`;

/** How it does on flights that are later than all that it has learned from. */
export const printModel = (report) =>
  [
    [
      'held-out flights',
      report.held_out_rows.toLocaleString('en'),
      'later than all that the model has learned from',
    ],
    ['AUC', report.auc.toFixed(3), ''],
    ['accuracy', percent(report.accuracy), `always "on time": ${percent(report.accuracy_of_always_on_time)}`],
    [
      'late in the top tenth',
      percent(report.late_share_of_likeliest_tenth),
      `of all flights: ${percent(report.late_share)}`,
    ],
  ]
    .map(([name, value, remark]) => `${name.padEnd(24)}${value.padStart(8)}   ${remark}`.trimEnd())
    .join('\n');

/**
 * The likeliest and the unlikeliest to be late, with what became of them.
 * @param {{ flight: { origin: string, destination: string, scheduled: number }, delay: number }[]} flights
 * @param {{ as_of: string, scores: { late: number, degraded: boolean }[] }} answer
 */
export function printScores(flights, { as_of, scores }) {
  const rows = flights.map((row, i) => ({ ...row, ...scores[i] })).sort((a, b) => b.late - a.late);
  const line = ({ flight, delay, late, degraded }) => {
    const name = `${flight.origin} → ${flight.destination}`.padEnd(14);
    const time = new Date(flight.scheduled).toISOString().slice(11, 16);
    const outcome = `${delay > 15 ? 'late' : 'on time'} (${delay} min)${degraded ? ', degraded' : ''}`;
    return `${name}${time.padEnd(13)}${percent(late).padStart(7)}   ${outcome}`;
  };
  return [
    `${'flight'.padEnd(14)}${'scheduled'.padEnd(14)}${'late?'.padEnd(9)}what became of it (predicted as of ${as_of.slice(11, 19)})`,
    ...rows.slice(0, HIGHEST).map(line),
    '…',
    ...rows.slice(-LOWEST).map(line),
  ].join('\n');
}
