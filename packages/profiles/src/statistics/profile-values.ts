/** Computes the profile of one feature in ClickHouse. */
import type { OfflineStore } from '@forebay/offline-store';
import type { FeatureProfile, Histogram, Measure } from '../feature-profile';
import {
  categoriesSql,
  categoryCountsSql,
  HISTOGRAM_BINS,
  histogramSql,
  momentsSql,
  stepsSql,
  type ValuesQuery,
} from './statistics-sql';

export interface ProfiledFeature {
  readonly feature: string;
  readonly view: string;
  readonly measure: Measure;
  readonly absent: number;
}

/** Many different values are grouped on disk rather than not at all; statistics that are not numbers in JSON are null. */
const SETTINGS = {
  max_bytes_before_external_group_by: '1000000000',
  max_bytes_before_external_sort: '1000000000',
  output_format_json_quote_denormals: 0,
} as const;

interface MomentsRow {
  readonly rows: number;
  readonly values: number;
  readonly distinct: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly quantiles: readonly number[];
}

export async function profileValues(
  store: OfflineStore,
  feature: ProfiledFeature,
  values: ValuesQuery,
): Promise<FeatureProfile> {
  return feature.measure === 'category'
    ? profileCategories(store, feature, values)
    : profileNumbers(store, feature, values);
}

async function profileNumbers(
  store: OfflineStore,
  feature: ProfiledFeature,
  query: ValuesQuery,
): Promise<FeatureProfile> {
  const { parameters } = query;
  const [found] = await store.rows<MomentsRow>(momentsSql(query), parameters, SETTINGS);
  const { rows, values, distinct, min, max, mean, stddev, quantiles } = found as MomentsRow;
  const steps =
    values === 0
      ? []
      : await store.rows<{ upper: number; count: number }>(stepsSql(query), parameters, SETTINGS);
  return {
    ...feature,
    rows,
    nulls: rows - values,
    distinct,
    moments: values === 0 ? null : { min, max, mean, stddev },
    quantiles,
    histogram: values === 0 ? null : await histogramOf(store, query, { min, max, values }),
    distribution: {
      kind: 'numeric',
      uppers: steps.map(({ upper }) => upper),
      counts: steps.map(({ count }) => count),
    },
  };
}

async function histogramOf(
  store: OfflineStore,
  query: ValuesQuery,
  { min, max, values }: { min: number; max: number; values: number },
): Promise<Histogram> {
  if (min === max) return { from: min, to: max, counts: [values] };
  const bounds = { ...query.parameters, least: min, greatest: max };
  const found = await store.rows<{ bin: number; count: number }>(histogramSql(query), bounds, SETTINGS);
  const counts = Array.from({ length: HISTOGRAM_BINS }, () => 0);
  for (const { bin, count } of found) counts[bin] = count;
  return { from: min, to: max, counts };
}

async function profileCategories(
  store: OfflineStore,
  feature: ProfiledFeature,
  query: ValuesQuery,
): Promise<FeatureProfile> {
  const { parameters } = query;
  const [found] = await store.rows<Pick<MomentsRow, 'rows' | 'values' | 'distinct'>>(
    categoryCountsSql(query),
    parameters,
    SETTINGS,
  );
  const { rows, values, distinct } = found as MomentsRow;
  const held = await store.rows<{ category: string; count: number }>(
    categoriesSql(query),
    parameters,
    SETTINGS,
  );
  return {
    ...feature,
    rows,
    nulls: rows - values,
    distinct,
    moments: null,
    quantiles: [],
    histogram: null,
    distribution: {
      kind: 'categorical',
      categories: held.map(({ category }) => category),
      counts: held.map(({ count }) => count),
      others: held.reduce((rest, { count }) => rest - count, values),
    },
  };
}
