import { CLICKHOUSE_TYPES } from './column-types';
import { STATUSES } from './status-type';

/**
 * The log of served vectors, and what became of them. docs/SERVED-LOG.md describes the columns; the writers in
 * services/serving write rows in the order in which they stand here.
 */
export const SERVED_VECTORS_TABLE = '_forebay_served_vectors';
export const SERVED_LAYOUTS_TABLE = '_forebay_served_layouts';
export const PREDICTIONS_TABLE = '_forebay_predictions';
/** One row per value, with its name. */
export const SERVED_VALUES_VIEW = '_forebay_served_values';
/** Predictions with outcomes, and the vectors that they were made of. */
export const SERVED_PREDICTIONS_VIEW = '_forebay_served_predictions';

const INSTANT = CLICKHOUSE_TYPES.timestamp;
const NAMES = 'LowCardinality(String)';

/** A block that is tried again must not be there twice. */
const DEDUPLICATES = 'SETTINGS non_replicated_deduplication_window = 1000';

/** Keys of the maps are columns of the layout, counted from 1; a column that is null is missing. */
export const SERVED_VECTORS_COLUMNS = {
  as_of: INSTANT,
  project: NAMES,
  feature_service: NAMES,
  variant: NAMES,
  request_id: 'String',
  row: 'UInt32',
  entity_key: 'String',
  keys: `Map(${NAMES}, String)`,
  layout: NAMES,
  registry_version: 'UInt64',
  statuses: `Array(${STATUSES})`,
  numbers: 'Array(Float64)',
  integers: 'Map(UInt16, Int64)',
  strings: 'Map(UInt16, String)',
  integer_lists: 'Map(UInt16, Array(Int64))',
  double_lists: 'Map(UInt16, Array(Float64))',
  string_lists: 'Map(UInt16, Array(String))',
  vectors: 'Map(UInt16, Array(Float32))',
  string_integer_maps: 'Map(UInt16, Map(String, Int64))',
  string_double_maps: 'Map(UInt16, Map(String, Float64))',
  integer_integer_maps: 'Map(UInt16, Map(Int64, Int64))',
  integer_double_maps: 'Map(UInt16, Map(Int64, Float64))',
  request_integers: `Map(${NAMES}, Int64)`,
  request_doubles: `Map(${NAMES}, Float64)`,
  request_strings: `Map(${NAMES}, String)`,
} as const;

/** `places`: of a column in `numbers`, counted from 1; 0: it is in the map of its type. */
export const SERVED_LAYOUTS_COLUMNS = {
  layout: 'String',
  names: 'Array(String)',
  types: 'Array(String)',
  views: 'Array(String)',
  view_versions: 'Array(UInt32)',
  places: 'Array(UInt16)',
} as const;

/** An entry has a prediction (`predicted_at`), an outcome (`outcome_at`), or both. */
export const PREDICTIONS_COLUMNS = {
  received_at: INSTANT,
  project: NAMES,
  feature_service: NAMES,
  request_id: 'String',
  row: 'UInt32',
  keys: `Map(${NAMES}, String)`,
  model: NAMES,
  model_version: NAMES,
  predicted_at: `Nullable(${INSTANT})`,
  prediction_number: 'Nullable(Float64)',
  prediction_text: 'Nullable(String)',
  prediction_list: 'Array(Float64)',
  outcome_at: `Nullable(${INSTANT})`,
  outcome_number: 'Nullable(Float64)',
  outcome_text: 'Nullable(String)',
  outcome_list: 'Array(Float64)',
} as const;

const columnsSql = (columns: Readonly<Record<string, string>>) =>
  Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');

/** A value as text, whatever its type; null where it is. */
const VALUE_TEXT = `multiIf(
  place > 0, if(isNaN(numbers[place]), NULL, toString(numbers[place])),
  ${[
    'integers',
    'strings',
    'integer_lists',
    'double_lists',
    'string_lists',
    'vectors',
    'string_integer_maps',
    'string_double_maps',
    'integer_integer_maps',
    'integer_double_maps',
  ]
    .map((column) => `mapContains(${column}, col), toString(${column}[col])`)
    .join(', ')}, NULL)`;

const SERVED_VALUES_SQL = `SELECT v.as_of AS as_of, v.project AS project, v.feature_service AS feature_service, v.variant AS variant,
    v.request_id AS request_id, v.row AS row, v.entity_key AS entity_key, v.keys AS keys, v.registry_version AS registry_version,
    name AS feature, type, view, view_version, status, ${VALUE_TEXT} AS value,
    multiIf(place > 0, numbers[place], mapContains(integers, col), toFloat64(integers[col]), NULL) AS number
  FROM ${SERVED_VECTORS_TABLE} AS v
  INNER JOIN (SELECT * FROM ${SERVED_LAYOUTS_TABLE} LIMIT 1 BY layout) AS l ON v.layout = l.layout
  ARRAY JOIN l.names AS name, l.types AS type, l.views AS view, l.view_versions AS view_version, l.places AS place,
    v.statuses AS status, arrayMap(i -> toUInt16(i), arrayEnumerate(l.names)) AS col`;

const PREDICTION = ['number', 'text', 'list'] as const;
const KEY = 'project, request_id, row';

/** The columns of values. */
const VALUES = Object.keys(SERVED_VECTORS_COLUMNS).slice(
  Object.keys(SERVED_VECTORS_COLUMNS).indexOf('statuses'),
);

const timedValue = (what: 'prediction' | 'outcome') =>
  `tuple(${PREDICTION.map((kind) => `e.${what}_${kind}`).join(', ')})`;
const elementsOf = (what: 'prediction' | 'outcome') =>
  PREDICTION.map((kind, i) => `tupleElement(p.${what}, ${i + 1}) AS ${what}_${kind}`).join(', ');

/**
 * Of each model the newest prediction, and of each row the newest outcome: rows without a prediction have an empty model.
 * They are what a join holds in memory; vectors, which are many and wide, pass by.
 */
const PREDICTED_ROWS_SQL = `SELECT ${KEY}, model, model_version, keys, feature_service, prediction, predicted_at, outcome, outcome_at
  FROM (
    SELECT *, sum(predictions) OVER (PARTITION BY ${KEY}) AS of_row FROM (
      SELECT ${KEY}, model, model_version, countIf(isNotNull(e.predicted_at)) AS predictions,
        argMaxIf(e.keys, e.received_at, notEmpty(e.keys)) AS keys,
        argMaxIf(e.feature_service, e.received_at, notEmpty(e.feature_service)) AS feature_service,
        argMaxIf(${timedValue('prediction')}, e.received_at, isNotNull(e.predicted_at)) AS prediction,
        argMaxIf(e.predicted_at, e.received_at, isNotNull(e.predicted_at)) AS predicted_at
      FROM ${PREDICTIONS_TABLE} AS e GROUP BY ${KEY}, model, model_version)
  ) AS made
  LEFT JOIN (
    SELECT ${KEY}, argMax(${timedValue('outcome')}, e.received_at) AS outcome, argMax(e.outcome_at, e.received_at) AS outcome_at
    FROM ${PREDICTIONS_TABLE} AS e WHERE isNotNull(e.outcome_at) GROUP BY ${KEY}
  ) AS became USING (${KEY})
  WHERE predictions > 0 OR of_row = 0`;

const SERVED_PREDICTIONS_SQL = `SELECT p.project AS project, p.request_id AS request_id, p.row AS row, p.model AS model, p.model_version AS model_version,
    p.predicted_at AS predicted_at, ${elementsOf('prediction')}, p.outcome_at AS outcome_at, ${elementsOf('outcome')},
    toBool(v.request_id != '') AS logged, v.as_of AS as_of, if(logged, v.feature_service, p.feature_service) AS feature_service,
    v.variant AS variant, v.entity_key AS entity_key, if(logged, v.keys, p.keys) AS keys, v.layout AS layout,
    v.registry_version AS registry_version, ${VALUES.map((name) => `v.${name} AS ${name}`).join(', ')}
  FROM ${SERVED_VECTORS_TABLE} AS v
  RIGHT ANY JOIN (${PREDICTED_ROWS_SQL}) AS p ON v.project = p.project AND v.request_id = p.request_id AND v.row = p.row`;

/** Made with the other tables of Forebay's own. */
export const SERVED_LOG_STATEMENTS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS ${SERVED_VECTORS_TABLE} (${columnsSql(SERVED_VECTORS_COLUMNS)},
    INDEX by_request request_id TYPE bloom_filter GRANULARITY 4)
    ENGINE = MergeTree PARTITION BY toYYYYMM(as_of) ORDER BY (project, feature_service, as_of) ${DEDUPLICATES}`,
  `CREATE TABLE IF NOT EXISTS ${SERVED_LAYOUTS_TABLE} (${columnsSql(SERVED_LAYOUTS_COLUMNS)})
    ENGINE = ReplacingMergeTree ORDER BY layout`,
  `CREATE TABLE IF NOT EXISTS ${PREDICTIONS_TABLE} (${columnsSql(PREDICTIONS_COLUMNS)})
    ENGINE = MergeTree PARTITION BY toYYYYMM(received_at) ORDER BY (project, request_id, row) ${DEDUPLICATES}`,
  `CREATE VIEW IF NOT EXISTS ${SERVED_VALUES_VIEW} AS ${SERVED_VALUES_SQL}`,
  `CREATE VIEW IF NOT EXISTS ${SERVED_PREDICTIONS_VIEW} AS ${SERVED_PREDICTIONS_SQL}`,
];
