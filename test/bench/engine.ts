/**
 * What a fold costs: the features of one entity from its stored values, for views of plain numbers and of each kind of state
 * of variable length, next to folds written by hand for the same bytes. And what stored lists take next to protobuf messages.
 */
import { deepStrictEqual } from 'node:assert';
import {
  edgeAt,
  edgeOf,
  newViewOutput,
  type OtherValue,
  ViewFold,
  type ViewLayout,
  type ViewOutput,
} from '@forebay/algebra';
import { MINUTE_MS } from '@forebay/contract';
import { type BenchCase, reportBench } from './report';
import {
  busyTimes,
  CUT_MS,
  context,
  type Entity,
  entityOf,
  NOW_MS,
  typicalTimes,
} from './support/engine-values';
import { layoutOf, numericLayout, type Shape, sessionWindows, WINDOWS } from './support/engine-view';
import { allocatedBy, compareTimes } from './support/fold-times';
import { HandFold } from './support/hand-fold';
import { HandStateFold } from './support/hand-state-fold';
import {
  HandCounts,
  HandDistinct,
  HandHistogram,
  HandLast,
  HandQuantile,
  HandSessions,
  type HandState,
  HandSums,
  HandTop,
} from './support/hand-states';
import { listSizes } from './support/segment-messages';

const TARGET_US = 20;
const TARGET_RATIO = 4;
const TARGET_BATCH_BYTES = 1.3;
const TARGET_STREAM_BYTES = 3;
/** Folded in turn, so that no branch is learned by heart. */
const ENTITIES = 16;
const NS = 1_000;
const GAP_MS = 30 * MINUTE_MS;
const ENTITY_TIMES = { busy: busyTimes, typical: typicalTimes } as const;

type LeftWindow = (typeof WINDOWS)[number] | ReturnType<typeof sessionWindows>[number];

interface StateCase {
  readonly name: string;
  readonly shape: Shape;
  readonly names: number;
  readonly hand: () => HandState;
  readonly windows?: readonly LeftWindow[];
}

const BOUNDS = { b0: 1, b1: 5, b2: 20, b3: 50 };
const MAX_KEYS = 1_024;

const STATE_CASES: readonly StateCase[] = [
  {
    name: 'distinct_count, sets',
    shape: { operation: 'distinct_count', input: 'product', type: 'int64', parameters: { exact: 256 } },
    names: 50,
    hand: () => new HandDistinct(256),
  },
  {
    name: 'distinct_count, registers',
    shape: { operation: 'distinct_count', input: 'product', type: 'int64', parameters: { exact: 64 } },
    names: 5_000,
    hand: () => new HandDistinct(64),
  },
  {
    name: 'quantile',
    shape: { operation: 'quantile', input: 'amount', type: 'double', parameters: { q: 0.9 } },
    names: 50,
    hand: () => new HandQuantile(0.9),
  },
  {
    name: 'histogram',
    shape: { operation: 'histogram', input: 'amount', type: 'double', parameters: BOUNDS },
    names: 50,
    hand: () => new HandHistogram(5),
  },
  {
    name: 'top_k of strings',
    shape: { operation: 'top_k', input: 'shop', type: 'string', parameters: { k: 3, max_keys: MAX_KEYS } },
    names: 20,
    hand: () => new HandTop(3),
  },
  {
    name: 'count_by an integer',
    shape: { operation: 'count_by', input: 'product', type: 'int64', parameters: { max_keys: MAX_KEYS } },
    names: 20,
    hand: () => new HandCounts(),
  },
  {
    name: 'sum_by a string',
    shape: {
      operation: 'sum_by',
      input: 'amount',
      by: 'shop',
      type: 'double',
      parameters: { max_keys: MAX_KEYS },
    },
    names: 20,
    hand: () => new HandSums(),
  },
  {
    name: 'last_n',
    shape: { operation: 'last_n', input: 'amount', type: 'double', parameters: { n: 10 } },
    names: 50,
    hand: () => new HandLast(10),
  },
  {
    name: 'session_count',
    shape: { operation: 'session_count', type: 'int64' },
    names: 50,
    hand: () => new HandSessions(GAP_MS),
    windows: sessionWindows(GAP_MS),
  },
];

/** Calls `fold` with one entity after the other. */
function inTurn(entities: readonly Entity[], fold: (entity: Entity) => void): () => void {
  let next = 0;
  return () => {
    fold(entities[next] as Entity);
    next = (next + 1) % entities.length;
  };
}

const meanOf = (entities: readonly Entity[], numberOf: (entity: Entity) => number) =>
  entities.reduce((sum, entity) => sum + numberOf(entity), 0) / entities.length;

const segmentsOf = (entities: readonly Entity[]) =>
  meanOf(entities, ({ batchRows, streamRows }) => batchRows + streamRows);

/** As exact as sums in another order are. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(9));
  return value instanceof Map ? [...value].map(([key, number]) => [key, rounded(number)]) : value;
}

function measured(
  name: string,
  entities: readonly Entity[],
  ours: (entity: Entity) => void,
  hand: (entity: Entity) => void,
  aggregations: number,
): BenchCase[] {
  const fold = inTurn(entities, ours);
  const { us, ratio } = compareTimes(fold, inTurn(entities, hand));
  const perSegment = (NS * us) / segmentsOf(entities) / aggregations;
  return [
    { case: name, value: us, unit: 'µs/fold', target: { atMost: TARGET_US } },
    { case: `${name} / by hand`, ratio, unit: '× by hand', target: { atMost: TARGET_RATIO } },
    { case: `${name}, each`, value: perSegment, unit: 'ns/segment and aggregation', target: null },
    { case: `${name}, heap`, value: allocatedBy(fold), unit: 'bytes/fold', target: null },
  ];
}

function numericCases(kind: keyof typeof ENTITY_TIMES): BenchCase[] {
  const entities = Array.from({ length: ENTITIES }, (_, i) =>
    entityOf(numericLayout, i + 1, { times: ENTITY_TIMES[kind], names: 50 }),
  );
  const fold = new ViewFold(numericLayout);
  const out = newViewOutput(numericLayout);
  const byHand = new HandFold();
  const ours = (entity: Entity) => fold.fold(entity.parts, context, out);
  const hand = (entity: Entity) => byHand.fold(entity, NOW_MS, CUT_MS);
  for (const entity of entities) {
    ours(entity);
    hand(entity);
    deepStrictEqual([...out.numbers].map(rounded), [...byHand.out].map(rounded));
    deepStrictEqual(out.statuses, byHand.statuses);
  }
  const { features, fixed } = numericLayout;
  const name = `${kind}, ${features.length} numeric features`;
  return [
    { case: `${kind} entity`, value: segmentsOf(entities), unit: 'segments', target: null },
    ...measured(name, entities, ours, hand, fixed.length),
    ...(kind === 'busy' ? sizeCases(entities) : []),
  ];
}

function sizeCases(entities: readonly Entity[]): BenchCase[] {
  return (['batch', 'stream'] as const).flatMap((list) => {
    const sizes = entities.map((entity) => listSizes(numericLayout, entity)[list]);
    const sum = (key: 'stored' | 'rows' | 'messages') => sizes.reduce((total, size) => total + size[key], 0);
    const atMost = list === 'batch' ? TARGET_BATCH_BYTES : TARGET_STREAM_BYTES;
    return [
      { case: `${list} list`, value: sum('stored') / sum('rows'), unit: 'bytes/segment', target: null },
      {
        case: `${list} list / protobuf`,
        ratio: sum('stored') / sum('messages'),
        unit: '× messages',
        target: { atMost },
      },
    ];
  });
}

function valuesOf(layout: ViewLayout, { numbers, others }: ViewOutput): (number | OtherValue | null)[] {
  return layout.features.map(({ index }) => others[index] ?? (numbers[index] as number));
}

function stateCases({ name, shape, names, hand: newHand, windows = WINDOWS }: StateCase): BenchCase[] {
  const layout = layoutOf([shape], windows);
  const edges = windows.map((window) => edgeAt(edgeOf(window), NOW_MS));
  const fold = new ViewFold(layout);
  const out = newViewOutput(layout);
  const byHand = new HandStateFold(newHand());
  const ours = (entity: Entity) => fold.fold(entity.parts, context, out);
  const hand = (entity: Entity) => byHand.fold(entity, NOW_MS, CUT_MS, edges);
  return (['busy', 'typical'] as const).flatMap((kind) => {
    const entities = Array.from({ length: ENTITIES }, (_, i) =>
      entityOf(layout, i + 1, { times: ENTITY_TIMES[kind], names }),
    );
    for (const entity of entities) {
      ours(entity);
      hand(entity);
      deepStrictEqual(valuesOf(layout, out).map(rounded), byHand.values.map(rounded));
    }
    return measured(`${kind}, ${name}`, entities, ours, hand, 1);
  });
}

reportBench('engine', [
  ...numericCases('busy'),
  ...numericCases('typical'),
  ...STATE_CASES.flatMap(stateCases),
]);
