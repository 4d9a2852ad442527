/** What ClickHouse holds of one entity: where it is, how much, and how it is deleted (docs/ERASURE.md). */
import { compileView, type ViewLayout } from '@forebay/algebra';
import type { JoinKeyValue } from '@forebay/contract';
import { type EntityKeys, type EventSource, type Field, sourceColumns } from '@forebay/definitions';
import type { ExpressionType } from '@forebay/expressions';
import { alterArchiveSql } from './archive-tables';
import { fieldSql, finiteSql } from './archived-rows-sql';
import type { OfflineStore, Parameters } from './client';
import { onCluster } from './cluster';
import { instantText } from './column-types';
import { entityKeySql, joinKeySql } from './entity-key-sql';
import type { ErasedEntity } from './erased-list';
import { FEATURE_SAMPLES_TABLE } from './feature-samples-tables';
import { quoteName } from './identifiers';
import { PREDICTIONS_TABLE, SERVED_VECTORS_TABLE } from './served-log-tables';
import { SERVED_DIFFERENCES_TABLE } from './served-verification-tables';
import { FIRST_PARTITION_LOG, POSITION_COLUMNS } from './tables';
import { DIFFERENCES_TABLE } from './verification-tables';

export interface ErasedRows {
  /** The table's name, for people. */
  readonly table: string;
  /** A condition over the table's columns. */
  readonly where: string;
  readonly parameters: Parameters;
  /** Of an archive. */
  readonly source?: EventSource;
}

/** An entity by its join keys. */
export interface EntityToErase {
  readonly project: string;
  readonly entity: string;
  readonly joinKeys: readonly Field[];
  readonly values: readonly JoinKeyValue[];
  /** As it is encoded. */
  readonly key: string;
  readonly erasedAtMs: number;
}

/**
 * The events of an entity in the archive of a source: all loaded ones, and those of its topics that lie before the ends.
 *
 * @param ends by partition number of the topics, as offsets are kept
 */
export function archivedRowsOf(
  source: EventSource,
  ways: readonly EntityKeys[],
  { values }: Pick<EntityToErase, 'values'>,
  ends: ReadonlyMap<number, number>,
): ErasedRows {
  const conditions = ways.map((way) => `(${keyConditionSql(source, way, values)})`);
  const { log, offset } = POSITION_COLUMNS;
  const before = `(${log} < ${FIRST_PARTITION_LOG} OR ${offset} < transform(${log}, {erased_logs:Array(UInt16)}, {erased_ends:Array(UInt64)}, toUInt64(0)))`;
  return {
    table: source.table,
    source,
    where: `(${conditions.join(' OR ')}) AND ${before}`,
    parameters: {
      erased_logs: [...ends.keys()].map((partition) => FIRST_PARTITION_LOG + partition),
      erased_ends: [...ends.values()],
      ...keyParameters(values),
    },
  };
}

/** Whether an event is one of the entity, by one of the ways in which the source names entities. */
function keyConditionSql(source: EventSource, way: EntityKeys, values: readonly JoinKeyValue[]): string {
  const column = columnSqlOf(source, way);
  return values
    .map((value, i) => `ifNull(${column(way.keyFields[i] as string)} = ${parameterSql(i, value)}, 0)`)
    .join(' AND ');
}

function columnSqlOf(source: EventSource, { view }: EntityKeys): (name: string) => string {
  const plain = (name: string) => {
    const field = source.fields.find((each) => each.name === name) as Field;
    return fieldSql(field.name, field.type, '');
  };
  if (view === null) return plain;
  const layout = compileView(view, source);
  return (name) => derivedOr(layout, name, plain);
}

function derivedOr(layout: ViewLayout, name: string, plain: (name: string) => string): string {
  const index = layout.columns.findIndex((column) => column.name === name) - layout.sourceFieldCount;
  if (index < 0) return plain(name);
  const derived = layout.derived[index] as ViewLayout['derived'][number];
  return finiteSql(`(${derived.toSql((inner) => derivedOr(layout, inner, plain))})`, derived.type);
}

function parameterSql(i: number, value: JoinKeyValue): string {
  if (typeof value === 'boolean') return `{erased_key_${i}:UInt8}`;
  return typeof value === 'string' ? `{erased_key_${i}:String}` : `{erased_key_${i}:Int64}`;
}

function keyParameters(values: readonly JoinKeyValue[]): Parameters {
  return Object.fromEntries(
    values.map((value, i) => [`erased_key_${i}`, typeof value === 'boolean' ? Number(value) : String(value)]),
  );
}

/** What was served of the entity and what became of it, up to the instant of its erasure. In the order in which they are deleted. */
export function servedRowsOf({
  project,
  joinKeys,
  values,
  erasedAtMs,
}: Pick<EntityToErase, 'project' | 'joinKeys' | 'values' | 'erasedAtMs'>): ErasedRows[] {
  const names = joinKeys.map((_, i) => `{erased_name_${i}:String}`);
  const isOf = names
    .map((name, i) => `mapContains(keys, ${name}) AND keys[${name}] = {erased_text_${i}:String}`)
    .join(' AND ');
  const parameters = {
    erased_project: project,
    erased_until: instantText(erasedAtMs),
    ...Object.fromEntries(joinKeys.map(({ name }, i) => [`erased_name_${i}`, name])),
    ...Object.fromEntries(values.map((value, i) => [`erased_text_${i}`, String(value)])),
  };
  const served = `project = {erased_project:String} AND as_of <= {erased_until:String} AND ${isOf}`;
  return [
    {
      // before the vectors, by which they are found
      table: SERVED_DIFFERENCES_TABLE,
      where: `project = {erased_project:String} AND (request_id, row) IN (SELECT request_id, row FROM ${SERVED_VECTORS_TABLE} WHERE ${served})`,
      parameters,
    },
    { table: SERVED_VECTORS_TABLE, where: served, parameters },
    {
      table: PREDICTIONS_TABLE,
      where: `project = {erased_project:String} AND received_at <= {erased_until:String} AND ${isOf}`,
      parameters,
    },
  ];
}

/** Rows of Forebay's own tables that know the entity by its encoded key, up to the instant of its erasure. */
export function keyedRowsOf(
  { project, key, erasedAtMs }: Pick<EntityToErase, 'project' | 'key' | 'erasedAtMs'>,
  views: readonly { readonly name: string; readonly version: number }[],
): ErasedRows[] {
  const labels = views.map(({ name, version }) => `${name}@${version}`);
  const until = { erased_until: instantText(erasedAtMs), erased_key: key };
  return [
    {
      table: DIFFERENCES_TABLE,
      where:
        'has({erased_views:Array(String)}, view) AND entity_key = {erased_key:String} AND as_of <= {erased_until:String}',
      parameters: { ...until, erased_views: labels.map((label) => `${project}.${label}`) },
    },
    {
      table: FEATURE_SAMPLES_TABLE,
      where:
        "project = {erased_project:String} AND has({erased_views:Array(String)}, concat(view, '@', toString(version))) AND entity_key = {erased_key:String} AND as_of <= {erased_until:String}",
      parameters: { ...until, erased_project: project, erased_views: labels },
    },
  ];
}

/**
 * The join keys, as text, of other entities that events of the erased one name.
 *
 * @param way in which the events of the rows' archive name them
 */
export async function keysNamedIn(
  store: OfflineStore,
  { table, where, parameters, source }: ErasedRows,
  way: EntityKeys,
): Promise<string[][]> {
  const column = columnSqlOf(source as EventSource, way);
  const types = typesOf(source as EventSource, way);
  const texts = way.keyFields.map((name, i) => {
    const value = `assumeNotNull(${column(name)})`;
    return types[i] === 'bool' ? `if(${value} = 1, 'true', 'false')` : `toString(${value})`;
  });
  const kept = way.keyFields.map((name) => `isNotNull(${column(name)})`);
  const rows = await store.rows<{ texts: string[] }>(
    `SELECT DISTINCT [${texts.join(', ')}] AS texts FROM ${quoteName(table)} WHERE (${where}) AND ${kept.join(' AND ')}`,
    parameters,
  );
  return rows.map((row) => row.texts);
}

function typesOf(source: EventSource, { keyFields, view }: EntityKeys): ExpressionType[] {
  const columns = view === null ? sourceColumns(source) : compileView(view, source).columns;
  return keyFields.map((key) => columns.find(({ name }) => name === key)?.type as ExpressionType);
}

/**
 * Rows that a load has brought of entities that were erased: of up to the instant of the erasure. Null: nothing of the source was.
 */
export function erasedRowsOfLoad(
  source: EventSource,
  ways: readonly EntityKeys[],
  erased: readonly ErasedEntity[],
  load: number,
): ErasedRows | null {
  const parameters: Record<string, unknown> = { erased_load: load };
  const conditions = ways.flatMap((way, w) => {
    const ofEntity = erased.filter(({ entity }) => entity === way.entity);
    if (ofEntity.length === 0) return [];
    const column = columnSqlOf(source, way);
    const types = typesOf(source, way);
    parameters[`erased_keys_${w}`] = ofEntity.map(({ keyHash }) => BigInt(keyHash));
    parameters[`erased_at_${w}`] = ofEntity.map(({ erasedAtMs }) => erasedAtMs);
    const columns = way.keyFields.map(column);
    const hash = `xxHash64(${entityKeySql(columns.map((sql, i) => joinKeySql(`assumeNotNull(${sql})`, types[i] as ExpressionType)))})`;
    const list = `{erased_keys_${w}:Array(UInt64)}`;
    const time = `toUnixTimestamp64Milli(${quoteName(source.eventTime)})`;
    return [
      `(${columns.map((sql) => `isNotNull(${sql})`).join(' AND ')} AND has(${list}, ${hash}) AND ${time} <= {erased_at_${w}:Array(Int64)}[indexOf(${list}, ${hash})])`,
    ];
  });
  if (conditions.length === 0) return null;
  return {
    table: source.table,
    source,
    where: `${POSITION_COLUMNS.log} = {erased_load:UInt16} AND (${conditions.join(' OR ')})`,
    parameters,
  };
}

/** How many rows there are; some may be counted twice that were inserted twice. */
export async function countErasedRows(
  store: OfflineStore,
  { table, where, parameters }: ErasedRows,
): Promise<number> {
  const [row] = await store.rows<{ rows: number }>(
    `SELECT toFloat64(count()) AS rows FROM ${quoteName(table)} WHERE ${where}`,
    parameters,
  );
  return row?.rows ?? 0;
}

/** Resolves when the rows are in no part of the table that is read, on any replica. */
export async function deleteErasedRows(
  store: OfflineStore,
  { table, where, parameters, source }: ErasedRows,
): Promise<void> {
  const change = `DELETE WHERE ${where}`;
  const { cluster } = store;
  const statement =
    source === undefined
      ? `ALTER TABLE ${quoteName(table)}${onCluster(cluster)} ${change}`
      : alterArchiveSql(source, cluster, change);
  await store.command(statement, parameters, {
    mutations_sync: '2',
    // a subquery may be answered otherwise by another replica: what it asks for is not written any more
    allow_nondeterministic_mutations: 1,
  });
}

/** Where records of an entity stand in a topic. */
export interface HeldRecords {
  /** As the source numbers them. */
  readonly partition: number;
  readonly records: number;
  /** As offsets are kept. */
  readonly first: number;
  readonly last: number;
}

/** By partition of the source's topics, where the archived events of the entity stand. */
export async function heldRecordsOf(
  store: OfflineStore,
  { table, where, parameters }: ErasedRows,
): Promise<HeldRecords[]> {
  const { log, offset } = POSITION_COLUMNS;
  return store.rows<HeldRecords>(
    `SELECT toUInt32(${log} - ${FIRST_PARTITION_LOG}) AS partition, toFloat64(uniqExact(${offset})) AS records, toFloat64(min(${offset})) AS first,
       toFloat64(max(${offset})) AS last
     FROM ${quoteName(table)} WHERE (${where}) AND ${log} >= ${FIRST_PARTITION_LOG} GROUP BY ${log} ORDER BY ${log}`,
    parameters,
  );
}
