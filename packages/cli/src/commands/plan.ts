import { ForebayError } from '@forebay/contract';
import { assertApplicable, hasChanges, planChanges } from '@forebay/definitions';
import { createMetaTables } from '@forebay/offline-store';
import { recordedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { loadProject } from '../definition-file';
import { describePlan } from '../describe-plan';
import { EXIT, type ExitCode } from '../exit-codes';

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
  await createMetaTables(await servers.offline());
  const plan = planChanges(await recordedRegistry(servers), project);
  const refusal = refusalOf(() =>
    assertApplicable(plan, { allowDestructive: options.allowDestructive ?? false }),
  );
  output.result(
    { ...plan, hasChanges: hasChanges(plan), refused: refusal?.message ?? null },
    describePlan(plan),
  );
  if (refusal === null) return EXIT.ok;
  output.error(refusal);
  return EXIT.refused;
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
