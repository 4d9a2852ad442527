/** Verifying 100,000 users × ten windowed features: what is online beside what ClickHouse recomputes. */
import { definitionName } from '@forebay/definitions';
import type { BenchCase } from '../report';
import { until } from '../support/until';
import { PROJECT, WINDOWED_VIEW } from './declared';
import type { BatchInstallation } from './installation';

const VERIFIED = 100_000;
const WITHIN_MS = 900_000;
const FIRST_WITHIN_MS = 60_000;
const LOOK_MS = 500;
const SECOND_MS = 1_000;

export async function verifyCases(installation: BatchInstallation): Promise<BenchCase[]> {
  const { servers, size, project } = installation;
  const view = project.aggregationViews.find(({ name }) => name === WINDOWED_VIEW)!;
  await installation.worker();
  await installation.start(['stream']);
  await installation.materialize(definitionName(view));
  const queue = await servers.queue();
  const verify = async (share: number) => {
    const { name, version } = view;
    const job = await queue.add('verify', {
      project: PROJECT,
      view: name,
      version,
      share,
      requested_by: 'bench',
    });
    return job.finished({ timeoutMs: WITHIN_MS });
  };
  const isExact = async () => (await verify(Math.min(1, SECOND_MS / size.entities))).values_degraded === 0;
  await until('values that are exact', isExact, { everyMs: LOOK_MS, deadlineMs: FIRST_WITHIN_MS });
  const result = await verify(Math.min(1, VERIFIED / size.entities));
  const {
    entities,
    values_compared: compared,
    values_different: different,
    duration_ms: durationMs,
  } = result;
  const seconds = durationMs / SECOND_MS;
  return [
    { case: 'verify: entities', value: entities, unit: 'of ten features', target: null },
    { case: 'verify', value: seconds, unit: 's', target: null },
    { case: 'verify: rate', value: compared / seconds, unit: 'values/s', target: null },
    { case: 'verify: values that differ', value: different, unit: 'values', target: { atMost: 0 } },
  ];
}
