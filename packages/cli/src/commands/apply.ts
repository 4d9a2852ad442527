import { ForebayError } from '@forebay/contract';
import { type LineagePlaces, projectDatasets } from '@forebay/definitions';
import { type AppliedProject, applyProject } from '../apply-project';
import type { CommandContext } from '../context';
import { loadProject } from '../definition-file';
import { describePlan } from '../describe-plan';
import { EXIT, type ExitCode } from '../exit-codes';
import { withLineage } from '../run-lineage';
import { tableSourceWarnings } from '../table-source-warnings';
import { userName } from '../user-name';
import { withRemedy } from './plan';

export interface ApplyOptions {
  readonly allowDestructive?: boolean;
}

export async function applyCommand(
  context: CommandContext,
  file: string,
  options: ApplyOptions,
): Promise<ExitCode> {
  const { servers, output } = context;
  const project = await loadProject(file);
  let applied: AppliedProject;
  try {
    const datasets = (places: LineagePlaces) => projectDatasets(project, places);
    applied = await withLineage(context, { kind: 'apply', name: project.name, datasets }, () =>
      applyProject(servers, project, {
        appliedBy: userName(),
        allowDestructive: options.allowDestructive ?? false,
        clock: Date.now,
      }),
    );
  } catch (thrown) {
    // The file is compiled: from here on these reasons mean a refused plan.
    const error = ForebayError.from(thrown);
    if (error.reason !== 'invalid_definition' && error.reason !== 'destructive_change') throw error;
    output.error(withRemedy(error));
    return EXIT.refused;
  }
  const { plan, snapshot, changed, republished } = applied;
  output.result(
    { project: project.name, version: snapshot.version, changed, republished, plan },
    describeApplied(applied, describePlan(plan)),
  );
  for (const warning of await tableSourceWarnings(await servers.offline(), project)) output.warning(warning);
  return EXIT.ok;
}

function describeApplied({ snapshot, changed, republished }: AppliedProject, plan: string): string {
  if (changed) return `${plan}\napplied: registry version ${snapshot.version}`;
  const again = republished ? '; redis had lost it, and has it again' : '';
  return `${plan} (registry version ${snapshot.version}${again})`;
}
