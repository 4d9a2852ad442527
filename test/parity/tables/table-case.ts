/** One entity of a table view, its rows, and when it is read: all that a comparison depends on, as data. */
import {
  generateTableRows,
  generateTableScene,
  type Random,
  type TableRow,
  type TableScene,
} from '@forebay/testkit';
import type { LabelRows } from '../support/label-rows';

export interface TableCase extends TableScene {
  readonly key: string;
  readonly rows: readonly TableRow[];
  /** Whether the value that is read is that of the later run already. */
  readonly hasLater: boolean;
  readonly labels: LabelRows;
}

/** The first of them says at what time all that is known counts, where rows do not see what was known at their own. */
export function generateTableCases(random: Random, name: string, entities: number): TableCase[] {
  const scene = generateTableScene(random, name);
  const { finishedMs, runTickMs, view } = scene;
  const knownAsOfMs = random.chance(0.2) ? finishedMs + random.pick([0, -1, view.schedule.waitMs]) : null;
  return Array.from({ length: entities }, (_, entity) => {
    const rows = generateTableRows(random, scene);
    return {
      ...scene,
      key: `e${entity}`,
      rows,
      hasLater: finishedMs === runTickMs || random.chance(0.5),
      labels: { timestampsMs: generateTimestamps(random, scene, rows), knownAsOfMs },
    };
  });
}

function generateTimestamps(
  random: Random,
  { readsMs, view }: TableScene,
  rows: readonly TableRow[],
): number[] {
  const { delayMs, waitMs } = view.schedule;
  const instants = [
    ...readsMs,
    ...rows.flatMap(({ eventTimeMs, knownAtMs }) => [
      eventTimeMs,
      eventTimeMs + delayMs,
      knownAtMs - waitMs + delayMs,
    ]),
  ];
  return Array.from({ length: 1 + random.integer(4) }, () => random.pick(instants) + random.integer(3) - 1);
}
