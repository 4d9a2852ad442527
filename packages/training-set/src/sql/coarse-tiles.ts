/**
 * Which events may come as states of whole tiles. A tile of an entity is touched if a row, or the edge of a window at a row, lies
 * inside of it; of all others ClickHouse sends one state each, and of tiles that no window of a row reaches nothing.
 */
import { edgeOf, type ViewLayout } from '@forebay/algebra';
import { DAY_MS } from '@forebay/contract';
import { type OfflineStore, quoteName } from '@forebay/offline-store';
import type { Clocks } from '../fold/place';
import type { EntityKeys } from './entity-keys';
import { floorSql, rowPlaceSql } from './places';

/** Columns: `e` UInt32 the entity · `tile` Int64, where the tile begins · `touched` UInt8. */
export interface CoarseTiles {
  /** The table's name, unquoted. */
  readonly table: string;
  readonly widthMs: number;
  /** Whether a tile that is not in the table is not needed; else it is needed, and not touched. */
  readonly isComplete: boolean;
}

/** A row's longest window is made of no more tiles than about this many, so that the table stays small beside the events. */
const MOST_TILES_OF_A_ROW = 128;

/** The owner drops the table. */
export async function makeCoarseTiles(
  store: OfflineStore,
  layout: ViewLayout,
  keys: EntityKeys,
  clocks: Clocks,
  table: string,
): Promise<CoarseTiles> {
  const widthMs = tileWidth(layout);
  const edges = layout.windows.flatMap((window) => {
    if (window.kind === 'lifetime') return [];
    const { lengthMs, stepMs, originMs } = edgeOf(window);
    const left = `${originMs} + ${floorSql(`(p - ${lengthMs + originMs})`, stepMs)}`;
    return [`toInt64(${left})`, ...(window.kind === 'tumbling' ? [`toInt64(${left} + ${lengthMs})`] : [])];
  });
  const touched = `arrayMap(at -> (${floorSql('at', widthMs)}, 1), arrayFilter(at -> positiveModulo(at, ${widthMs}) != 0, [${['p', ...edges].join(', ')}]))`;
  const oldest = floorSql(edges.length === 0 ? 'p' : `arrayMin([${edges.join(', ')}])`, widthMs);
  const reached = `arrayMap(i -> (toInt64(${oldest} + i * ${widthMs}), 0), range(toUInt32(intDiv(p - 1 - ${oldest}, ${widthMs}) + 1)))`;
  const tiles = layout.hasLifetime ? touched : `arrayConcat(${touched}, ${reached})`;
  await store.command(
    `CREATE TABLE ${quoteName(table)} (e UInt32, tile Int64, touched UInt8) ENGINE = MergeTree ORDER BY (e, tile)`,
  );
  await store.command(
    `INSERT INTO ${quoteName(table)} SELECT e, at.1 AS tile, max(at.2) FROM (
       SELECT e, arrayJoin(${tiles}) AS at FROM (SELECT e, ${rowPlaceSql(clocks, 't')} AS p FROM (${keys.rowsSql}))
     ) GROUP BY e, tile`,
  );
  return { table, widthMs, isComplete: !layout.hasLifetime };
}

/** A multiple of every hop. */
function tileWidth(layout: ViewLayout): number {
  const edges = layout.windows.flatMap((window) => (window.kind === 'lifetime' ? [] : [edgeOf(window)]));
  if (edges.length === 0) return DAY_MS;
  const widest = Math.max(...edges.map(({ hopMs }) => hopMs));
  const longest = Math.max(...edges.map(({ lengthMs }) => lengthMs));
  return widest * Math.max(1, Math.ceil(longest / (MOST_TILES_OF_A_ROW * widest)));
}
