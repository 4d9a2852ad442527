/**
 * How results in a format can be sent. The engine hands a result out in pieces, and each piece is a complete document of its
 * format: for those with a header or a footer, pieces put together are not what the whole would be.
 */
export type FormatKind = 'pieces' | 'file' | 'document';

const PIECES = new Set(
  [
    ...['RowBinary', 'Native', 'MsgPack', 'LineAsString'],
    ...['TabSeparated', 'TSV', 'TabSeparatedRaw', 'TSVRaw', 'CSV'],
    ...[
      'JSONEachRow',
      'JSONLines',
      'NDJSON',
      'JSONStringsEachRow',
      'JSONCompactEachRow',
      'JSONCompactStringsEachRow',
    ],
  ].map((name) => name.toLowerCase()),
);

/** Made in memory, with everything that only a query's own result has: totals, row counts, statistics. */
const DOCUMENT =
  /^(JSON(Compact|Strings|CompactStrings|Columns|CompactColumns|ColumnsWithMetadata|ObjectEachRow)?|XML|Null|Values|Vertical|Markdown|Pretty\w*)$/i;

export function formatKind(format: string): FormatKind {
  if (PIECES.has(format.toLowerCase())) return 'pieces';
  return DOCUMENT.test(format) ? 'document' : 'file';
}
