/** Which views a job makes values of, or takes them from, as OpenLineage events; of kinds that move no data there are none. */
import { resolve } from 'node:path';
import type { Message } from '@forebay/contract';
import {
  featuresOfVariant,
  findProject,
  LINEAGE_PRODUCER,
  type LineageDatasets,
  type LineagePlaces,
  type Project,
  type RegistrySnapshot,
  resolveFeatureService,
  retiredDatasets,
  servedLogDatasets,
  trainingSetDatasets,
  valueDatasets,
} from '@forebay/definitions';
import type { JobEvents, JobKind } from '@forebay/jobs';
import { isObjectAddress } from '@forebay/object-store';
import { SERVED_VECTORS_TABLE } from '@forebay/offline-store';
import { type LineageEventType, runEvent } from '@forebay/service-kit';

export interface JobLineageTerms {
  readonly sender: { send(event: object): Promise<void> };
  readonly namespace: string;
  readonly places: LineagePlaces;
  readonly applied: () => RegistrySnapshot | null;
  readonly clock: () => number;
  readonly onError: (error: unknown) => void;
}

interface Told {
  readonly kind: JobKind;
  readonly id: string;
  readonly resumed: number;
  readonly view: string;
  readonly payload: object | null;
  readonly error?: string | null;
}

/** Nothing that goes wrong here reaches the job. */
export function jobLineage(terms: JobLineageTerms): Required<Pick<JobEvents, 'onStep' | 'onEnded'>> {
  const tell = async (type: LineageEventType, { kind, id, resumed, view, payload, error = null }: Told) => {
    try {
      const where = whereOf(terms, payload);
      const datasets = where === null ? null : datasetsOf(kind, payload as object, where);
      if (datasets === null) return;
      const { namespace, sender, clock } = terms;
      const names = {
        kind,
        job: `${kind} ${view}`,
        run: `${kind}/${id}${resumed === 0 ? '' : `/${resumed}`}`,
      };
      await sender.send(
        runEvent({
          type,
          namespace,
          ...names,
          processing: 'BATCH',
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
    async onEnded(ended) {
      if (ended.again) return;
      const type = { completed: 'COMPLETE', failed: 'FAIL', cancelled: 'ABORT' } as const;
      await tell(type[ended.outcome], { ...ended, error: ended.error?.message ?? null });
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
      return valueDatasets(project, [payload as Message<'MaterializeJob'>], places);
    case 'backfill':
      return valueDatasets(project, (payload as Message<'BackfillJob'>).views, places);
    case 'rebuild':
      return valueDatasets(project, (payload as Message<'RebuildJob'>).views, places);
    case 'training_set':
      return datasetsOfTrainingSet(payload as Message<'TrainingSetJob'>, where);
    case 'retire':
      return retiredDatasets(project, payload as Message<'RetireJob'>, places);
    default:
      return null;
  }
}

function datasetsOfTrainingSet(
  { out, feature_service: service, variant, features, from_served_log: isServed }: Message<'TrainingSetJob'>,
  { applied, project, places }: Where,
): LineageDatasets {
  const path = isObjectAddress(out) ? out : resolve(out);
  if (isServed) return servedLogDatasets(SERVED_VECTORS_TABLE, path, places);
  const named = service === '' ? features : serviceViews(applied, project.name, service, variant);
  return trainingSetDatasets(project, named, path, places);
}

function serviceViews(
  applied: RegistrySnapshot,
  project: string,
  service: string,
  variant: string,
): readonly { readonly view: string; readonly version: number }[] {
  const found = resolveFeatureService(applied, project, service);
  return featuresOfVariant(found, variant === '' ? null : variant);
}

/** Both are told. */
export function withLineage(events: JobEvents, lineage: ReturnType<typeof jobLineage> | null): JobEvents {
  if (lineage === null) return events;
  return {
    ...events,
    onStep: lineage.onStep,
    async onEnded(ended) {
      await events.onEnded?.(ended);
      await lineage.onEnded(ended);
    },
  };
}
