/**
 * Forebay on a cluster of ClickHouse servers (docs/OPERATIONS.md): archives are spread over its shards, by the first field of their order;
 * every other table is on each server. `cluster` is the name that the servers' configuration gives it, null: there is one server.
 */
import type { ClickHouseSettings } from '@clickhouse/client';
import type { ViewLayout } from '@forebay/algebra';
import { ForebayError } from '@forebay/contract';
import type { EventSource } from '@forebay/definitions';
import { quoteName, quoteText } from './identifiers';

/** Where statements are run. */
export interface ClickHousePlace {
  readonly database: string;
  readonly cluster: string | null;
}

/** What every connection to a cluster asks for. */
export const CLUSTER_SETTINGS: ClickHouseSettings = {
  // an insert that was answered is on its shards, and there on most of the replicas: what is said to be archived can be read
  distributed_foreground_insert: 1,
  insert_quorum: 'auto',
  // one replica of each shard is asked and written to, as long as it is there: it has what was written before
  load_balancing: 'in_order',
  prefer_localhost_replica: 0,
  fallback_to_stale_replicas_for_distributed_queries: 0,
  // tables of work are on the server that is asked, not on the shards
  prefer_global_in_and_join: 1,
};

/** Shards and replicas are told apart by the macros `shard` and `replica` of each server's configuration. */
export const CLUSTER_MACROS: readonly string[] = ['shard', 'replica'];

/** One row: how many servers of the cluster are known, and the macros of the one that is asked. */
export const CLUSTER_FACTS_SQL = `SELECT toUInt32(count()) AS servers, (SELECT groupArray(macro) FROM system.macros) AS macros
  FROM system.clusters WHERE cluster = {cluster:String}`;

const ON_EACH_SHARD = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'";
const ON_EVERY_SERVER = "'/clickhouse/tables/all/{database}/{table}', '{shard}_{replica}'";

/** The table of one shard of an archive; the archive's own name is of all of them together. */
export function shardTable(table: string): string {
  return `_forebay_shard_${table}`;
}

/** What stands after the name of a table whose statement is for all servers. */
export function onCluster(cluster: string | null): string {
  return cluster === null ? '' : ` ON CLUSTER ${quoteName(cluster)}`;
}

/** An engine of the MergeTree family whose replicas hold the same rows. */
export function shardEngine(engine: string, parameters: string): string {
  return `Replicated${engine}(${[ON_EACH_SHARD, parameters].filter((part) => part !== '').join(', ')})`;
}

const STATEMENT = /^CREATE (TABLE|VIEW) IF NOT EXISTS (\w+)(?= [(A])/;
const ENGINE = /\bENGINE = (\w*MergeTree)(?:\(([^()]*)\))?(?=\s)/;

/**
 * A CREATE statement of this package for one server, as one for every server of a cluster, which all have the same rows.
 * Throws `internal` for a statement of another form.
 */
export function onEveryServer(statement: string, cluster: string | null): string {
  if (cluster === null) return statement;
  const [found, kind, name] = STATEMENT.exec(statement) ?? [];
  if (found === undefined || (kind === 'TABLE' && !ENGINE.test(statement)))
    throw new ForebayError(
      'internal',
      `no statement for a cluster is known for: ${statement.slice(0, 80)}; give the table an engine of the MergeTree family`,
    );
  const placed = statement.replace(found, `CREATE ${kind} IF NOT EXISTS ${name}${onCluster(cluster)}`);
  if (kind === 'VIEW') return placed;
  return placed.replace(ENGINE, (_, engine: string, parameters = '') => {
    const all = [ON_EVERY_SERVER, parameters].filter((part) => part !== '').join(', ');
    return `ENGINE = Replicated${engine}(${all})`;
  });
}

/** The field that says which shard an event is on; null: its position does. */
export function shardingField({ archiveOrder }: Pick<EventSource, 'archiveOrder'>): string | null {
  return archiveOrder[0] ?? null;
}

/** Whether all events of an entity of the view are on one shard. */
export function isShardLocal({ source, columns, keyIndexes }: ViewLayout): boolean {
  const field = shardingField(source);
  if (source.pairing !== undefined || field === null) return false;
  return keyIndexes.some((index) => (columns[index] as { readonly name: string }).name === field);
}

/** The rows of a SELECT that every shard runs by itself, over its own tables, which it names with their database. */
export function everyShardSql(select: string, cluster: string): string {
  return `SELECT * FROM cluster(${quoteText(cluster)}, view(${select}))`;
}
