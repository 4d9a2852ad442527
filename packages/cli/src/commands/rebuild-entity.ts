/** Makes the values of one entity anew: the batch service does it, from the archive. */
import { ForebayError } from '@forebay/contract';
import { chooseProject, recordedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { queueAndFollow } from '../follow-job';
import { readableDuration } from '../readable';
import { chooseRebuilt } from '../rebuild-views';
import { userName } from '../user-name';
import type { RebuildOptions } from './rebuild';

export interface RebuildEntityOptions extends RebuildOptions {
  readonly key: Readonly<Record<string, readonly string[]>>;
}

const DEFAULT_TIMEOUT_MS = 600_000;

export async function rebuildEntityCommand(
  { servers, output }: CommandContext,
  views: readonly string[],
  { key, wait, timeout, project: named }: RebuildEntityOptions,
): Promise<ExitCode> {
  const snapshot = await recordedRegistry(servers);
  if (snapshot === null)
    throw new ForebayError('failed_precondition', 'nothing is applied yet: run "forebay apply FILE" first');
  const project = chooseProject(snapshot, named);
  const { streamed, materialized } = chooseRebuilt(snapshot, project, { views, source: null, all: false });
  const chosen = [...new Set([...streamed.map(({ view }) => view), ...materialized])];
  const payload = {
    project: project.name,
    views: chosen.map(({ name: view, version }) => ({ view, version })),
    keys: Object.entries(key).flatMap(([name, values]) => values.map((value) => ({ name, value }))),
    requested_by: userName(),
  };
  const { job, result } = await queueAndFollow({ servers, output }, 'rebuild', payload, {
    wait,
    timeoutMs: timeout ?? DEFAULT_TIMEOUT_MS,
    doing: 'rebuilding',
  });
  if (result === null) {
    output.result({ job }, `queued as job ${job}`);
    return EXIT.ok;
  }
  const { entities, duration_ms: durationMs } = result;
  const rows = entities.map(({ view, values }) => [view, values === 0 ? 'it has no value' : String(values)]);
  output.result(
    { job, entities, seconds: durationMs / 1_000 },
    `${output.table(['view', 'values'], rows)}\nin ${readableDuration(durationMs)}`,
  );
  return EXIT.ok;
}
