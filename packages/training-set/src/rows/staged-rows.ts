import { ForebayError } from '@forebay/contract';
import type { ScalarType } from '@forebay/definitions';
import { type OfflineStore, quoteName } from '@forebay/offline-store';
import { NUMBER_COLUMN } from '../sql/joined-sql';
import { acceptedText, type FieldValue, fieldValue } from './field-values';
import type { LabelRows, RowColumn, RowField } from './label-rows';
import { qualified, ROW_NUMBER, ROWS_ALIAS, type StagedColumn } from './staged-column';

/** Rows that are named when a value is wrong. */
const SHOWN_ROWS = 3;
const SHOWN_CHARACTERS = 100;
const NUMBER_SQL = `${ROWS_ALIAS}.${ROW_NUMBER}`;

/** What is read from a column, for messages. */
interface Use {
  /** `join key "user" (string)`. */
  readonly what: string;
  readonly column: string;
  readonly type: ScalarType;
  readonly required: boolean;
  /** What to do if the column is not there. */
  readonly remedy: string;
}

/** SQL that finds rows with something wrong, and how that is told. */
interface Check {
  readonly bad: string;
  readonly shown: string;
  readonly tell: (shown: string, rows: string) => string;
}

/** See `LabelRows.rowsSql`. */
export function rowsSqlOf(table: string, columns: readonly StagedColumn[]): string {
  const kept = columns.map(({ name, keptSql }) => `${keptSql} AS ${quoteName(name)}`);
  return `SELECT ${NUMBER_SQL} AS ${NUMBER_COLUMN}, ${kept.join(', ')} FROM ${quoteName(table)} AS ${ROWS_ALIAS} ORDER BY ${NUMBER_SQL}`;
}

export class StagedRows implements LabelRows {
  readonly columns: readonly RowColumn[];
  readonly count: number;
  readonly #store: OfflineStore;
  readonly #table: string;
  readonly #place: string;
  readonly #numbering: string;
  readonly #staged: readonly StagedColumn[];

  /**
   * @param table the staging table's name, unquoted
   * @param place for messages: `rows file "…"`
   * @param numbering how rows are counted in messages
   */
  constructor(
    store: OfflineStore,
    table: string,
    rows: { readonly columns: readonly StagedColumn[]; readonly count: number },
    place: string,
    numbering: string,
  ) {
    this.#store = store;
    this.#table = table;
    this.#place = place;
    this.#numbering = numbering;
    this.#staged = rows.columns;
    this.count = rows.count;
    this.columns = rows.columns.map(({ name, keptType }) => ({ name, type: keptType }));
  }

  get rowsSql(): string {
    return rowsSqlOf(this.#table, this.#staged);
  }

  async drop(): Promise<void> {
    await this.#store.command(`DROP TABLE IF EXISTS ${quoteName(this.#table)} SYNC`);
  }

  get #from(): string {
    return `${quoteName(this.#table)} AS ${ROWS_ALIAS}`;
  }

  select(timestampColumn: string, fields: readonly RowField[]): string {
    const instant = this.#value({ column: timestampColumn, type: 'timestamp' });
    const values = fields.map((field, i) => {
      const { value } = this.#value(field);
      return `${field.required ? `assumeNotNull(${value})` : value} AS v${i}`;
    });
    const selected = [`${NUMBER_SQL} AS n`, `assumeNotNull(${instant.value}) AS t`, ...values];
    return `SELECT ${selected.join(', ')} FROM ${this.#from}`;
  }

  #value({ column, type }: { readonly column: string; readonly type: ScalarType }): FieldValue {
    const staged = this.#staged.find(({ name }) => name === column);
    const value = staged === undefined ? null : fieldValue(staged, type);
    if (value !== null) return value;
    throw new ForebayError('internal', `${this.#place}: column "${column}" was not checked`);
  }

  async check(timestampColumn: string, fields: readonly RowField[]): Promise<void> {
    const uses = [timestampUse(timestampColumn), ...fields.map(useOf)];
    const problems = uses.flatMap((use) => this.#columnProblem(use));
    if (problems.length === 0) problems.push(...(await this.#valueProblems(uses)));
    if (problems.length === 0) return;
    throw new ForebayError('invalid_request', `${this.#place}: ${problems.join('; ')}`);
  }

  #columnProblem({ what, column, type, remedy }: Use): string[] {
    const staged = this.#staged.find(({ name }) => name === column);
    if (staged === undefined) {
      const present = this.#staged.map(({ name }) => `"${name}"`).join(', ');
      return [`there is no column "${column}" for ${what}: ${remedy}; the columns are ${present}`];
    }
    if (fieldValue(staged, type) !== null) return [];
    return [
      `column "${column}" is ${staged.stagedType}, but ${what} takes one of ${acceptedText(type)}: convert it`,
    ];
  }

  async #valueProblems(uses: readonly Use[]): Promise<string[]> {
    const checks = uses.flatMap((use) => this.#checksOf(use));
    if (checks.length === 0) return [];
    const found = checks.flatMap(({ bad, shown }, i) => [
      `toFloat64(countIf(${bad})) AS count${i}`,
      `arrayMap(x -> toFloat64(x), groupArraySortedIf(${SHOWN_ROWS})(${NUMBER_SQL}, ${bad})) AS rows${i}`,
      `argMinIf(${shown}, ${NUMBER_SQL}, ${bad}) AS shown${i}`,
    ]);
    const [row] = await this.#store.rows<Record<string, unknown>>(
      `SELECT ${found.join(', ')} FROM ${this.#from}`,
    );
    const problems = checks.flatMap(({ tell }, i) => {
      const count = row?.[`count${i}`] as number;
      if (count === 0) return [];
      return [tell(row?.[`shown${i}`] as string, rowsText(row?.[`rows${i}`] as number[], count))];
    });
    return problems.length === 0 ? [] : [...problems, this.#numbering];
  }

  #checksOf({ what, column, type, required }: Use): Check[] {
    const staged = this.#staged.find(({ name }) => name === column) as StagedColumn;
    const { value, bad, wanted } = fieldValue(staged, type) as FieldValue;
    const sql = qualified(staged.staged);
    const shown = `toValidUTF8(substring(ifNull(toString(${sql}), ''), 1, ${SHOWN_CHARACTERS}))`;
    const wrong = bad === null ? '0' : `(isNotNull(${sql}) AND ifNull(${bad}, 0))`;
    const checks: Check[] = [];
    if (bad !== null) {
      const tell = (text: string, rows: string) =>
        `column "${column}" for ${what}: "${text}" in ${rows} is not ${wanted}`;
      checks.push({ bad: wrong, shown, tell });
    }
    if (required) {
      const tell = (_: string, rows: string) => `column "${column}" for ${what}: it is null in ${rows}`;
      checks.push({ bad: `(isNull(${value}) AND NOT ${wrong})`, shown: "''", tell });
    }
    return checks;
  }
}

function timestampUse(column: string): Use {
  const what = 'the instant of a row';
  return { what, column, type: 'timestamp', required: true, remedy: 'name another one (--timestamp-column)' };
}

function useOf({ name, column, type, required }: RowField): Use {
  const what = `${required ? 'join key' : 'request field'} "${name}" (${type})`;
  return { what, column, type, required, remedy: `name another one (--column ${name}=COLUMN)` };
}

/** `row 3`, `rows 3, 7 and 9`, `rows 3, 7, 9 and 12 more`; counted from 1. */
export function rowsText(numbers: readonly number[], count: number): string {
  const shown = numbers.map((number) => String(number + 1));
  if (count > shown.length) return `rows ${shown.join(', ')} and ${count - shown.length} more`;
  if (shown.length === 1) return `row ${shown[0]}`;
  return `rows ${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
