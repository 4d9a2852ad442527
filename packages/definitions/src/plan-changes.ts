import { formatDuration } from '@forebay/contract';
import { aggregationViewMeaning } from './aggregation-view-meaning';
import { describeDifferences, sameDefinition } from './differences';
import { enrichmentText } from './enrichment-meaning';
import { type Definition, definitionName } from './identity';
import { entityOf, findProject, sourceOf, tableSourceOf } from './lookup';
import { type Meaning, meaningDifferences } from './meaning';
import type { AggregationView, Entity, EventSource, Project, RegistrySnapshot } from './model';
import { onDemandViewMeaning } from './on-demand-view-meaning';
import { addedOutputTopics, refuseTakenOutput } from './output-topics';
import type { Change, DefinitionKind, Plan, PlannedWork } from './plan';
import type { RecordFormat } from './record-format';
import { rekeyText } from './rekeying';
import { refuseRetired } from './retired-views';
import { refuseServiceChange } from './service-changes';
import { sourceOfTopic, topicsOf, topicsToMake } from './source-topics';
import { tableViewMeaning } from './table-view-meaning';

/** What applying the desired project would change in the registry. Other projects are left as they are. */
export function planChanges(current: RegistrySnapshot | null, desired: Project): Plan {
  const before = findProject(current, desired.name) ?? emptyProject(desired.name);
  const others = (current?.projects ?? []).filter((project) => project.name !== desired.name);
  const changes = [
    ...compare('entity', before.entities, desired.entities, refuseEntityChange),
    ...compare('event source', before.eventSources, desired.eventSources, refuseSourceChange).map((change) =>
      refuseTaken(change, desired, others),
    ),
    ...compare('joined source', before.joinedSources, desired.joinedSources, allowChange),
    ...compare('sequence source', before.sequenceSources, desired.sequenceSources, allowChange),
    ...compare('table source', before.tableSources, desired.tableSources, allowChange),
    ...compare(
      'aggregation view',
      before.aggregationViews,
      desired.aggregationViews,
      refuseAggregationChange(before, desired),
    ).map((change) => refuseOutput(change, desired, others)),
    ...compare(
      'table view',
      before.tableViews,
      desired.tableViews,
      refuseNewMeaning(before, desired, (view, project) =>
        tableViewMeaning(view, entityOf(project, view), tableSourceOf(project, view)),
      ),
    ),
    ...compare(
      'on-demand view',
      before.onDemandViews,
      desired.onDemandViews,
      refuseNewMeaning(before, desired, (view, project) => onDemandViewMeaning(view, project.functions)),
    ),
    ...compare('function', before.functions, desired.functions, allowChange),
    ...compare('feature service', before.featureServices, desired.featureServices, refuseServiceChange),
  ];
  const allowed = changes.map((change) => refuseRetiredView(change, before));
  return { project: desired.name, changes: allowed, work: plannedWork(before, desired, allowed) };
}

export function emptyProject(name: string): Project {
  return {
    name,
    entities: [],
    eventSources: [],
    joinedSources: [],
    sequenceSources: [],
    tableSources: [],
    aggregationViews: [],
    tableViews: [],
    onDemandViews: [],
    functions: [],
    featureServices: [],
  };
}

function refuseRetiredView(change: Change, before: Project): Change {
  if (change.kind !== 'added' || !change.what.endsWith('view')) return change;
  const refused = refuseRetired(before, change.name);
  return refused === null ? change : { ...change, refused };
}

/**
 * Removing an entity destroys nothing: its views, which hold the data, are removed on their own. So it is with joined and
 * sequence sources, which have no data of their own, with a table source, whose table is not Forebay's, and with a function.
 */
const DESTRUCTIVE_REMOVALS: readonly DefinitionKind[] = [
  'event source',
  'aggregation view',
  'table view',
  'on-demand view',
  'feature service',
];

/** Of what stores nothing itself: the views that use it refuse what would change their meaning. */
const allowChange = () => null;

function compare<D extends Definition>(
  what: DefinitionKind,
  before: readonly D[],
  after: readonly D[],
  refuse: (old: D, fresh: D) => string | null,
): Change[] {
  const old = new Map(before.map((definition) => [definitionName(definition), definition]));
  const fresh = new Set(after.map(definitionName));
  const kept = after.map((definition): Change => {
    const name = definitionName(definition);
    const previous = old.get(name);
    if (previous === undefined) return { kind: 'added', what, name, details: [] };
    if (sameDefinition(previous, definition)) return { kind: 'unchanged', what, name, details: [] };
    const refused = refuse(previous, definition);
    const details = describeDifferences(previous, definition);
    return { kind: 'changed', what, name, details, ...(refused === null ? {} : { refused }) };
  });
  const removed = before
    .filter((definition) => !fresh.has(definitionName(definition)))
    .map((definition): Change => {
      const destructive = DESTRUCTIVE_REMOVALS.includes(what) ? { destructive: true } : {};
      return { kind: 'removed', what, name: definitionName(definition), details: [], ...destructive };
    });
  return [...kept, ...removed];
}

function refuseEntityChange(before: Entity, after: Entity): string | null {
  const text = (entity: Entity) => entity.joinKeys.map(({ name, type }) => `${name}: ${type}`).join(', ');
  if (text(before) === text(after)) return null;
  return `join keys ${text(before)} → ${text(after)}: stored values are found by them; declare a new entity`;
}

const FIXED_SOURCE_OPTIONS = ['table', 'eventTime', 'eventId', 'knownAt', 'archiveOrder'] as const;

/** Stored positions and the archive's rows and order are made with these. */
function refuseSourceChange(before: EventSource, after: EventSource): string | null {
  const fixed = FIXED_SOURCE_OPTIONS.filter((name) => String(before[name]) !== String(after[name])).map(
    (name) => `${name} ${shownOption(before[name])} → ${shownOption(after[name])}`,
  );
  const reasons = [...topicChanges(before, after), ...fixed, ...formatChanges(before, after)];
  for (const field of before.fields) {
    const now = after.fields.find(({ name }) => name === field.name);
    if (now === undefined) reasons.push(`field "${field.name}" removed`);
    else if (now.type !== field.type) reasons.push(`field "${field.name}" ${field.type} → ${now.type}`);
    const [was, is] = [before, after].map(({ enrichments = [] }) => {
      const enrichment = enrichments.find((candidate) => candidate.field === field.name);
      return enrichment === undefined ? 'of records' : enrichmentText(enrichment);
    });
    if (now !== undefined && was !== is) reasons.push(`field "${field.name}" ${was} → ${is}`);
  }
  const [was, is] = [before, after].map(({ rekey }) => rekeyText(rekey));
  if (was !== is) reasons.push(`rekey ${was} → ${is}`);
  if (reasons.length === 0) return null;
  return `${reasons.join('; ')}: the archive holds events as they were declared; keep it, or declare a new source with its own table`;
}

/** What is stored knows a topic by its place in the list; and its records are read again, as those of the first are. */
function topicChanges(before: EventSource, after: EventSource): string[] {
  const [were, are] = [topicsOf(before), topicsOf(after)];
  const moved = were.flatMap((topic, i) =>
    are[i] === topic ? [] : [`topic ${topic} → ${are[i] ?? 'none'}`],
  );
  if (moved.length > 0)
    return were.length === 1 && are.length === 1
      ? moved
      : [`${moved.join(', ')} (topics are only appended to the list)`];
  return were.slice(1).flatMap((topic, i) => {
    const changes = formatChanges(sourceOfTopic(before, i + 1), sourceOfTopic(after, i + 1));
    return changes.map((change) => `topic "${topic}": ${change}`);
  });
}

/** Records that are there already are read again after a rewind: they must mean what they meant. */
function formatChanges({ format: before, fields }: EventSource, { format: after }: EventSource): string[] {
  const reasons: string[] = [];
  const bySchema = ({ encoding, schema }: RecordFormat) =>
    encoding === 'json' ? encoding : `${encoding} ${schema === null ? 'of a registry' : 'of a given schema'}`;
  if (bySchema(before) !== bySchema(after)) reasons.push(`format ${bySchema(before)} → ${bySchema(after)}`);
  else if (before.encoding === 'avro' && before.schema !== after.schema)
    reasons.push('another Avro schema, with which records of the old one cannot be read');
  for (const { name } of fields) {
    const origin = ({ paths, headers }: RecordFormat) =>
      headers[name] === undefined ? `path ${paths[name] ?? name}` : `header ${headers[name]}`;
    if (origin(before) !== origin(after))
      reasons.push(`field "${name}" ${origin(before)} → ${origin(after)}`);
  }
  return reasons;
}

function shownOption(value: string | null | readonly string[]): string {
  const text = typeof value === 'object' ? (value ?? []).join(', ') : value;
  return text === '' ? 'none' : text;
}

function refuseTaken(change: Change, desired: Project, others: readonly Project[]): Change {
  const source = desired.eventSources.find(({ name }) => name === change.name);
  if (source === undefined || change.refused !== undefined || change.kind === 'removed') return change;
  for (const project of others) {
    for (const other of project.eventSources) {
      const topic = topicsToMake(source).find((name) => topicsToMake(other).includes(name));
      const taken =
        other.table === source.table
          ? `table "${source.table}"`
          : topic === undefined
            ? null
            : `topic "${topic}"`;
      if (taken === null) continue;
      const owner = `event source "${other.name}" of project "${project.name}"`;
      return { ...change, refused: `${taken} is taken by ${owner}: choose another` };
    }
  }
  return change;
}

function refuseOutput(change: Change, desired: Project, others: readonly Project[]): Change {
  const view = desired.aggregationViews.find((candidate) => definitionName(candidate) === change.name);
  const refused = view === undefined || change.refused !== undefined ? null : refuseTakenOutput(view, others);
  return refused === null || change.kind === 'unchanged' ? change : { ...change, refused };
}

/** A changed meaning under the same version is refused. */
function refuseNewMeaning<V extends { readonly version: number }>(
  before: Project,
  after: Project,
  meaningIn: (view: V, project: Project) => Meaning,
): (old: V, fresh: V) => string | null {
  return (old, fresh) => {
    const differences = meaningDifferences(meaningIn(old, before), meaningIn(fresh, after));
    if (differences.length === 0) return null;
    return `its meaning changed under version ${old.version} (${differences.join('; ')}): declare it as version ${old.version + 1}`;
  };
}

function refuseAggregationChange(before: Project, after: Project) {
  const refuseMeaning = refuseNewMeaning<AggregationView>(before, after, (view, project) =>
    aggregationViewMeaning(view, entityOf(project, view), sourceOf(project, view)),
  );
  return (old: AggregationView, fresh: AggregationView) =>
    refuseMeaning(old, fresh) ?? refuseLonger(old, fresh);
}

/** What was written under the shorter duration is gone, or goes, before a reader stops to count on it. */
function refuseLonger(old: AggregationView, fresh: AggregationView): string | null {
  const remedy = `keep it (with batch.horizon and stream.retention as they were), or declare it as version ${old.version + 1}`;
  const [oldMs, freshMs] = [old.stream?.retentionMs ?? 0, fresh.stream?.retentionMs ?? 0];
  if (freshMs > oldMs) {
    return `stream retention ${formatDuration(oldMs)} → ${formatDuration(freshMs)}: rows older than ${formatDuration(oldMs)} are gone already; ${remedy}`;
  }
  const [oldHorizonMs, horizonMs] = [old.batch?.horizonMs ?? 0, fresh.batch?.horizonMs ?? 0];
  if (horizonMs <= oldHorizonMs) return null;
  return `batch horizon ${formatDuration(oldHorizonMs)} → ${formatDuration(horizonMs)}: values written before end ${formatDuration(oldHorizonMs)} after their cut; ${remedy}`;
}

function plannedWork(before: Project, desired: Project, changes: readonly Change[]): PlannedWork {
  const added = (what: DefinitionKind, definition: Definition) =>
    changes.some(
      (change) =>
        change.what === what && change.kind === 'added' && change.name === definitionName(definition),
    );
  const newSources = desired.eventSources.filter((source) => added('event source', source));
  const columns = desired.eventSources.flatMap((source) => {
    const known = before.eventSources.find(({ name }) => name === source.name)?.fields;
    const fresh =
      known === undefined
        ? []
        : source.fields.filter(({ name }) => !known.some((field) => field.name === name));
    return fresh.map(({ name, type }) => ({ table: source.table, column: name, type }));
  });
  return {
    tables: newSources.map(({ table }) => table),
    topics: [...addedSourceTopics(before, desired), ...addedOutputTopics(before, desired)],
    columns,
    materialize: [
      ...desired.aggregationViews.filter(
        (view) => (view.batch ?? view.schedule) !== null && added('aggregation view', view),
      ),
      ...desired.tableViews.filter((view) => added('table view', view)),
    ].map(definitionName),
  };
}

function addedSourceTopics(before: Project, desired: Project): PlannedWork['topics'] {
  return desired.eventSources.flatMap((source) => {
    const known = before.eventSources.find(({ name }) => name === source.name);
    const knownTopics = known === undefined ? [] : topicsOf(known);
    const topics = topicsOf(source)
      .filter((topic) => !knownTopics.includes(topic))
      .map((topic) => ({ topic, partitions: source.partitions }));
    const { rekey } = source;
    return rekey === undefined || known?.rekey !== undefined
      ? topics
      : [...topics, { topic: rekey.topic, partitions: rekey.partitions }];
  });
}
