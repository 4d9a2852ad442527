/** Which views a job makes values of, or takes them from, as OpenLineage events; of kinds that move no data there are none. */
import { basename, dirname } from 'node:path';
import type { Message } from '@forebay/contract';
import {
  type AggregationView,
  featuresOfVariant,
  findProject,
  LINEAGE_PRODUCER,
  type LineageDatasets,
  type LineagePlaces,
  type Project,
  type RegistrySnapshot,
  resolveFeatureService,
  type TableView,
  viewDatasets,
} from '@forebay/definitions';
import type { JobEvents, JobKind } from '@forebay/jobs';
import { type LineageEventType, type LineageSender, runEvent } from '@forebay/service-kit';

export interface JobLineageTerms {
  readonly sender: Pick<LineageSender, 'send'>;
  readonly namespace: string;
  readonly places: LineagePlaces;
  readonly applied: () => RegistrySnapshot | null;
  readonly clock: () => number;
  readonly onError: (error: unknown) => void;
}

interface Told {
  readonly kind: JobKind;
  readonly id: string;
  readonly view: string;
  readonly payload: object | null;
  readonly error?: string | null;
}

/** Nothing that goes wrong here reaches the job. */
export function jobLineage(terms: JobLineageTerms): Required<Pick<JobEvents, 'onStep' | 'onEnded'>> {
  const tell = (type: LineageEventType, { kind, id, view, payload, error = null }: Told) => {
    try {
      const where = whereOf(terms, payload);
      const datasets = where === null ? null : datasetsOf(kind, payload as object, where);
      if (datasets === null) return;
      const { namespace, sender, clock } = terms;
      const names = { job: `${kind} ${view}`, run: `${kind}/${id}` };
      sender.send(
        runEvent({
          type,
          namespace,
          ...names,
          atMs: clock(),
          producer: LINEAGE_PRODUCER,
          error,
          ...datasets,
        }),
      );
    } catch (thrown) {
      terms.onError(thrown);
    }
  };
  return {
    onStep: (step) => tell(step.isFirst ? 'START' : 'RUNNING', step),
    onEnded(ended) {
      if (ended.again) return;
      const type = { completed: 'COMPLETE', failed: 'FAIL', cancelled: 'ABORT' } as const;
      tell(type[ended.outcome], { ...ended, error: ended.error?.message ?? null });
    },
  };
}

interface Where {
  readonly applied: RegistrySnapshot;
  readonly project: Project;
  readonly places: LineagePlaces;
}

function whereOf({ applied: current, places }: JobLineageTerms, payload: object | null): Where | null {
  const applied = current();
  if (payload === null || applied === null) return null;
  const project = findProject(applied, (payload as { project: string }).project);
  return project === undefined ? null : { applied, project, places };
}

function datasetsOf(kind: JobKind, payload: object, where: Where): LineageDatasets | null {
  const { project, places } = where;
  switch (kind) {
    case 'materialize':
      return together(project, [payload as Message<'MaterializeJob'>], places);
    case 'backfill':
      return together(project, (payload as Message<'BackfillJob'>).views, places);
    case 'rebuild':
      return together(project, (payload as Message<'RebuildJob'>).views, places);
    case 'training_set':
      return trainingSetDatasets(payload as Message<'TrainingSetJob'>, where);
    default:
      return null;
  }
}

type NamedView = { readonly view: string; readonly version: number };

function together(project: Project, views: readonly NamedView[], places: LineagePlaces): LineageDatasets {
  const found = views
    .flatMap((named) => withValues(project, named))
    .map((view) => viewDatasets(project, view, places));
  const inputs = found.flatMap((each) => each.inputs);
  const distinct = new Map(inputs.map((input) => [`${input.namespace} ${input.name}`, input]));
  return { inputs: [...distinct.values()], outputs: found.flatMap((each) => each.outputs) };
}

function withValues(project: Project, { view: name, version }: NamedView): (AggregationView | TableView)[] {
  const all = [...project.aggregationViews, ...project.tableViews];
  return all.filter((view) => view.name === name && (version === 0 || view.version === version));
}

/** A training set recomputes: it reads what its views are made from. */
function trainingSetDatasets(
  { out, feature_service: service, variant, features }: Message<'TrainingSetJob'>,
  { applied, project, places }: Where,
): LineageDatasets {
  const named =
    service === ''
      ? features.map(({ view, version }) => ({ view, version }))
      : serviceViews(applied, project.name, service, variant);
  const output = { namespace: 'file', name: `${dirname(out)}/${basename(out)}` };
  return { inputs: together(project, named, places).inputs, outputs: [output] };
}

function serviceViews(
  applied: RegistrySnapshot,
  project: string,
  service: string,
  variant: string,
): NamedView[] {
  const found = resolveFeatureService(applied, project, service);
  return featuresOfVariant(found, variant === '' ? null : variant).map(({ view, version }) => ({
    view,
    version,
  }));
}

/** Both are told. */
export function withLineage(events: JobEvents, lineage: ReturnType<typeof jobLineage> | null): JobEvents {
  if (lineage === null) return events;
  return {
    ...events,
    onStep: lineage.onStep,
    onEnded(ended) {
      events.onEnded?.(ended);
      lineage.onEnded(ended);
    },
  };
}
