import { Sql, SqlScope, sqlLiteral } from './sql';
import type { Typed } from './typed';

const SELF_DELIMITED = /^(?:[A-Za-z_][\w.]*|`[^`\\]+`|"[^"\\]+")$/;

/** `column` gives the SQL of a column by its name. */
export function compileSql(typed: Typed, column: (name: string) => string): string {
  return compileNode(typed, column, new SqlScope()).text;
}

function compileNode(typed: Typed, column: (name: string) => string, scope: SqlScope): Sql {
  switch (typed.kind) {
    case 'literal':
      return new Sql(typed.type === 'null' ? 'NULL' : sqlLiteral(typed.type, typed.value), true);
    case 'column': {
      const text = column(typed.name);
      return new Sql(SELF_DELIMITED.test(text) ? text : `(${text})`, true);
    }
    case 'call': {
      const args = typed.args.map((argument) => compileNode(argument, column, scope));
      return new Sql(typed.signature.sql({ ...typed.call, scope }, ...args), false);
    }
  }
}
