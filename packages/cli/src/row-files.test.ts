import { formatOfFile, rowFile, rowFormatArgument } from './row-files';

test('formats by name and by extension', () => {
  expect(rowFormatArgument('arrow')).toBe('Arrow');
  expect(() => rowFormatArgument('xml')).toThrow('It is not one of Parquet, CSV, NDJSON, Arrow.');
  const files = ['a.parquet', 'a.CSV', 'a.b.jsonl', 'a.ndjson', 'a.feather', 'a', 'a.gz', 'dir.csv/a'];
  expect(files.map(formatOfFile)).toEqual(['Parquet', 'CSV', 'NDJSON', 'NDJSON', 'Arrow', null, null, null]);
});

test('a file whose name does not tell its format needs the option', () => {
  expect(rowFile('a.txt', 'CSV', '--rows-format')).toEqual({ file: 'a.txt', format: 'CSV' });
  expect(() => rowFile('a.txt', undefined, '--rows-format')).toThrow(
    'file "a.txt": its name does not tell the format; give --rows-format (Parquet, CSV, NDJSON, Arrow)',
  );
});
