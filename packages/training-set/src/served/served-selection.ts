/** Which rows of the log of served vectors are verified, and in which layouts they were written. */
import { findView, type Project, type ValueType } from '@forebay/definitions';
import {
  type OfflineStore,
  quoteText,
  SERVED_LAYOUTS_TABLE,
  SERVED_VECTORS_TABLE,
} from '@forebay/offline-store';
import { SERVED_ALIAS, type ServedColumn } from './served-columns';

export interface ServedLogSelection {
  readonly project: Project;
  /** `name@version`; null: all of the project, and features that were asked for one by one. */
  readonly featureService: string | null;
  /** Of the instants that the values speak of. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Of the logged entities, above 0, up to 1. */
  readonly share: number;
  /** Another choice of entities for each. */
  readonly seed: number;
}

/** A column of the vectors, at its position in the layout. */
export interface VerifiedColumn extends ServedColumn {
  /** From 1. */
  readonly position: number;
}

/** Vectors with the same columns. */
export interface ServedLayout {
  /** Numbers in the log; they differ where the same columns were logged under two registries. */
  readonly layouts: readonly string[];
  readonly columns: readonly VerifiedColumn[];
  /** Views of other columns, which the registry does not have any more. */
  readonly retired: readonly string[];
  readonly rows: number;
}

const PARTS = 1_000_000;

/** A condition over the log's columns. */
export function selectionSql({
  project,
  featureService,
  fromMs,
  toMs,
  share,
  seed,
}: ServedLogSelection): string {
  const instant = (ms: number) => `fromUnixTimestamp64Milli(toInt64(${ms}), 'UTC')`;
  return [
    `${SERVED_ALIAS}.project = ${quoteText(project.name)}`,
    ...(featureService === null ? [] : [`${SERVED_ALIAS}.feature_service = ${quoteText(featureService)}`]),
    `${SERVED_ALIAS}.as_of >= ${instant(fromMs)} AND ${SERVED_ALIAS}.as_of < ${instant(toMs)}`,
    // by another hash than that of chunks: each chunk has its share
    ...(share < 1
      ? [`sipHash64(${SERVED_ALIAS}.entity_key, ${seed}) % ${PARTS} < ${Math.ceil(share * PARTS)}`]
      : []),
  ].join(' AND ');
}

export async function servedLayouts(
  store: OfflineStore,
  selection: ServedLogSelection,
): Promise<ServedLayout[]> {
  const found = await store.rows<{
    layouts: string[];
    names: string[];
    types: ValueType[];
    views: string[];
    versions: number[];
    places: number[];
    rows: number;
  }>(
    `SELECT groupArray(l.layout) AS layouts, l.names AS names, l.types AS types, l.views AS views, l.view_versions AS versions,
       l.places AS places, toFloat64(sum(c.logged)) AS rows
     FROM (SELECT * FROM ${SERVED_LAYOUTS_TABLE} LIMIT 1 BY layout) AS l
     INNER JOIN (SELECT ${SERVED_ALIAS}.layout AS layout, count() AS logged FROM ${SERVED_VECTORS_TABLE} AS ${SERVED_ALIAS}
       WHERE ${selectionSql(selection)} GROUP BY layout) AS c ON l.layout = c.layout
     GROUP BY names, types, views, versions, places ORDER BY names, versions, places`,
  );
  return found.map(({ layouts, rows, ...lists }) => {
    const all = lists.names.map((name, i) => ({
      name,
      type: lists.types[i] as ValueType,
      view: lists.views[i] as string,
      version: lists.versions[i] as number,
      place: lists.places[i] as number,
      position: i + 1,
    }));
    const isKnown = ({ view, version }: VerifiedColumn) =>
      findView(selection.project, view, version) !== undefined;
    const retired = all.filter((column) => !isKnown(column)).map(({ view, version }) => `${view}@${version}`);
    return { layouts, rows, columns: all.filter(isKnown), retired: [...new Set(retired)] };
  });
}
