import { type Change, hasChanges, type Plan, type PlannedWork } from '@forebay/definitions';

const SIGNS: Readonly<Record<Change['kind'], string>> = {
  added: '+',
  removed: '-',
  changed: '~',
  unchanged: ' ',
};

/** A plan for people: what changes, what will be done, what is refused. */
export function describePlan(plan: Plan): string {
  const title = `project "${plan.project}"`;
  if (!hasChanges(plan)) return `${title}: no changes`;
  const changes = plan.changes.filter(({ kind }) => kind !== 'unchanged').flatMap(linesOfChange);
  return [title, ...changes, ...linesOfWork(plan.work)].join('\n');
}

function linesOfChange({ kind, what, name, details, refused, destructive }: Change): string[] {
  const mark = destructive === true ? '  (destructive: stored values become unreachable)' : '';
  return [
    `  ${SIGNS[kind]} ${what} ${name}${mark}`,
    ...details.map((detail) => `      ${detail}`),
    ...(refused === undefined ? [] : [`      refused: ${refused}`]),
  ];
}

function linesOfWork({ tables, topics, columns, materialize }: PlannedWork): string[] {
  const lines: string[] = [];
  if (tables.length > 0) lines.push(`  tables to create: ${tables.join(', ')}`);
  if (topics.length > 0) {
    const names = topics.map(({ topic, partitions }) => `${topic} (${partitions} partitions)`);
    lines.push(`  topics to create where there are none: ${names.join(', ')}`);
  }
  for (const { table, column, type } of columns)
    lines.push(`  column to add to table ${table}: ${column} ${type} (null in the events that it holds)`);
  if (materialize.length > 0) lines.push(`  views to materialize afterwards: ${materialize.join(', ')}`);
  return lines;
}
