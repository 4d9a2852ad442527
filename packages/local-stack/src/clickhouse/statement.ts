/** What the HTTP server must know of a statement to run it; everything else is the engine's. */
export interface Statement {
  /** First keyword, upper case: SELECT, WITH, INSERT, CREATE, KILL… */
  readonly keyword: string;
  /** The statement without its FORMAT clause and final semicolon; a SETTINGS clause after FORMAT stays. */
  readonly sql: string;
  /** The format named by a FORMAT clause at the end; `Values` for an INSERT that ends in VALUES; else null. */
  readonly format: string | null;
  /** Same length as `sql`, with comments blanked and literals and quoted names overwritten: safe to search. */
  readonly masked: string;
}

const FORMAT_CLAUSE = /\bFORMAT\s+([A-Za-z0-9_]+)(?=(\s+SETTINGS\b[\s\S]*)?[\s;]*$)/i;
const VALUES_CLAUSE = /\bVALUES(?=[\s;]*$)/i;

export function parseStatement(text: string): Statement {
  const masked = maskLiterals(text);
  const keyword = /[A-Za-z]+/.exec(masked)?.[0]?.toUpperCase() ?? '';
  const values = keyword === 'INSERT' ? VALUES_CLAUSE.exec(masked) : null;
  const clause = values ?? FORMAT_CLAUSE.exec(masked);
  const end = masked.replace(/[\s;]+$/, '').length;
  if (clause === null)
    return { keyword, sql: text.slice(0, end), format: null, masked: masked.slice(0, end) };
  const after = clause.index + clause[0].length;
  return {
    keyword,
    sql: text.slice(0, clause.index) + text.slice(after, end),
    format: values === null ? (clause[1] as string) : 'Values',
    masked: masked.slice(0, clause.index) + masked.slice(after, end),
  };
}

/** Whether the statement reads rows, and nothing else. */
export function isSelect(statement: Statement): boolean {
  return ['SELECT', 'WITH', 'FROM'].includes(statement.keyword);
}

const COMMENT_OR_LITERAL =
  /--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)|`(?:[^`\\]|\\[\s\S]|``)*(?:`|$)/g;

/** Comments become spaces and literals and quoted names `~`, so that keywords found in the result are keywords. */
export function maskLiterals(sql: string): string {
  return sql.replace(COMMENT_OR_LITERAL, (found) => (/^['"`]/.test(found) ? '~' : ' ').repeat(found.length));
}

/** A string literal of ClickHouse SQL. */
export function quoteString(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A quoted name of ClickHouse SQL. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}
