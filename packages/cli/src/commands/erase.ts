/** Removes one entity from everywhere: the batch service does it, and reports. */
import { writeFile } from 'node:fs/promises';
import { ForebayError } from '@forebay/contract';
import { chooseProject, recordedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { erasureText } from '../erasure-text';
import { EXIT, type ExitCode } from '../exit-codes';
import { queueAndFollow } from '../follow-job';
import { userName } from '../user-name';

export interface EraseOptions {
  readonly project?: string;
  readonly key: Readonly<Record<string, readonly string[]>>;
  readonly reason?: string;
  readonly export?: readonly string[];
  readonly report?: string;
  readonly yes?: boolean;
  readonly wait: boolean;
  readonly timeout?: number;
}

const DEFAULT_TIMEOUT_MS = 3_600_000;

export async function eraseCommand(
  { servers, output }: CommandContext,
  entity: string,
  { key, reason, export: exports = [], report, yes, wait, timeout, project: named }: EraseOptions,
): Promise<ExitCode> {
  const snapshot = await recordedRegistry(servers);
  if (snapshot === null)
    throw new ForebayError('failed_precondition', 'nothing is applied yet: run "forebay apply FILE" first');
  const project = chooseProject(snapshot, named);
  const keys = Object.entries(key).flatMap(([name, values]) => values.map((value) => ({ name, value })));
  const label = `${entity} ${keys.map(({ name, value }) => `${name}=${value}`).join(' ')} of project "${project.name}"`;
  if (yes !== true) {
    output.warning(
      `${label}: its values, its events, what was served of it and what became of that would be removed for ever; --yes does it`,
    );
    return EXIT.refused;
  }
  const payload = {
    project: project.name,
    entity,
    keys,
    reason: reason ?? '',
    exports: [...exports],
    requested_by: userName(),
  };
  const { job, result } = await queueAndFollow({ servers, output }, 'erase', payload, {
    wait,
    timeoutMs: timeout ?? DEFAULT_TIMEOUT_MS,
    doing: 'erasing',
  });
  if (result === null) {
    output.result({ job }, `queued as job ${job}`);
    return EXIT.ok;
  }
  if (report !== undefined) await writeFile(report, `${JSON.stringify(result, null, 2)}\n`);
  output.result({ job, ...result }, erasureText(result, output));
  for (const warning of result.warnings) output.warning(warning);
  return result.warnings.length > 0 ? EXIT.failure : EXIT.ok;
}
