/**
 * A name of a table or column, quoted. Names come from validated definitions or from this package; escaping them too
 * makes a mistake there an error of ClickHouse's, never an injection.
 */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

/** A text as a literal; for what can't be a bound parameter. */
export function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
