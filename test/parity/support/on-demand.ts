/** On-demand features over a view's features and data of the rows, in files of training sets: everything from end to end. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AggregationView,
  type EventSource,
  type OnDemandFeature,
  type OnDemandView,
  onDemandEvaluator,
  type Project,
  type ScalarType,
} from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import {
  type ExpectedStatus,
  exact,
  METADATA,
  type OracleResult,
  type OracleScalar,
  relativeDifference,
} from '@forebay/testkit';
import { fileTarget, makeTrainingSet } from '@forebay/training-set';
import type { Comparison } from './comparison';
import { isExact } from './exact-features';
import type { ParityArchive } from './parity-archive';
import type { ParityCase } from './parity-case';
import { ENTITY } from './sql-training';
import { oracleOfRow } from './training-rows';

type Template = readonly [type: ScalarType, expression: (column: string) => string];

const TESTS_NULL: Template = ['bool', (column) => `${column} == null`];
const TEMPLATES: Readonly<Record<string, readonly Template[]>> = {
  int32: [['int64', (column) => `${column} + 1`]],
  int64: [
    ['int64', (column) => `${column} + 1`],
    ['bool', (column) => `${column} > 3`],
  ],
  double: [
    ['double', (column) => `${column} * amount`],
    ['bool', (column) => `${column} < 0.5 || ${column} == null`],
  ],
  bool: [['bool', (column) => `!${column}`]],
  string: [['bool', (column) => `${column} == "a"`]],
};

/** Of every feature that has one value, and of the feature before; null: there is none. */
function onDemandViewOf(view: AggregationView): OnDemandView | null {
  const read = view.features.filter(({ type }) => type in TEMPLATES || type === 'timestamp');
  const features: OnDemandFeature[] = [];
  const add = (type: ScalarType, expression: string) =>
    features.push({ name: `o${features.length}`, expression, type, description: '' });
  for (const feature of read) {
    const templates = isExact(feature) ? (TEMPLATES[feature.type] ?? []) : [];
    for (const [type, expression] of [TESTS_NULL, ...templates]) add(type, expression(feature.name));
  }
  if (features.length === 0) return null;
  add('bool', `${features.at(-1)?.name} == null && amount > 0.0`);
  return {
    id: 8,
    name: 'computed',
    version: 1,
    inputs: read.map(({ name, type }) => ({
      column: name,
      feature: { view: view.name, version: view.version, feature: name },
      type: type as ScalarType,
    })),
    request: [{ name: 'amount', type: 'double' }],
    features,
    metadata: METADATA,
    fingerprint: '',
  };
}

/** What a row brings: few numbers, and now and then none. */
const amountOf = (timestampMs: number) => (timestampMs % 5 === 0 ? null : (timestampMs % 7) - 3);

/** Cases that share what all rows know; those without rows have no comparisons. */
export async function compareOnDemand(
  { store }: ParityArchive,
  cases: readonly ParityCase[],
): Promise<Comparison[][]> {
  const { view, source } = cases[0] as ParityCase;
  const computed = onDemandViewOf(view);
  const found = new Map<ParityCase, Comparison[]>();
  if (computed === null) return cases.map(() => []);
  const project: Project = {
    name: 'parity',
    entities: [ENTITY],
    ...sourcesOf(source),
    tableSources: [],
    aggregationViews: [view],
    tableViews: [],
    onDemandViews: [computed],
    functions: [],
    featureServices: [],
  };
  const directory = await mkdtemp(join(tmpdir(), 'parity-'));
  try {
    for (const knownAsOfMs of new Set(cases.map(({ rows }) => rows.knownAsOfMs))) {
      const some = cases.filter(
        ({ rows }) => rows.knownAsOfMs === knownAsOfMs && rows.timestampsMs.length > 0,
      );
      if (some.length === 0) continue;
      const file = join(directory, 'rows.ndjson');
      await makeTrainingSet(store, {
        project,
        features: computed.features.map(({ name }) => ({ view: computed.name, version: 1, feature: name })),
        rows: { query: rowsSql(some) },
        out: fileTarget({ file, format: 'NDJSON' }),
        timestampColumn: null,
        columns: {},
        knownAsOfMs,
        withStatuses: true,
        threads: 1,
      });
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
      for (const each of some) {
        const own = lines.splice(0, each.rows.timestampsMs.length);
        found.set(
          each,
          compareLines(
            each,
            computed,
            own.map((line) => JSON.parse(line) as Line),
          ),
        );
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return cases.map((each) => found.get(each) ?? []);
}

/** As a project has them: a source that is made of others, with these. */
function sourcesOf(source: EventSource): Pick<Project, 'eventSources' | 'joinedSources' | 'sequenceSources'> {
  const { pairing } = source;
  const none = { joinedSources: [], sequenceSources: [] };
  if (pairing === undefined) return { eventSources: [source], ...none };
  return pairing.kind === 'join'
    ? { ...none, eventSources: [pairing.left, pairing.right], joinedSources: [pairing.definition] }
    : { ...none, eventSources: [pairing.source], sequenceSources: [pairing.definition] };
}

type Line = Readonly<Record<string, Value>>;

function rowsSql(cases: readonly ParityCase[]): string {
  const rows = cases.flatMap(({ key, rows: { timestampsMs } }) =>
    timestampsMs.map((timestampMs) => `('${key}', ${timestampMs}, ${amountOf(timestampMs) ?? 'NULL'})`),
  );
  return `SELECT who, fromUnixTimestamp64Milli(toInt64(at), 'UTC') AS timestamp, amount
    FROM values('who String, at Int64, amount Nullable(Float64)', ${rows.join(', ')})`;
}

function compareLines(each: ParityCase, computed: OnDemandView, lines: readonly Line[]): Comparison[] {
  const evaluator = onDemandEvaluator(computed, []);
  return lines.flatMap((line, i) => {
    const timestampMs = each.rows.timestampsMs[i] as number;
    const { oracle } = oracleOfRow(each, timestampMs);
    const resultOf = ({ column }: OnDemandView['inputs'][number]) =>
      oracle.results[each.view.features.findIndex(({ name }) => name === column)] as OracleResult;
    const inputs = computed.inputs.map(resultOf);
    const row = new Array<Value>(evaluator.columns.length).fill(null);
    for (const [k, { value }] of inputs.entries()) row[k] = value as Value;
    row[inputs.length] = amountOf(timestampMs);
    evaluator.evaluate(row);
    return computed.features.map(({ name, type, expression }, k): Comparison => {
      const wanted = comparable(type, row[evaluator.firstFeature + k] as Value);
      const value = comparable(type, line[name] ?? null);
      const status = line[`${name}__status`] as ExpectedStatus;
      const reads = evaluator.inputsOf[k] as readonly number[];
      const degraded = reads.some((input) => inputs[input]?.degraded !== null);
      const expected = degraded ? 'DEGRADED' : wanted === null ? 'NULL_VALUE' : 'PRESENT';
      const result = exact(wanted);
      const difference = status === expected ? relativeDifference(result, value) : null;
      const declared = { name, type, expression };
      const path = 'file of a training set';
      return {
        path,
        kind: 'on-demand',
        declared,
        atMs: timestampMs,
        oracle: result,
        expected,
        value,
        status,
        reason: null,
        difference,
      };
    });
  });
}

/** As far as JSON tells numbers apart. */
function comparable(type: ScalarType, value: Value): OracleScalar | null {
  if (value === null) return null;
  return type === 'string' ? (value as string) : Number(value);
}
