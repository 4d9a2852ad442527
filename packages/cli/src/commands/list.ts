import { resolveProject } from '@forebay/definitions';
import { publishedRegistry } from '../applied-registry';
import { catalogueText } from '../catalogue';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';

export interface ListOptions {
  readonly project?: string;
}

/** Everything that is applied, by kind: of one project, or of all. */
export async function listCommand(
  { servers, output }: CommandContext,
  options: ListOptions,
): Promise<ExitCode> {
  const registry = await publishedRegistry(servers);
  const projects =
    options.project === undefined ? registry.projects : [resolveProject(registry, options.project)];
  const { version, appliedAtMs, appliedBy } = registry;
  output.result(
    { version, appliedAtMs, appliedBy, projects },
    projects.map((project) => catalogueText(project, output)).join('\n\n') || 'no project is applied',
  );
  return EXIT.ok;
}
