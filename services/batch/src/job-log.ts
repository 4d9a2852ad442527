/** What the service says of jobs: metrics and lines of the log. */
import { formatDuration, formatInstant, type Message } from '@forebay/contract';
import type { JobEvents } from '@forebay/jobs';
import { DISTANCES } from '@forebay/profiles';
import { type Instruments, inTraceOf, type Logger } from '@forebay/service-kit';

type Ended = Parameters<NonNullable<JobEvents['onEnded']>>[0];

export function jobLog(instruments: Instruments, logger: Logger): JobEvents {
  return {
    onError: (error) => logger.warn({ err: error }, 'queue'),
    onEnded(ended) {
      const { kind, outcome, seconds } = ended;
      instruments.counter('forebay_jobs_total').add({ job: kind, outcome });
      instruments.histogram('forebay_job_duration_seconds').record({ job: kind }, seconds);
      inTraceOf(`${kind}/${ended.id}`, () => {
        if (ended.result === null) sayFailure(logger, ended);
        else RESULTS[kind](instruments, logger, ended);
      });
    },
    onChunk: (kind, outcome) => instruments.counter('forebay_job_chunks_total').add({ job: kind, outcome }),
    onTakenOver(queue, id) {
      instruments.counter('forebay_jobs_total').add({ job: queue, outcome: 'stalled' });
      logger.warn(`${queue}/${id} is taken over: its worker has died, or did not answer`);
    },
  };
}

function sayFailure(logger: Logger, { kind, id, view, outcome, error, again }: Ended): void {
  const what = `job ${kind}/${id} of ${view}`;
  const next = again ? '; it is tried again' : '';
  if (outcome === 'cancelled') logger.info(`${what}: ${error?.message}`);
  // something is to be done first, such as loading history: no fault of the service
  else if (error?.reason === 'failed_precondition') logger.warn(`${what}: ${error.message}`);
  else logger.error({ err: error }, `${what} failed${next}`);
}

type SayResult = (instruments: Instruments, logger: Logger, ended: Ended) => void;

const RESULTS = {
  materialize(instruments, logger, { view, seconds, result }) {
    const { cut_ms: cutMs, values_written: values, warnings } = result as Message<'MaterializeResult'>;
    const labels = labelsOf(view);
    instruments.counter('forebay_materialize_values_total').add(labels, values);
    instruments.histogram('forebay_materialize_duration_seconds').record(labels, seconds);
    for (const warning of warnings) logger.warn(warning);
    logger.info({ ...result }, `materialized ${view} up to ${formatInstant(cutMs)}: ${values} values`);
  },
  backfill(instruments, logger, { view, result }) {
    const { views, events_staged: events, duration_ms: durationMs } = result as Message<'BackfillResult'>;
    for (const { view: name, result: made } of views) {
      const project = view.slice(0, view.indexOf('.'));
      instruments
        .counter('forebay_materialize_values_total')
        .add({ project, view: name }, made?.values_written ?? 0);
      for (const warning of made?.warnings ?? []) logger.warn(warning);
    }
    logger.info(
      { ...result },
      `backfilled ${view}: ${events} events staged, in ${formatDuration(durationMs)}`,
    );
  },
  rebuild(_, logger, { view, result }) {
    const { duration_ms: durationMs } = result as Message<'RebuildResult'>;
    logger.info({ ...result }, `rebuilt ${view} in ${formatDuration(durationMs)}`);
  },
  training_set(_, logger, { view, result }) {
    const { rows, files, warnings } = result as Message<'TrainingSetResult'>;
    for (const warning of warnings) logger.warn(warning);
    logger.info({ ...result }, `training set ${view}: ${rows} rows in ${files} files`);
  },
  verify(instruments, logger, { view, result }) {
    const found = result as Message<'VerifyResult'>;
    const { values_compared: compared, values_different: different } = found;
    const verified = instruments.counter('forebay_verified_values_total');
    const outcomes = {
      same: compared - different,
      different,
      degraded: found.values_degraded,
      late: found.values_late,
    };
    for (const [outcome, values] of Object.entries(outcomes))
      verified.add({ ...labelsOf(view), outcome }, values);
    const what = `verified ${view}: ${found.entities} entities, ${compared} values compared, ${different} differ`;
    const { features, differences } = found;
    if (different === 0) logger.info(what);
    else logger.error({ features, differences }, `${what}; see table _forebay_differences`);
  },
  verify_served(instruments, logger, { view, result }) {
    const { rows, features, differences, retired } = result as Message<'VerifyServedResult'>;
    const { project } = labelsOf(view);
    const verified = instruments.counter('forebay_served_verified_values_total');
    const skew = instruments.gauge('forebay_served_skew_ratio');
    for (const { view: name, feature, compared, different, in_flight, late, degraded } of features) {
      const labels = { project, view: name };
      const same = compared - different;
      for (const [outcome, values] of Object.entries({ same, different, in_flight, late, degraded }))
        verified.add({ ...labels, outcome }, values);
      if (compared > 0) skew.set({ ...labels, feature }, different / compared);
    }
    for (const name of retired)
      logger.warn(`view "${name}" was served, and is not in the registry any more: it is not verified`);
    const different = features.reduce((sum, feature) => sum + feature.different, 0);
    const what = `verified ${view}: ${rows} rows, ${different} values differ`;
    if (different === 0) logger.info(what);
    else logger.error({ differences }, `${what}; see table _forebay_served_differences`);
  },
  profile(instruments, logger, { view, result }) {
    const { profile, baseline, rows, drift, warnings } = result as Message<'ProfileResult'>;
    const project = view.slice(0, view.indexOf(':'));
    const gauge = instruments.gauge('forebay_profile_drift');
    for (const each of drift) {
      if (each.state === 'unknown') continue;
      for (const distance of DISTANCES)
        gauge.set({ project, view: each.view, feature: each.feature, distance }, each[distance]);
    }
    for (const warning of warnings) logger.warn(warning);
    const drifted = drift.filter(({ state }) => state === 'drifted');
    if (drifted.length > 0)
      logger.warn(
        `${drifted.map(({ feature }) => feature).join(', ')} of project ${project} drifted from profile "${baseline}"`,
      );
    logger.info({ profile, baseline, rows, drifted: drifted.length }, `profiled ${view}: ${rows} rows`);
  },
  erase(_, logger, { view, result }) {
    const { places, warnings, key_hash: keyHash, ...rest } = result as Message<'EraseResult'>;
    for (const warning of warnings) logger.error(warning);
    logger.info({ ...rest, keyHash }, `audit: erased ${view}: ${sumOfFound(places)} rows and values`);
  },
  retire(_, logger, { view, result }) {
    const { bytes_freed: bytes } = result as Message<'RetireResult'>;
    logger.info({ ...result }, `audit: retired ${view}: ${bytes} bytes are free`);
  },
} as const satisfies Record<Ended['kind'], SayResult>;

function sumOfFound(places: readonly Message<'ErasedPlace'>[]): number {
  return places.reduce((sum, { found }) => sum + found, 0);
}

/** Of `project.view@version`, or of `project: what`, which is of no view. */
export function labelsOf(name: string): { project: string; view: string } {
  const colon = name.indexOf(': ');
  if (colon >= 0) return { project: name.slice(0, colon), view: '' };
  const dot = name.indexOf('.');
  return { project: name.slice(0, dot), view: name.slice(dot + 1) };
}
