/** The twelve features in DuckDB's SQL, over a table `events` of `origin`, `t` (ms), `d` (minutes of delay) and `k` (known at, ms). */

/** A SELECT of the rows of `rows`, in their order, with the features beside them. */
export type Reference = (rows: string) => string;

const ROWS = (rows: string) =>
  `rows AS MATERIALIZED (SELECT row_number() OVER () - 1 AS id, epoch_ms("timestamp") AS t, epoch_ms("timestamp") // 3600000 AS h, * FROM ${rows})`;

/** By airport and hour, of all hours that some row may see. Sums of squares are exact: delays are whole minutes. */
const HOURS = `hours AS MATERIALIZED (
  SELECT origin, t // 3600000 AS h, count(*) AS n, sum(d)::BIGINT AS s, sum(d::BIGINT * d)::BIGINT AS q, max(d) AS m FROM events
  WHERE t >= (SELECT min(t) // 86400000 - 30 FROM rows) * 86400000 AND t < (SELECT max(t) FROM rows) GROUP BY ALL)`;

const STDDEV = (n: string, s: string, q: string) =>
  `CASE WHEN ${n} > 0 THEN sqrt(greatest(0, (${q} - ${s}::DOUBLE * ${s} / ${n}) / ${n})) END`;

/**
 * The windows of every hour are made once, by window functions over a grid of all airports and hours; a row takes those of its hour
 * and adds the events since then. Wins where there are many rows for each airport and hour.
 */
const hourGrid: Reference = (rows) => `
WITH ${ROWS(rows)}, ${HOURS},
grid AS MATERIALIZED (
  SELECT origin, h, coalesce(n, 0)::BIGINT AS n, coalesce(s, 0)::BIGINT AS s, coalesce(q, 0)::BIGINT AS q, m
  FROM (FROM (SELECT DISTINCT origin FROM hours)
        CROSS JOIN (SELECT unnest(range((min(t) // 86400000 - 30) * 24, max(h) + 1)) AS h FROM rows)) LEFT JOIN hours USING (origin, h)),
before AS MATERIALIZED (
  SELECT origin, h, sum(n) OVER c - n AS n, sum(s) OVER c - s AS s, sum(q) OVER c - q AS q,
    max(m) OVER (PARTITION BY origin ORDER BY h ROWS BETWEEN 24 PRECEDING AND 1 PRECEDING) AS m2,
    max(m) OVER (PARTITION BY origin ORDER BY h ROWS BETWEEN 168 PRECEDING AND 1 PRECEDING) AS m3,
    max(m) OVER (PARTITION BY origin ORDER BY h ROWS BETWEEN 720 + h % 24 PRECEDING AND 1 PRECEDING) AS m4
  FROM grid WINDOW c AS (PARTITION BY origin ORDER BY h ROWS UNBOUNDED PRECEDING)),
windows AS MATERIALIZED (
  SELECT origin, h, (n - lag(n, 24) OVER c)::BIGINT AS n2, (s - lag(s, 24) OVER c)::BIGINT AS s2, m2,
    (n - lag(n, 168) OVER c)::BIGINT AS n3, (s - lag(s, 168) OVER c)::BIGINT AS s3, (q - lag(q, 168) OVER c)::BIGINT AS q3, m3,
    (n - lag(n, 720 + h % 24) OVER c)::BIGINT AS n4, (s - lag(s, 720 + h % 24) OVER c)::BIGINT AS s4,
    (q - lag(q, 720 + h % 24) OVER c)::BIGINT AS q4, m4
  FROM before WINDOW c AS (PARTITION BY origin ORDER BY h)),
since AS (
  SELECT id, count(*) FILTER (e.t >= edge) AS n1, sum(d) FILTER (e.t >= edge) AS s1, max(d) FILTER (e.t >= edge) AS m1,
    count(*) FILTER (back = 0) AS n, sum(d) FILTER (back = 0) AS s, max(d) FILTER (back = 0) AS m, sum(d::BIGINT * d) FILTER (back = 0) AS q
  FROM (SELECT origin, t // 3600000 AS h, t, d FROM events) AS e
  JOIN (SELECT id, origin, t, t - t % 60000 - 3600000 AS edge, back, h - back AS h FROM rows, (SELECT unnest([0, 1]) AS back)) AS r
    ON e.origin = r.origin AND e.h = r.h
  WHERE e.t < r.t AND (back = 0 OR e.t >= edge) GROUP BY id),
added AS (
  SELECT rows.*, coalesce(n1, 0) AS n1, coalesce(s1, 0) AS s1, m1,
    coalesce(n2, 0) + coalesce(n, 0) AS n2, coalesce(s2, 0) + coalesce(s, 0) AS s2, greatest(m2, m) AS m2,
    coalesce(n3, 0) + coalesce(n, 0) AS n3, coalesce(s3, 0) + coalesce(s, 0) AS s3, coalesce(q3, 0) + coalesce(q, 0) AS q3, greatest(m3, m) AS m3,
    coalesce(n4, 0) + coalesce(n, 0) AS n4, coalesce(s4, 0) + coalesce(s, 0) AS s4, coalesce(q4, 0) + coalesce(q, 0) AS q4, greatest(m4, m) AS m4
  FROM rows LEFT JOIN windows USING (origin, h) LEFT JOIN since USING (id))
${selected('added')}`;

/** Hour and day tiles: a row lists the tiles of its windows, and aggregates them with the events since its hour began. */
const tiles: Reference = (rows) => `
WITH ${ROWS(rows)}, ${HOURS},
tiles AS MATERIALIZED (
  SELECT origin, 0 AS level, h AS i, n, s, q, m FROM hours
  UNION ALL SELECT origin, 1, h // 24, sum(n)::BIGINT, sum(s)::BIGINT, sum(q)::BIGINT, max(m) FROM hours GROUP BY origin, h // 24),
wanted AS (
  SELECT id, origin, tile.level AS level, tile.i AS i, tile.w AS w FROM (SELECT id, origin, unnest(flatten([
    list_transform(range(day * 24, h), lambda i: {'level': 0, 'i': i, 'w': 7}),
    list_transform(range(h - 24, day * 24), lambda i: {'level': 0, 'i': i, 'w': 1}),
    list_transform(range(h - 168, (h - 145) // 24 * 24), lambda i: {'level': 0, 'i': i, 'w': 2}),
    list_transform(range((h - 145) // 24, day), lambda i: {'level': 1, 'i': i, 'w': 2}),
    list_transform(range(day - 30, day), lambda i: {'level': 1, 'i': i, 'w': 4})])) AS tile
  FROM (SELECT id, origin, h, h // 24 AS day FROM rows))),
parts AS (
  SELECT id, w, n, s, q, m FROM wanted JOIN tiles USING (origin, level, i)
  UNION ALL
  SELECT id, CASE WHEN back = 0 THEN 7 ELSE 0 END + CASE WHEN e.t >= edge THEN 8 ELSE 0 END, 1, d, d::BIGINT * d, d
  FROM (SELECT origin, t // 3600000 AS h, t, d FROM events) AS e
  JOIN (SELECT id, origin, t, t - t % 60000 - 3600000 AS edge, back, h - back AS h FROM rows, (SELECT unnest([0, 1]) AS back)) AS r
    ON e.origin = r.origin AND e.h = r.h
  WHERE e.t < r.t AND (back = 0 OR e.t >= edge)),
sums AS (
  SELECT id, ${[8, 1, 2, 4].map((w, i) => `sum(n) FILTER (w & ${w} <> 0) AS n${i + 1}, sum(s) FILTER (w & ${w} <> 0) AS s${i + 1}, max(m) FILTER (w & ${w} <> 0) AS m${i + 1}`).join(', ')},
    sum(q) FILTER (w & 2 <> 0) AS q3, sum(q) FILTER (w & 4 <> 0) AS q4
  FROM parts GROUP BY id),
added AS (SELECT * FROM rows LEFT JOIN sums USING (id))
${selected('added')}`;

function selected(from: string): string {
  const integer = (name: string) => `coalesce(${name}, 0)::BIGINT`;
  return `SELECT origin, "timestamp", label,
  ${integer('n1')} AS count_1h, ${integer('s1')} AS sum_1h, m1 AS max_1h, ${integer('n2')} AS count_24h, ${integer('s2')} AS sum_24h, m2 AS max_24h,
  ${integer('n3')} AS count_7d, m3 AS max_7d, ${STDDEV('n3', 's3', 'q3')} AS stddev_7d, ${integer('s4')} AS sum_30d, m4 AS max_30d,
  ${STDDEV('n4', 's4', 'q4')} AS stddev_30d FROM ${from} ORDER BY id`;
}

/** Which of them is fastest depends on how many rows there are. */
export const REFERENCES = { 'hour grid': hourGrid, tiles } as const satisfies Record<string, Reference>;
export type ReferenceName = keyof typeof REFERENCES;

/** By the definition alone: the events of a window, and of two clocks those that were known. Far too slow for more than a sample. */
export function naive(rows: string, clocks: 'one' | 'two'): string {
  const window = (lengthMs: number, hopMs: number) => `FILTER (e.t >= r.t - r.t % ${hopMs} - ${lengthMs})`;
  const hour = window(3_600_000, 60_000);
  const day = window(86_400_000, 3_600_000);
  const week = window(604_800_000, 3_600_000);
  const month = window(2_592_000_000, 86_400_000);
  const known = clocks === 'two' ? 'AND e.k <= r.t' : '';
  return `
WITH ${ROWS(rows)}
SELECT any_value(r.origin) AS origin, any_value(r."timestamp") AS "timestamp", any_value(label) AS label,
  count(d) ${hour} AS count_1h, coalesce(sum(d) ${hour}, 0)::BIGINT AS sum_1h, max(d) ${hour} AS max_1h,
  count(d) ${day} AS count_24h, coalesce(sum(d) ${day}, 0)::BIGINT AS sum_24h, max(d) ${day} AS max_24h,
  count(d) ${week} AS count_7d, max(d) ${week} AS max_7d, stddev_pop(d) ${week} AS stddev_7d,
  coalesce(sum(d) ${month}, 0)::BIGINT AS sum_30d, max(d) ${month} AS max_30d, stddev_pop(d) ${month} AS stddev_30d
FROM rows AS r LEFT JOIN events AS e ON e.origin = r.origin AND e.t < r.t AND e.t >= r.t - r.t % 86400000 - 2592000000 ${known}
GROUP BY r.id ORDER BY r.id`;
}
