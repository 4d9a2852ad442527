import type { Lane } from '@forebay/algebra';

/**
 * How ClickHouse makes one component of a batch list (docs/CODEC.md): aggregates over a segment's events, cells made of them, and
 * the column made of the cells of all of an entity's segments. An aggregate is known by its name, so components share them.
 */
export interface ComponentSql {
  readonly aggregates: Readonly<Record<string, string>>;
  /** Over the aggregates; each becomes an array over the entity's segments. */
  readonly cells: readonly string[];
  /** The bytes of the column, with its type code, from the arrays of the cells. */
  readonly column: (...arrays: string[]) => string;
}

/** The aggregates and the bytes of a variable state over at least one event; over none nothing may fail, and the bytes are not used. */
export interface StateSql {
  readonly aggregates: Readonly<Record<string, string>>;
  readonly state: string;
}

/** How many events the lane takes. */
export const countName = (lane: Lane) => `n${lane.index}`;
