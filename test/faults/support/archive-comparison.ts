/** Whether the archive holds what was sent: each record once, at its position, with its fields. */
import { type EventSource, type Field, recordFields } from '@forebay/definitions';
import type { Installation } from '../../support/installation';
import type { Fields } from '../../support/truth';

const KAFKA_LOG = 8_192;

export const positionOf = (partition: number, offset: number) => `${partition}:${offset}`;

export interface ArchiveComparison {
  /** Records that were looked for. */
  readonly compared: number;
  readonly differences: readonly string[];
}

/**
 * Fields that are looked up are not compared.
 *
 * @param sent by position, the records that are events: what was refused belongs in no archive
 */
export async function compareArchive(
  installation: Installation,
  source: EventSource,
  sent: ReadonlyMap<string, Fields>,
): Promise<ArchiveComparison> {
  // copies that a replay or another member has inserted have the same position, and merge
  await installation.sql(`OPTIMIZE TABLE ${source.table} FINAL`);
  const columns = recordFields(source)
    .map((field, i) => `${columnText(field)} AS f${i}`)
    .join(', ');
  const text = await installation.sql(
    `SELECT toInt64(_log) - ${KAFKA_LOG} AS partition, toString(_offset) AS at, ${columns}
     FROM ${source.table} WHERE _log >= ${KAFKA_LOG} FORMAT JSONCompactEachRow`,
  );
  const seen = new Set<string>();
  const differences: string[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [partition, at, ...fields] = JSON.parse(line) as [string | number, string, ...unknown[]];
    const position = positionOf(Number(partition), Number(at));
    const wanted = sent.get(position);
    if (seen.has(position)) differences.push(`archive of ${source.name}: ${position} is there twice`);
    else if (wanted === undefined)
      differences.push(`archive of ${source.name}: ${position} was never sent, or was refused`);
    else if (JSON.stringify(fields) !== wantedText(source, wanted))
      differences.push(
        `archive of ${source.name}: ${position} is ${JSON.stringify(fields)}, not ${wantedText(source, wanted)}`,
      );
    seen.add(position);
  }
  for (const position of sent.keys())
    if (!seen.has(position)) differences.push(`archive of ${source.name}: ${position} is missing`);
  return { compared: sent.size, differences };
}

/** Exact texts of all values, so that no reader of JSON rounds them. */
function columnText({ name, type }: Field): string {
  return type === 'timestamp' ? `toString(toUnixTimestamp64Milli(${name}))` : `toString(${name})`;
}

function wantedText(source: EventSource, fields: Fields): string {
  return JSON.stringify(recordFields(source).map(({ name }) => valueText(fields[name] ?? null)));
}

const valueText = (value: Fields[string]) => (value === null ? null : String(value));
