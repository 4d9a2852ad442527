import { batchBoundaries, scheduledBoundaries, type ViewLayout } from '@forebay/algebra';
import { ForebayError, SECOND_MS } from '@forebay/contract';
import type { ArchiveRange } from './archived-rows-sql';
import type { Parameters } from './client';
import { type ClickHousePlace, everyShardSql, isShardLocal } from './cluster';
import type { ComponentSql } from './component-form';
import { componentsSql } from './component-sql';
import { entityKeySql, keyFitsSql } from './entity-key-sql';
import { type EventRows, eventRowsSql } from './event-rows-sql';
import { type StagedView, stagedConditionSql, stagedSource } from './staged-sql';
import { countColumn } from './state-bytes';

/** What a batch run fixes for all of its chunks. */
export interface SegmentRun {
  /** The clock that the run read: values are read only at or after it. */
  readonly qMs: number;
  /** Event time up to which the values speak (exclusive); of a scheduled view the tick that they are read at. */
  readonly cutMs: number;
  /** Numbers of the loads that were finished when the run began (`finishedLoadsOf`); rows of all others are left out, of those that begin later too. */
  readonly finishedLoads: readonly number[];
}

/** A share of the entities: those with `bucket % chunks = chunk`, or without buckets `xxHash64(entity key) % chunks = chunk`. */
export interface SegmentChunk {
  readonly chunk: number;
  readonly chunks: number;
  /** Into so many buckets Redis spreads the entities, by `xxHash64(entity key) % buckets`. Default: 1, no buckets. */
  readonly buckets?: number;
  /** Only this one, by its encoded key, whatever its share. */
  readonly entity?: string;
  /** Its events are read from where a backfill has staged them, spread over as many chunks; left out: from the archive. */
  readonly staged?: StagedView;
}

export interface Statement {
  readonly query: string;
  readonly parameters: Parameters;
}

const FROM_BEGINNING = "toInt64('-9223372036854775808')";

/**
 * One SELECT of (key String, value String): for each entity of the chunk with an event in the view's windows its encoded key and its
 * batch list (docs/CODEC.md, batch list, codec 1), as RowBinary. On a cluster whose shards have all events of an entity each makes the
 * values of its own entities.
 */
export function segmentSql(
  layout: ViewLayout,
  run: SegmentRun,
  share: SegmentChunk,
  place: ClickHousePlace | null = null,
): Statement {
  const cluster = place?.cluster ?? null;
  const shardDatabase = cluster !== null && isShardLocal(layout) ? place?.database : undefined;
  const select = segmentSelectSql(layout, run, share, shardDatabase);
  const whole = cluster === null || shardDatabase === undefined ? select : everyShardSql(select, cluster);
  const query = `${whole}\nFORMAT RowBinary`;
  return { query, parameters: segmentParameters(layout, run, share) };
}

/** The SELECT of `segmentSql`, without a format. @param shardDatabase it reads the events of the shard that runs it */
export function segmentSelectSql(
  layout: ViewLayout,
  run: SegmentRun,
  share: SegmentChunk,
  shardDatabase?: string,
): string {
  const boundaries = boundariesOf(layout, run);
  if (share.staged !== undefined) {
    const { staged } = share;
    const stagedLayout = { ...layout, source: stagedSource(layout.source, staged) };
    const range = { ...rangeOf(layout), wantedSql: stagedConditionSql(staged) };
    return listsSql(layout, boundaries, eventRowsSql(stagedLayout, range));
  }
  return listsSql(
    layout,
    boundaries,
    eventRowsSql(layout, { ...rangeOf(layout), shardDatabase }, isOfChunk(share)),
  );
}

/** The SELECT of (key, value) over some events. */
export function listsSql(layout: ViewLayout, boundaries: readonly number[], events: EventRows): string {
  const key = entityKeySql(events.keys);
  const components = componentsSql(layout);
  const keys = events.keys.join(', ');
  const aggregates = new Map(components.flatMap((component) => Object.entries(component.aggregates)));
  const cells = components.flatMap((component) => component.cells);
  return `
SELECT ${key} AS key, ${valueSql(components)} AS value
FROM (
  SELECT ${keys}, arraySort(cell -> cell.1, groupArray((${['start', WIDTH_SQL, 'events', ...cells].join(', ')}))) AS a
  FROM (
    SELECT ${keys}, roundDown(et, ${startsSql(layout, boundaries)}) AS start, count() AS events${[...aggregates].map(([name, sql]) => `,\n      ${sql} AS ${name}`).join('')}
    FROM (${events.sql})
    GROUP BY ${keys}, start
  )
  GROUP BY ${keys}
)
WHERE ${keyFitsSql('key')}`;
}

export function segmentParameters(layout: ViewLayout, run: SegmentRun, share: SegmentChunk): Parameters {
  const boundaries = boundariesOf(layout, run);
  return {
    from: boundaries[0],
    cut: run.cutMs,
    q: run.qMs,
    good_until: run.cutMs + (layout.view.batch?.horizonMs ?? 0),
    finished: run.finishedLoads,
    ...(layout.view.schedule === null ? {} : { known: run.cutMs + layout.view.schedule.waitMs }),
    ...chunkParameters(share),
    ...stepsOf(boundaries),
  };
}

/** All that a read can ask for; the last one is the cut. */
export function boundariesOf(
  layout: ViewLayout,
  { qMs, cutMs }: Pick<SegmentRun, 'qMs' | 'cutMs'>,
): number[] {
  return layout.view.schedule === null
    ? batchBoundaries(layout, qMs, cutMs)
    : scheduledBoundaries(layout, cutMs);
}

function isOfChunk(share: SegmentChunk): ((keys: readonly string[]) => string) | null {
  return isWhole(share) ? null : (keys) => chunkSql(entityKeySql(keys), share);
}

/** Whether an encoded entity key is of a chunk, by `chunkParameters`. */
export function chunkSql(key: string, { buckets = 1, entity }: SegmentChunk): string {
  if (entity !== undefined) return `${key} = {entity:String}`;
  return `${chunkNumberSql(key, { buckets })} = {chunk:UInt32}`;
}

/** Which of `chunks` an encoded entity key is of. */
export function chunkNumberSql(key: string, { buckets = 1 }: Pick<SegmentChunk, 'buckets'>): string {
  const hash = `xxHash64(${key})`;
  return `${buckets === 1 ? hash : `${hash} % {buckets:UInt32}`} % {chunks:UInt32}`;
}

/** Whether it is all entities. */
export function isWhole({ chunks, entity }: SegmentChunk): boolean {
  return chunks === 1 && entity === undefined;
}

export function chunkParameters({ chunk, chunks, buckets = 1, entity }: SegmentChunk) {
  if (entity !== undefined) return { entity };
  return { chunk, chunks, ...(buckets === 1 ? {} : { buckets }) };
}

/** The event times that the view's windows can see; of a scheduled view without what became known after its tick and the wait. */
export function rangeOf(layout: ViewLayout): ArchiveRange {
  return {
    from: layout.hasLifetime ? null : 'from',
    until: 'cut',
    known: layout.view.schedule === null ? null : 'known',
  };
}

/** The boundaries as runs of equal steps in seconds, which keeps the request short: 2,000 boundaries are a handful of runs. */
export function stepsOf(boundaries: readonly number[]): { steps: number[]; repeats: number[] } {
  const steps: number[] = [];
  const repeats: number[] = [];
  for (let i = 1; i < boundaries.length; i++) {
    const step = ((boundaries[i] as number) - (boundaries[i - 1] as number)) / SECOND_MS;
    if (!Number.isInteger(step) || step <= 0)
      throw new ForebayError(
        'internal',
        `boundary ${boundaries[i]} is no whole number of seconds after the one before it`,
      );
    if (steps.at(-1) === step) repeats[repeats.length - 1]!++;
    else {
      steps.push(step);
      repeats.push(1);
    }
  }
  return { steps, repeats };
}

/** All boundaries in ms; the last one is the cut. Constant for the statement. */
const BOUNDARIES_SQL = `arrayMap(s -> {from:Int64} + 1000 * toInt64(s),
  arrayPushFront(arrayCumSum(arrayFlatten(arrayMap((s, r) -> arrayWithConstant(r, s), {steps:Array(UInt32)}, {repeats:Array(UInt32)}))), toUInt64(0)))`;

/**
 * Where segments start: each boundary but the cut; with a lifetime window also the beginning of time. Where every window begins
 * after the cut there is no segment, and no event is read; `roundDown` still wants a boundary.
 */
function startsSql(layout: ViewLayout, boundaries: readonly number[]): string {
  if (boundaries.length === 1 && !layout.hasLifetime) return '[{cut:Int64}]';
  const starts = `arrayPopBack(${BOUNDARIES_SQL})`;
  return layout.hasLifetime ? `arrayPushFront(${starts}, ${FROM_BEGINNING})` : starts;
}

/** Seconds to the next boundary; the segment from the beginning of time is written as [base, base). */
const WIDTH_SQL = `if(start = ${FROM_BEGINNING}, toUInt32(0),
  toUInt32(intDiv(transform(start, arrayPopBack(${BOUNDARIES_SQL}), arrayPopFront(${BOUNDARIES_SQL}), toInt64(0)) - start, 1000)))`;

const HEADER_SQL = [
  'char(1)',
  `char(if(a.1[1] = ${FROM_BEGINNING}, 1, 0))`,
  "'\\0\\0'",
  "reinterpret(toUInt32(length(a)), 'FixedString(4)')",
  ...['cut', 'q', 'good_until', 'from'].map(
    (name) => `reinterpret(toFloat64({${name}:Int64}), 'FixedString(8)')`,
  ),
];

/** The header, then the columns: start, width, events, components. `a.1` … are the arrays over the entity's segments. */
function valueSql(components: readonly ComponentSql[]): string {
  const parts = [
    ...HEADER_SQL,
    'char(4)',
    "reinterpret(arrayMap(s -> toUInt32(if(s < {from:Int64}, 0, intDiv(s - {from:Int64}, 1000))), a.1), 'String')",
    'char(4)',
    "reinterpret(a.2, 'String')",
    countColumn('a.3'),
  ];
  let next = 4;
  for (const component of components) {
    parts.push(component.column(...component.cells.map((_, i) => `a.${next + i}`)));
    next += component.cells.length;
  }
  return `concat(${parts.join(',\n  ')})`;
}
