/** The entities that the rows ask for, each with a number of its own. */
import type { Entity } from '@forebay/definitions';
import { CLICKHOUSE_TYPES, joinKeySql, type OfflineStore, quoteName } from '@forebay/offline-store';

/** Columns: `e` UInt32, the entity's number, `g0` … String, the texts of its join keys in the entity's order, and `r0` … these themselves. */
export interface EntityKeys {
  /** The table's name, unquoted. */
  readonly table: string;
  /** A SELECT of `e`, `t` and `n` of the rows: entity, instant in ms, and number of the row. */
  readonly rowsSql: string;
  readonly count: number;
}

/**
 * The owner drops the table. Entities are numbered in no particular order.
 *
 * @param rowsSql a SELECT of `n`, `t` and the join keys `v0` … of the rows, none of them null
 * @param table the name of the table to make, unquoted
 */
export async function makeEntityKeys(
  store: OfflineStore,
  rowsSql: string,
  entity: Entity,
  table: string,
): Promise<EntityKeys> {
  const keys = entity.joinKeys.map((_, i) => `g${i}`);
  const texts = entity.joinKeys.map(({ type }, i) => {
    const text = joinKeySql(
      `v${i}`,
      type === 'int32' || type === 'int64' ? 'int' : (type as 'string' | 'bool'),
    );
    return `${text} AS g${i}`;
  });
  const types = entity.joinKeys.map(({ type }) => CLICKHOUSE_TYPES[type]);
  const values = types.map((type, i) => `CAST(v${i}, '${type}') AS r${i}`);
  const selected = `SELECT n, t, ${[...texts, ...values].join(', ')} FROM (${rowsSql})`;
  const columns = [...keys.map((key) => `${key} String`), ...types.map((type, i) => `r${i} ${type}`)].join(
    ', ',
  );
  const names = [...keys, ...types.map((_, i) => `r${i}`)].join(', ');
  await store.command(
    `CREATE TABLE ${quoteName(table)} (e UInt32, ${columns}) ENGINE = MergeTree ORDER BY e`,
  );
  await store.command(
    `INSERT INTO ${quoteName(table)} SELECT rowNumberInAllBlocks(), ${names} FROM (SELECT DISTINCT ${names} FROM (${selected}))
     SETTINGS max_threads = 1, max_insert_threads = 1`,
  );
  const [counted] = await store.rows<{ entities: number }>(
    `SELECT toFloat64(count()) AS entities FROM ${quoteName(table)}`,
  );
  return {
    table,
    rowsSql: `SELECT k.e AS e, r.t AS t, r.n AS n FROM (${selected}) AS r INNER JOIN ${quoteName(table)} AS k ON ${keys.map((key) => `r.${key} = k.${key}`).join(' AND ')}`,
    count: counted?.entities ?? 0,
  };
}
