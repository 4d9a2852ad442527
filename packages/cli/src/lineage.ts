import type { DefinitionReference, Dependency } from '@forebay/definitions';

/** What a definition is made with, and what is made with it: each with what lies behind it, indented. */
export function lineageText(of: DefinitionReference, dependencies: readonly Dependency[]): string {
  const uses = lineage(of, 'on', dependencies);
  const usedBy = lineage(of, 'from', dependencies);
  const part = (title: string, lines: readonly string[]) =>
    [title, ...(lines.length === 0 ? ['  nothing'] : lines)].join('\n');
  return `${part('is made with', uses)}\n${part('is used by', usedBy)}`;
}

function lineage(
  of: DefinitionReference,
  toward: 'on' | 'from',
  dependencies: readonly Dependency[],
  depth = 1,
): string[] {
  const back = toward === 'on' ? 'from' : 'on';
  return dependencies
    .filter((each) => same(each[back], of))
    .flatMap((each) => {
      const features = each.features.length === 0 ? '' : `: ${each.features.join(', ')}`;
      const { kind, name } = each[toward];
      const line = `${'  '.repeat(depth)}${kind} ${name}${features}`;
      return [line, ...lineage(each[toward], toward, dependencies, depth + 1)];
    });
}

function same(a: DefinitionReference, b: DefinitionReference): boolean {
  return a.kind === b.kind && a.name === b.name;
}
