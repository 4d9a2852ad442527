/** Texts in quotes, and names that are neither members (`a.b`) nor functions (`f(`). */
const QUOTED_OR_NAME = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?<![\w.])[A-Za-z_]\w*(?!\w|\s*\()/g;

/** The columns that the text of an expression has, each once, in their order. */
export function columnsIn(expression: string, columns: ReadonlySet<string>): string[] {
  const found = [...expression.matchAll(QUOTED_OR_NAME)].map(([name]) => name);
  return [...new Set(found.filter((name) => columns.has(name)))];
}

/** The text with the columns' values in their places. */
export function withValues(expression: string, values: ReadonlyMap<string, string>): string {
  return expression.replace(QUOTED_OR_NAME, (name) => values.get(name) ?? name);
}
