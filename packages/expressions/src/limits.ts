/** The longest text of an expression, in UTF-16 units: it is printed in error messages and stored in every registry snapshot. */
export const MAX_EXPRESSION_LENGTH = 4_096;

/** The deepest nesting: each level becomes a few nested calls in SQL, and ClickHouse's parser stops at 1,000. */
export const MAX_DEPTH = 64;

/** The longest list literal: ClickHouse keeps it in the query's text; longer lists belong in a table. */
export const MAX_LIST_ITEMS = 1_000;

/** The most buckets of `hash_bucket`: the remainder of a 64-bit hash stays exact in doubles, with no bigint. */
export const MAX_HASH_BUCKETS = 1_048_576;

/** The farthest instant that arithmetic on timestamps makes, in milliseconds from the epoch: the range of a JavaScript Date. */
export const MAX_TIMESTAMP_MS = 8_640_000_000_000_000;

/** Where the calendar functions have values, `[from, to)`, with UTC: ClickHouse's calendar has the years 1900 to 2299. */
export const CALENDAR_FROM_MS = Date.UTC(1900, 0, 1);
export const CALENDAR_TO_MS = Date.UTC(2299, 11, 31);

/** With any other zone: for earlier instants the time-zone data of Node.js and of ClickHouse disagree in many zones. */
export const ZONED_CALENDAR_FROM_MS = 0;

/** The longest text of a user function, in UTF-16 units. */
export const MAX_FUNCTION_LENGTH = 16_384;

/** How many turns of loops and inner calls one call of a user function may take before its value is null. */
export const MAX_FUNCTION_STEPS = 1_000_000;
