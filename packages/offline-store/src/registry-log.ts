import { randomUUID } from 'node:crypto';
import { ForebayError } from '@forebay/contract';
import type { OfflineStore } from './client';
import { instantText } from './column-types';
import { INSERT_ORDER, REGISTRY_TABLE } from './tables';

/** One apply, as recorded: who changed what, when, and all definitions from then on. */
export interface RegistryEntry {
  readonly version: number;
  readonly appliedAtMs: number;
  readonly author: string;
  readonly project: string;
  /** The encoded registry snapshot. */
  readonly snapshot: Uint8Array;
  /** What changed, for people. */
  readonly summary: string;
}

/**
 * Appends an apply to the registry's log, which is never changed. Throws `conflict` if `entry.version` is not the newest version
 * plus one, or if another apply of the same version was recorded first.
 */
export async function appendRegistry(store: OfflineStore, entry: RegistryEntry): Promise<void> {
  const newest = await newestVersion(store);
  if (entry.version !== newest + 1) throw conflict(entry.version, newest);
  const id = randomUUID();
  await store.insertRows(REGISTRY_TABLE, [
    {
      version: entry.version,
      applied_at: instantText(entry.appliedAtMs),
      author: entry.author,
      project: entry.project,
      snapshot: Buffer.from(entry.snapshot).toString('base64'),
      summary: entry.summary,
      entry: id,
    },
  ]);
  const [holder] = await store.rows<{ entry: string }>(
    `SELECT entry FROM ${REGISTRY_TABLE} WHERE version = {version:UInt64} ORDER BY ${INSERT_ORDER} LIMIT 1`,
    { version: entry.version },
  );
  if (holder?.entry !== id) throw conflict(entry.version, entry.version);
}

/** The newest snapshot; null before the first apply. */
export async function readNewestRegistry(store: OfflineStore): Promise<RegistryEntry | null> {
  const [entry] = await readEntries(store, 1);
  return entry ?? null;
}

/** The log of applies, newest first. */
export async function readRegistryLog(store: OfflineStore, limit: number): Promise<RegistryEntry[]> {
  return readEntries(store, limit);
}

/** Of two entries of one version the first inserted holds; the other one's `appendRegistry` failed. */
async function readEntries(store: OfflineStore, limit: number): Promise<RegistryEntry[]> {
  const rows = await store.rows<{
    version: number;
    at: number;
    author: string;
    project: string;
    snapshot: string;
    summary: string;
  }>(
    `SELECT toFloat64(version) AS version, toFloat64(toUnixTimestamp64Milli(applied_at)) AS at, author, project, snapshot, summary
     FROM ${REGISTRY_TABLE} ORDER BY ${REGISTRY_TABLE}.version DESC, ${INSERT_ORDER} LIMIT 1 BY ${REGISTRY_TABLE}.version LIMIT {limit:UInt32}`,
    { limit },
  );
  return rows.map((row) => ({
    version: row.version,
    appliedAtMs: row.at,
    author: row.author,
    project: row.project,
    snapshot: Buffer.from(row.snapshot, 'base64'),
    summary: row.summary,
  }));
}

async function newestVersion(store: OfflineStore): Promise<number> {
  const [row] = await store.rows<{ newest: number }>(
    `SELECT toFloat64(max(version)) AS newest FROM ${REGISTRY_TABLE}`,
  );
  return row?.newest ?? 0;
}

function conflict(version: number, newest: number): ForebayError {
  return new ForebayError(
    'conflict',
    `registry version ${version} can't be applied after version ${newest}: somebody else applied; plan and apply again`,
  );
}
