/** A text in DuckDB's SQL, which takes the file of `read_parquet` and of `COPY` so only. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
