/** Arguments that name files with rows. */
import { ForebayError } from '@forebay/contract';
import { ROW_FORMATS, type RowFile, type RowFormat } from '@forebay/training-set';
import { InvalidArgumentError } from 'commander';

export function rowFormatArgument(text: string): RowFormat {
  const format = ROW_FORMATS.find((known) => known.toLowerCase() === text.toLowerCase());
  if (format !== undefined) return format;
  throw new InvalidArgumentError(`It is not one of ${ROW_FORMATS.join(', ')}.`);
}

const EXTENSIONS: Readonly<Record<string, RowFormat>> = {
  parquet: 'Parquet',
  csv: 'CSV',
  ndjson: 'NDJSON',
  jsonl: 'NDJSON',
  arrow: 'Arrow',
  feather: 'Arrow',
};

/** By the file's extension; null for one that tells nothing. */
export function formatOfFile(file: string): RowFormat | null {
  return EXTENSIONS[/\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase() ?? ''] ?? null;
}

/** Throws `invalid_request` if neither the option nor the name tells the format. */
export function rowFile(file: string, format: RowFormat | undefined, option: string): RowFile {
  const found = format ?? formatOfFile(file);
  if (found !== null) return { file, format: found };
  throw new ForebayError(
    'invalid_request',
    `file "${file}": its name does not tell the format; give ${option} (${ROW_FORMATS.join(', ')})`,
  );
}
