import { assertApplicable, type Change, hasChanges, type Plan, planChanges } from '@forebay/definitions';
import { createMetaTables } from '@forebay/offline-store';
import type { CommandContext } from '../context';
import { loadProject } from '../definition-file';
import { currentRegistry } from '../registry';

const SIGNS: Readonly<Record<Change['kind'], string>> = { added: '+', removed: '-', changed: '~', unchanged: ' ' };

/** Shows what apply would do. Throws, after showing it, what apply would throw. */
export async function planCommand(context: CommandContext, file: string, options: { allowDestructive?: boolean }): Promise<void> {
  const project = await loadProject(file);
  await createMetaTables(await context.offline());
  const { snapshot } = await currentRegistry(context);
  const plan = planChanges(snapshot, project);
  context.output.result(plan, describePlan(plan));
  assertApplicable(plan, { allowDestructive: options.allowDestructive ?? false });
}

export function describePlan(plan: Plan): string {
  if (!hasChanges(plan)) return `project "${plan.project}": no changes`;
  const lines = [`project "${plan.project}"`];
  for (const change of plan.changes.filter((candidate) => candidate.kind !== 'unchanged')) {
    lines.push(`  ${SIGNS[change.kind]} ${change.what} ${change.name}${change.destructive ? '  (destructive)' : ''}`);
    for (const detail of change.details) lines.push(`      ${detail}`);
    if (change.refused !== undefined) lines.push(`      refused: ${change.refused}`);
  }
  const { tables, topics, columns, materialize } = plan.work;
  if (tables.length > 0) lines.push(`  creates tables: ${tables.join(', ')}`);
  if (topics.length > 0) lines.push(`  creates topics where they do not exist: ${topics.map(({ topic, partitions }) => `${topic} (${partitions} partitions)`).join(', ')}`);
  for (const { table, column, type } of columns) lines.push(`  adds column ${column} ${type} to table ${table}`);
  if (materialize.length > 0) lines.push(`  to be materialized: ${materialize.join(', ')}`);
  return lines.join('\n');
}
