import { definitionName, dependenciesOf } from '@forebay/definitions';
import { chooseProject, publishedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { definitionText } from '../describe-definition';
import { EXIT, type ExitCode } from '../exit-codes';
import { findDefinition, type KindOption } from '../find-definition';
import { lineageText } from '../lineage';

export interface DescribeOptions {
  readonly kind?: KindOption;
  readonly project?: string;
}

/** One definition in full, and what depends on what. */
export async function describeCommand(
  { servers, output }: CommandContext,
  reference: string,
  options: DescribeOptions,
): Promise<ExitCode> {
  const project = chooseProject(await publishedRegistry(servers), options.project);
  const found = findDefinition(project, reference, options.kind);
  const { kind, definition } = found;
  const of = { kind, name: definitionName(definition) };
  const dependencies = dependenciesOf(project);
  const direct = (back: 'from' | 'on', toward: 'from' | 'on') =>
    dependencies
      .filter((each) => each[back].kind === of.kind && each[back].name === of.name)
      .map((each) => ({ ...each[toward], features: each.features }));
  output.result(
    { project: project.name, kind, definition, uses: direct('from', 'on'), usedBy: direct('on', 'from') },
    `${definitionText(found, output)}\n${lineageText(of, dependencies)}`,
  );
  return EXIT.ok;
}
