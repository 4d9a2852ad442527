import { ForebayError } from '@forebay/contract';
import {
  type DefinitionKind,
  definitionName,
  definitionsOf,
  type KindedDefinition,
  type Project,
} from '@forebay/definitions';
import { nearestName } from '@forebay/service-kit';

/** What `--kind` may say. */
export const KIND_OPTIONS = {
  entity: ['entity'],
  'event-source': ['event source'],
  'table-source': ['table source'],
  view: ['aggregation view', 'table view', 'on-demand view'],
  function: ['function'],
  'feature-service': ['feature service'],
} as const satisfies Record<string, readonly DefinitionKind[]>;

export type KindOption = keyof typeof KIND_OPTIONS;

/**
 * A definition by name, or `name@version`; without a version the newest.
 * Throws `not_found` with the nearest name, or `invalid_request` where definitions of several kinds have the name.
 */
export function findDefinition(
  project: Project,
  reference: string,
  kind: KindOption | undefined,
): KindedDefinition {
  const kinds: readonly DefinitionKind[] | undefined = kind === undefined ? undefined : KIND_OPTIONS[kind];
  const all = definitionsOf(project).filter((each) => kinds?.includes(each.kind) ?? true);
  const named = all.filter(
    ({ definition }) => definitionName(definition) === reference || definition.name === reference,
  );
  const [first, ...others] = newestOfEachKind(named);
  if (first !== undefined && others.length === 0) return first;
  if (first === undefined) throw notFound(all, reference, project);
  const choices = [first, ...others].map((each) => `--kind ${optionOf(each.kind)}`).join(', ');
  throw new ForebayError(
    'invalid_request',
    `several definitions of project "${project.name}" are named "${reference}": choose one with ${choices}`,
  );
}

function newestOfEachKind(definitions: readonly KindedDefinition[]): KindedDefinition[] {
  const newest = new Map<KindOption, KindedDefinition>();
  for (const each of definitions) {
    const known = newest.get(optionOf(each.kind));
    if (known === undefined || versionOf(known) < versionOf(each)) newest.set(optionOf(each.kind), each);
  }
  return [...newest.values()];
}

function versionOf({ definition }: KindedDefinition): number {
  return 'version' in definition ? definition.version : 1;
}

function optionOf(kind: DefinitionKind): KindOption {
  const options = Object.keys(KIND_OPTIONS) as KindOption[];
  return options.find((option) => (KIND_OPTIONS[option] as readonly string[]).includes(kind)) as KindOption;
}

function notFound(all: readonly KindedDefinition[], reference: string, project: Project): ForebayError {
  const names = all.flatMap(({ definition }) => [definition.name, definitionName(definition)]);
  const nearest = nearestName(reference, names);
  const remedy = nearest === null ? '"forebay list" shows what there is' : `did you mean "${nearest}"?`;
  return new ForebayError(
    'not_found',
    `no definition "${reference}" in project "${project.name}": ${remedy}`,
  );
}
