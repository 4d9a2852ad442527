import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { findingsOf } from '../status/health';
import { isComplete, readStatus } from '../status/read-status';
import { statusText } from '../status/status-text';

export interface StatusOptions {
  /** Whether the exit code tells that anything is wrong, not only that a server does not answer. */
  readonly check?: boolean;
  readonly partitions?: boolean;
}

export async function statusCommand(
  { servers, output }: CommandContext,
  { check = false, partitions = false }: StatusOptions,
): Promise<ExitCode> {
  const status = await readStatus(servers, Date.now);
  const findings = findingsOf(status);
  output.result({ ...status, findings }, statusText(status, output, { partitions }));
  if (check) return findings.length === 0 ? EXIT.ok : EXIT.failure;
  return isComplete(status) ? EXIT.ok : EXIT.failure;
}
