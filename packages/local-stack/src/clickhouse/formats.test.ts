import { formatKind } from './formats';

test.each([
  ['RowBinary', 'pieces'],
  ['jsoneachrow', 'pieces'],
  ['RowBinaryWithNamesAndTypes', 'file'],
  ['CSVWithNames', 'file'],
  ['Parquet', 'file'],
  ['ArrowStream', 'file'],
  ['JSON', 'document'],
  ['JSONCompact', 'document'],
  ['PrettyCompact', 'document'],
] as const)('%s is sent as %s', (format, kind) => {
  expect(formatKind(format)).toBe(kind);
});
