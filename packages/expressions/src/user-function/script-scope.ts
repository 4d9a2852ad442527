import type { Pattern, Statement } from 'acorn';

/** The names that are declared in a block and in those around it. */
export class Scope {
  private readonly names = new Set<string>();

  constructor(private readonly outer: Scope | null) {}

  declare(names: readonly string[]): void {
    for (const name of names) this.names.add(name);
  }

  has(name: string): boolean {
    return this.names.has(name) || (this.outer?.has(name) ?? false);
  }
}

/** The names that the statements of one block declare; they hold in all of the block. */
export function declaredNames(statements: readonly Statement[]): string[] {
  return statements.flatMap((statement) => {
    if (statement.type === 'FunctionDeclaration') return [statement.id.name];
    if (statement.type !== 'VariableDeclaration') return [];
    return statement.declarations.flatMap(({ id }) => boundNames(id));
  });
}

/** The names that a pattern binds; patterns of objects are not part of user functions. */
export function boundNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : boundNames(element)));
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    case 'RestElement':
      return boundNames(pattern.argument);
    case 'ObjectPattern':
    case 'MemberExpression':
      return [];
  }
}
