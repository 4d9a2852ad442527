import { ForebayError } from '@forebay/contract';
import {
  assertApplicable,
  definitionName,
  hasChanges,
  type Project,
  planChanges,
} from '@forebay/definitions';
import { lastRunDurations, scheduleWarning } from '@forebay/offline-store';
import { recordedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { loadProject } from '../definition-file';
import { describePlan } from '../describe-plan';
import { EXIT, type ExitCode } from '../exit-codes';
import { tableSourceWarnings } from '../table-source-warnings';

export interface PlanOptions {
  readonly allowDestructive?: boolean;
}

/** Shows what apply would do, and whether it would refuse. */
export async function planCommand(
  { servers, output }: CommandContext,
  file: string,
  options: PlanOptions,
): Promise<ExitCode> {
  const project = await loadProject(file);
  const plan = planChanges(await recordedRegistry(servers), project);
  const refusal = refusalOf(() =>
    assertApplicable(plan, { allowDestructive: options.allowDestructive ?? false }),
  );
  output.result(
    { ...plan, hasChanges: hasChanges(plan), refused: refusal?.message ?? null },
    describePlan(plan),
  );
  const offline = await servers.offline();
  const durations = await lastRunDurations(offline);
  for (const warning of scheduleWarnings(project, durations)) output.warning(warning);
  for (const warning of await tableSourceWarnings(offline, project)) output.warning(warning);
  if (refusal === null) return EXIT.ok;
  output.error(refusal);
  return EXIT.refused;
}

/** Views whose runs take longer than their schedules give them, judged by the last run of each. */
function scheduleWarnings(project: Project, durations: ReadonlyMap<string, number>): string[] {
  return [...project.aggregationViews, ...project.tableViews].flatMap((view) => {
    const warning = scheduleWarning(view, durations.get(`${project.name}.${definitionName(view)}`));
    return warning === null ? [] : [warning];
  });
}

function refusalOf(check: () => void): ForebayError | null {
  try {
    check();
    return null;
  } catch (thrown) {
    return withRemedy(ForebayError.from(thrown));
  }
}

/** Says which option allows what was not allowed. */
export function withRemedy(refusal: ForebayError): ForebayError {
  if (refusal.reason !== 'destructive_change') return refusal;
  return new ForebayError(refusal.reason, `${refusal.message}\n  to apply them: --allow-destructive`);
}
