import type { AnyNode, Identifier, MemberExpression, Node, Pattern } from 'acorn';
import { BUILTINS, CONSTANTS, isRefusedMember } from './script-builtins';
import type { Scope } from './script-scope';

/** Makes the error that a node is refused with. */
export type Refuse = (node: Node, what: string) => Error;

/** The name of the built-in that an expression is, null when it is none. */
export function builtinName(node: AnyNode, scope: Scope): string | null {
  if (node.type !== 'Identifier' || scope.has(node.name)) return null;
  return Object.hasOwn(BUILTINS, node.name) ? node.name : null;
}

/** A name that is used as a value: a variable or a constant. */
export function checkName(node: Identifier, scope: Scope, refuse: Refuse): void {
  const { name } = node;
  if (scope.has(name) || CONSTANTS.has(name)) return;
  const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
  if (builtin === undefined) {
    const what = `"${name}" is neither a parameter nor a variable of the function`;
    throw refuse(node, `${what}; besides these it may use ${Object.keys(BUILTINS).join(', ')}`);
  }
  const example = builtin.members === undefined ? `${name}(…)` : `${name}.${builtin.members.at(-1)}(…)`;
  throw refuse(node, `"${name}" is not a value here; use it as in ${example}`);
}

/** A member of a built-in: a constant such as `Math.PI`, or, where it is called, a function. */
export function checkBuiltinMember(
  builtin: string,
  node: MemberExpression,
  called: boolean,
  refuse: Refuse,
): void {
  const name = memberName(node);
  const members = BUILTINS[builtin]?.members ?? [];
  const known = !node.computed && members.includes(name);
  if (known && called !== /^[A-Z0-9_]+$/.test(name)) return;
  const what = known ? `call ${builtin}.${name}(…)` : `there is no ${builtin}.${name} here`;
  throw refuse(node, `${what}; "${builtin}" has ${members.join(', ') || 'no members'}`);
}

/** A member by name of any other value. */
export function checkMemberName(node: MemberExpression, refuse: Refuse): void {
  if (node.property.type !== 'Identifier' || isRefusedMember(node.property.name))
    throw refuse(node.property, `".${memberName(node)}" is not allowed`);
}

/** What is assigned to: never a member by name, through which a function could keep something on a shared object. */
export function checkTarget(pattern: Pattern, refuse: Refuse): void {
  switch (pattern.type) {
    case 'MemberExpression':
      if (!pattern.computed)
        throw refuse(pattern, 'a property cannot be changed; use a variable, an array or a Map');
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) if (element !== null) checkTarget(element, refuse);
      break;
    case 'AssignmentPattern':
      checkTarget(pattern.left, refuse);
      break;
    case 'RestElement':
      checkTarget(pattern.argument, refuse);
      break;
    case 'Identifier':
    case 'ObjectPattern':
      break;
  }
}

function memberName({ property }: MemberExpression): string {
  return property.type === 'Identifier' || property.type === 'PrivateIdentifier' ? property.name : '[…]';
}
