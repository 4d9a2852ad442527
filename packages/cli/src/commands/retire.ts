/** Takes a version of a view out of the registry, and has removed what is stored of it. */
import { ForebayError } from '@forebay/contract';
import { encodeRegistry, retireView } from '@forebay/definitions';
import { appendRegistry } from '@forebay/offline-store';
import { chooseProject, recordedRegistry } from '../applied-registry';
import { publishSnapshot } from '../apply-project';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { queueAndFollow } from '../follow-job';
import { readableBytes, readableDuration } from '../readable';
import { userName } from '../user-name';

export interface RetireOptions {
  readonly project?: string;
  readonly yes?: boolean;
  readonly wait: boolean;
  readonly timeout?: number;
}

const DEFAULT_TIMEOUT_MS = 3_600_000;

export async function retireCommand(
  { servers, output }: CommandContext,
  view: string,
  { yes, wait, timeout, project: named }: RetireOptions,
): Promise<ExitCode> {
  const current = await recordedRegistry(servers);
  if (current === null)
    throw new ForebayError('failed_precondition', 'nothing is applied yet: run "forebay apply FILE" first');
  const project = chooseProject(current, named);
  const appliedBy = userName();
  const { snapshot, views } = retireView(current, project.name, view, { nowMs: Date.now(), appliedBy });
  if (yes !== true) {
    output.warning(
      `view "${view}" of project "${project.name}" would be taken out of the registry for ever, and what is stored of it removed; --yes does it`,
    );
    return EXIT.refused;
  }
  const offline = await servers.offline();
  if (snapshot !== current)
    await appendRegistry(offline, {
      version: snapshot.version,
      appliedAtMs: snapshot.appliedAtMs,
      author: appliedBy,
      project: project.name,
      snapshot: encodeRegistry(snapshot),
      summary: `view "${view}" is retired`,
    });
  await publishSnapshot(servers, snapshot);
  const results = [];
  for (const { name, version, id } of views) {
    const { job, result } = await queueAndFollow(
      { servers, output },
      'retire',
      { project: project.name, view: name, version, view_id: id, requested_by: appliedBy },
      {
        wait,
        timeoutMs: timeout ?? DEFAULT_TIMEOUT_MS,
        doing: 'waiting until every writer knows, and removing',
      },
    );
    results.push({ job, ...result });
  }
  const places = results.flatMap((result) => result.places ?? []);
  const freed = results.reduce((sum, result) => sum + (result.bytes_freed ?? 0), 0);
  const durationMs = results.reduce((sum, result) => sum + (result.duration_ms ?? 0), 0);
  const text = wait
    ? `${output.table(
        ['where', 'what', 'removed', 'bytes'],
        places.map(({ store, place, removed, bytes }) => [
          store,
          place,
          String(removed),
          readableBytes(bytes),
        ]),
      )}\n${readableBytes(freed)} are free, in ${readableDuration(durationMs)}`
    : results.map(({ job }) => `queued as job ${job}`).join('\n');
  output.result({ view, jobs: results.map(({ job }) => job), places, bytes_freed: freed }, text);
  return EXIT.ok;
}
