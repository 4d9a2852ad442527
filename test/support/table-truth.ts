/** All rows of a table as they stand in ClickHouse, and what every served value of a view of it must be. */
import type { OnlineFeatures } from '@forebay/client';
import type { Project, TableView } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { type OracleTableValues, oracleTable, type TableRow, tickAt } from '@forebay/testkit';
import type { Wrong } from './truth';

export interface KeyedRow extends TableRow {
  readonly key: string;
}

/** Of a view whose entity has one join key, a string. Rows stay as they are: what a tick sees is worked out once. */
export class TableTruth {
  readonly #rows = new Map<string, TableRow[]>();
  /** By tick and key. */
  readonly #known = new Map<string, OracleTableValues>();

  constructor(rows: readonly KeyedRow[]) {
    for (const row of rows) {
      const found = this.#rows.get(row.key);
      if (found === undefined) this.#rows.set(row.key, [row]);
      else found.push(row);
    }
  }

  keys(project: Project, view: TableView): Record<string, Value>[] {
    const { joinKeys } = project.entities.find(({ name }) => name === view.entity) ?? { joinKeys: [] };
    return [...this.#rows.keys()].map((key) => ({ [joinKeys[0]?.name as string]: key }));
  }

  wrong(view: TableView, keys: readonly Record<string, Value>[], answer: OnlineFeatures): Wrong[] {
    return keys.flatMap((key, row) => {
      const entity = Object.values(key)[0] as string;
      const { values, status } = this.#at(view, entity, answer.asOfMs);
      return answer.columns.flatMap(({ name }, column): Wrong[] => {
        const at = view.features.findIndex((feature) => feature.name === name);
        const expected = values[at] ?? null;
        const served = answer.value(row, column);
        const said = answer.status(row, column);
        const right = status ?? (expected === null ? 'NULL_VALUE' : 'PRESENT');
        if (said === right && served === expected) return [];
        return [{ entity, feature: name, status: said, served, expected }];
      });
    });
  }

  #at(view: TableView, key: string, tMs: number): OracleTableValues {
    const known = `${tickAt(view.schedule, tMs)} ${key}`;
    const found = this.#known.get(known) ?? oracleTable(view, this.#rows.get(key) ?? [], tMs);
    this.#known.set(known, found);
    return found;
  }
}
