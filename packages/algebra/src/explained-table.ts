/** The stored rows of a table view's entity, and which of them the reader's tick sees. */
import { tickAt } from './boundaries';
import type { FeatureValue } from './explained-merging';
import { isUnreadable } from './fold';
import type { TableFeaturePlan, TableLayout } from './table-layout';
import { isTableFloat64 } from './table-layout';
import { isOutsideMaxAge, newTableOutput } from './table-output';
import { TableValue } from './table-value';

export interface ExplainedTableRow {
  /** The first tick that sees it. */
  readonly validFromMs: number;
  readonly eventTimeMs: number;
  readonly knownAtMs: number;
  readonly rowHash: bigint;
  readonly value: FeatureValue;
  /** Whether it is older at the tick than the view's max_age. */
  readonly outsideMaxAge: boolean;
}

export interface ExplainedTable {
  readonly tickMs: number;
  /** The newest first. */
  readonly rows: readonly ExplainedTableRow[];
  /** Index of the row that the tick sees; −1: none. */
  readonly taken: number;
  /** Whether an earlier tick saw a row that is not held any more. */
  readonly hadEarlierRow: boolean;
}

/** Explains a feature of a table view at an instant; null: the bytes cannot be read. */
export function explainTable(
  layout: TableLayout,
  bytes: Uint8Array | null,
  tMs: number,
  feature: number,
): ExplainedTable | null {
  const tickMs = tickAt(layout.view.schedule, tMs);
  if (bytes === null) return { tickMs, rows: [], taken: -1, hadEarlierRow: false };
  const value = new TableValue(layout);
  try {
    if (!value.open(bytes)) return null;
    const rows = Array.from({ length: value.slots }, (_, slot) =>
      rowOf(layout, value, slot, tickMs, feature),
    );
    return { tickMs, rows, taken: value.slotAt(tickMs), hadEarlierRow: value.hadEarlierRow };
  } catch (thrown) {
    if (isUnreadable(thrown)) return null;
    throw thrown;
  }
}

function rowOf(
  layout: TableLayout,
  value: TableValue,
  slot: number,
  tickMs: number,
  feature: number,
): ExplainedTableRow {
  const out = newTableOutput(layout);
  value.read(slot, out);
  const number = out.numbers[feature] as number;
  const eventTimeMs = value.eventTimeMs(slot);
  return {
    validFromMs: value.validFromMs(slot),
    eventTimeMs,
    knownAtMs: value.knownAtMs(slot),
    rowHash: value.rowHash(slot),
    value: !isTableFloat64(layout.features[feature] as TableFeaturePlan)
      ? (out.others[feature] as FeatureValue)
      : Number.isNaN(number)
        ? null
        : number,
    outsideMaxAge: isOutsideMaxAge(layout, eventTimeMs, tickMs),
  };
}
