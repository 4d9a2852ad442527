import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';

/** Names become parts of SQL identifiers, file names and metric labels; 63 bytes is the shortest limit among them. */
export const NAME_PATTERN = /^[a-z][a-z0-9_]{0,62}$/;

/** Fields are named by whoever fills the topic, often in camel case; a leading underscore is Forebay's in the archive. */
export const FIELD_NAME_PATTERN = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;

/** What Kafka allows as the name of a topic. */
export const TOPIC_PATTERN = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;

/** The words that CEL reserves: an expression could never name such a column. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);

/** An entity's key is part of every Redis key; more join keys than this are an event, not an entity. */
export const MAX_JOIN_KEYS = 8;

/** A decoded event is an array of this many values, for every event. */
export const MAX_FIELDS_PER_SOURCE = 1_000;

/** 64 kB of float32 for each entity. */
export const MAX_VECTOR_LENGTH = 16_384;

/** A table's query is stored in every registry snapshot. */
export const MAX_QUERY_CHARACTERS = 65_536;

/** A source's Avro or Protobuf schema is stored in every registry snapshot; larger ones belong into a schema registry. */
export const MAX_SCHEMA_CHARACTERS = 65_536;

/** Way down to a field in a record: code is generated for each step. */
export const MAX_PATH_CHARACTERS = 512;

/** Headers of Kafka have names of any text; those that are said in definitions can be read. */
export const HEADER_PATTERN = /^[^\p{C}\s]{1,200}$/u;

/** `table` or `database.table`, as ClickHouse takes them without quotes. */
export const TABLE_PATTERN = /^[A-Za-z_][A-Za-z0-9_]{0,126}(\.[A-Za-z_][A-Za-z0-9_]{0,126})?$/;

/** Derived columns are computed for every event. */
export const MAX_DERIVED_COLUMNS = 200;

/** A stream row holds the cells of all of a view's features: 1,000 are about 10 kB a row. */
export const MAX_FEATURES_PER_VIEW = 1_000;

/** The registry snapshot is one message that every service decodes as a whole. */
export const MAX_VIEWS_PER_PROJECT = 1_000;
export const MAX_ENTITIES_PER_PROJECT = 1_000;
export const MAX_SOURCES_PER_PROJECT = 1_000;
export const MAX_SERVICES_PER_PROJECT = 1_000;
export const MAX_FUNCTIONS_PER_PROJECT = 1_000;

/** An on-demand view is computed anew for each row of each request. */
export const MAX_REQUEST_FIELDS = 200;

/** A response is rows × features. */
export const MAX_FEATURES_PER_SERVICE = 5_000;

/** Each has a plan in every server, and series of metrics. */
export const MAX_VARIANTS_PER_SERVICE = 16;

/** Owner, description and tags travel in every snapshot. */
export const MAX_METADATA_CHARACTERS = 4_096;
export const MAX_TAGS = 64;

/** The position of an event (docs/CODEC.md) has 13 bits for the partition. */
export const MAX_PARTITIONS = 8_191;

/** Versions are small numbers that people count. */
export const MAX_VERSION = 1_000_000;

/** A stored row's width is in whole seconds. */
export const MIN_HOP_MS = 1_000;

/** Ten years; what should reach back further is `lifetime`. */
export const MAX_WINDOW_MS = 3_660 * DAY_MS;

/** Sessions are told apart to the minute: with shorter gaps a segment would hold as many runs as events. */
export const MIN_SESSION_GAP_MS = MINUTE_MS;
export const DEFAULT_MAX_SESSION_MS = DAY_MS;

/** A read folds every segment of the window: 4,096 are about 25 µs. */
export const MAX_SEGMENTS_PER_WINDOW = 4_096;

/** Longer than this, lateness is history, which is loaded. */
export const MAX_LATENESS_MS = 30 * DAY_MS;
export const MAX_CLOCK_SKEW_MS = DAY_MS;
export const MAX_STALENESS_MS = DAY_MS;

/** Events wait so long in a writer's memory for their partners, and a start reads so far back. */
export const MAX_PAIRING_MS = 7 * DAY_MS;
/** A copy of an event finds its pairs' ids for at least so long. */
export const MIN_PAIR_DEDUPE_MS = MINUTE_MS;

/** Each is a read of the online store for every event. */
export const MAX_ENRICHMENTS_PER_SOURCE = 64;
/** A view that is looked up keeps every event of so long apart: 10 s are a few rows of a busy entity. */
export const DEFAULT_EXACT_WITHIN_MS = 10_000;
export const MAX_EXACT_WITHIN_MS = 10 * MINUTE_MS;

export const DEFAULT_ALLOWED_LATENESS_MS = HOUR_MS;
export const DEFAULT_MAX_CLOCK_SKEW_MS = 5 * MINUTE_MS;
export const DEFAULT_MAX_STALENESS_MS = MINUTE_MS;
/** Each is a query of each batch run. */
export const MAX_QUALITY_RULES = 100;
/** How far back rules look at the rows of a source. */
export const DEFAULT_QUALITY_OVER_MS = DAY_MS;
export const DEFAULT_PARTITIONS = 4;
export const DEFAULT_CUT_HOP_MS = HOUR_MS;

/** A round of output reads the values that it writes: shorter than this, it is a flush. */
export const MIN_OUTPUT_INTERVAL_MS = 100;
export const MAX_OUTPUT_INTERVAL_MS = DAY_MS;

/** Each sample is an insert into ClickHouse. */
export const MIN_SERIES_INTERVAL_MS = SECOND_MS;
export const MIN_SERIES_KEEP_MS = HOUR_MS;
export const DEFAULT_SERIES_KEEP_MS = 30 * DAY_MS;
/** A dashboard shows some of the entities, not all. */
export const DEFAULT_SERIES_ENTITIES = 1_000;
export const MAX_SERIES_ENTITIES = 10_000;
/** Entities × features of one sample: rows of one insert, about 10 MB of them. */
export const MAX_SERIES_VALUES = 100_000;

/** Shorter schedules would run into each other: a run reads the whole window. */
export const MIN_INTERVAL_MS = MINUTE_MS;
export const MAX_INTERVAL_MS = 366 * DAY_MS;

/** A run of a schedule has so long to finish, or the interval where that is shorter, unless the delay says otherwise. */
export const SCHEDULED_RUN_MS = HOUR_MS;

/** How long a schedule may wait for what becomes known late, and how long it may hold its values back. */
export const MAX_SCHEDULE_DELAY_MS = 366 * DAY_MS;

/** What a view with batch values on demand is assumed to be materialized at, for its default horizon. */
export const ON_DEMAND_INTERVAL_MS = DAY_MS;

/** The default horizon lets this many runs fail or be missed … */
export const HORIZON_INTERVALS = 3;
/** … and gives the last of them this long to finish. */
export const HORIZON_SLACK_MS = HOUR_MS;

/** A view of lifetime windows alone that lives from the stream keeps at least this much by the row. */
export const MIN_STREAM_ONLY_RETENTION_MS = DAY_MS;
