/** Values of table views beside the oracle's: as a reader finds them, and as rows of training sets have them. */
import { newTableOutput, TableHistory, type TableLayout, TableRead, type ViewOutput } from '@forebay/algebra';
import { exact, type OracleTableValues, oracleTable, tickAt } from '@forebay/testkit';
import { type Comparison, compareValue, type PathName } from '../support/comparison';
import type { TableCase } from './table-case';
import { slotsOf } from './table-slots';

const NOTHING = { stream: null, open: null, sealed: null };

/** Reads at every clock of the case; `value` is what part `v` holds. */
export function compareTableReads(
  path: PathName,
  layout: TableLayout,
  each: TableCase,
  value: Uint8Array | null,
): Comparison[] {
  const { finishedMs, readsMs, view, rows } = each;
  const read = new TableRead(layout);
  const output = newTableOutput(layout);
  const marker = { cutMs: finishedMs, qMs: finishedMs, coverageBeginMs: Number.NEGATIVE_INFINITY };
  return readsMs.flatMap((tMs) => {
    const context = {
      tMs,
      serverClockMs: tMs,
      completeSinceMs: null,
      progressMs: null,
      batchMarker: marker,
    };
    read.fold({ ...NOTHING, batch: value }, context, output);
    return compareTable(path, each, tMs, output, oracleTable(view, rows, tMs), isHeld(each, tMs));
  });
}

/**
 * The marker stands at the tick, or at the one after it; and of a value that a run in progress has written, the row of the tick is
 * one of the two that it holds, or there was none.
 */
function isHeld({ view, finishedMs, runTickMs, hasLater, rows }: TableCase, tMs: number): boolean {
  const { intervalMs, delayMs } = view.schedule;
  const tickMs = tickAt(view.schedule, tMs);
  if (finishedMs !== tickMs && finishedMs !== tickMs + intervalMs) return false;
  if (!hasLater || finishedMs === runTickMs || tickMs === finishedMs) return true;
  const wanted = oracleTable(view, rows, tMs).row;
  return wanted === null || wanted === oracleTable(view, rows, tickMs + intervalMs + delayMs).row;
}

/** By the fold of training sets, of what is in memory. */
export function compareTableTraining(layout: TableLayout, each: TableCase): Comparison[] {
  const { view, labels } = each;
  const slots = slotsOf(layout, each.rows, labels.knownAsOfMs);
  return labels.timestampsMs.flatMap((timestampMs) => {
    const history = new TableHistory(layout);
    // in any order
    for (const slot of timestampMs % 2 === 0 ? slots : slots.toReversed())
      if (slot.validFromMs <= tickAt(view.schedule, timestampMs)) history.add(slot);
    const output = newTableOutput(layout);
    history.valuesAt(timestampMs, output);
    return compareTableRow('table in a training set', each, timestampMs, output);
  });
}

/** Of a row of a training set. */
export function compareTableRow(
  path: PathName,
  each: TableCase,
  timestampMs: number,
  output: ViewOutput,
): Comparison[] {
  const oracle = oracleTable(each.view, each.rows, timestampMs, each.labels.knownAsOfMs);
  return compareTable(path, each, timestampMs, output, oracle, true);
}

function compareTable(
  path: PathName,
  { view }: TableCase,
  tMs: number,
  output: ViewOutput,
  { values, status }: OracleTableValues,
  known: boolean,
): Comparison[] {
  const plain = { ...output, others: output.others.map(plainValue) };
  return view.features.map((feature, index) => {
    const value = values[index] ?? null;
    const expected = status ?? (value === null ? 'NULL_VALUE' : 'PRESENT');
    const { description, ...declared } = feature;
    return compareValue({ path, kind: 'table value', declared, atMs: tMs }, plain, index, {
      result: exact(value),
      expected: known ? expected : 'DEGRADED',
      known,
    });
  });
}

/** Vectors as lists of numbers. */
function plainValue(value: ViewOutput['others'][number]): ViewOutput['others'][number] {
  return value instanceof Uint8Array ? [...new Float32Array(new Uint8Array(value).buffer)] : value;
}
