import type {
  AnyNode,
  ArrowFunctionExpression,
  CallExpression,
  ForOfStatement,
  ForStatement,
  FunctionDeclaration,
  FunctionExpression,
  MemberExpression,
  NewExpression,
  Node,
  Pattern,
  Property,
  Statement,
} from 'acorn';
import { BUILTINS, isRefusedMember } from './script-builtins';
import { RESERVED, type ScriptEdits } from './script-edits';
import {
  builtinName,
  checkBuiltinMember,
  checkMemberName,
  checkName,
  checkTarget,
  type Refuse,
} from './script-members';
import { boundNames, declaredNames, Scope } from './script-scope';

export type AnyFunction = ArrowFunctionExpression | FunctionExpression | FunctionDeclaration;

/** Nodes that mean nothing by themselves: what they contain is checked. */
const PLAIN: ReadonlySet<string> = new Set([
  ...['Literal', 'TemplateLiteral', 'TemplateElement', 'ArrayExpression', 'ObjectExpression'],
  ...['SpreadElement', 'LogicalExpression', 'ConditionalExpression', 'SequenceExpression'],
  ...['ArrayPattern', 'AssignmentPattern', 'RestElement', 'VariableDeclarator'],
  ...['ExpressionStatement', 'EmptyStatement', 'ReturnStatement', 'IfStatement', 'SwitchCase'],
  ...['BreakStatement', 'ContinueStatement'],
]);

const REFUSED_OPERATORS: ReadonlySet<string> = new Set(['delete', 'in', 'instanceof']);

/**
 * Checks that a function uses nothing but its parameters, its own variables and the built-ins, and keeps nothing from
 * call to call; notes the places where the compiled script checks at run time. Throws what `refuse` makes of the first
 * node that is not allowed.
 */
export function checkScript(root: AnyFunction, edits: ScriptEdits, refuse: Refuse): void {
  new ScriptChecker(edits, refuse).function(root, new Scope(null));
}

class ScriptChecker {
  constructor(
    private readonly edits: ScriptEdits,
    private readonly refuse: Refuse,
  ) {}

  function(node: AnyFunction, outer: Scope): void {
    if (node.async || node.generator)
      throw this.refuse(node, 'the function is async or a generator; return the value itself');
    const scope = new Scope(outer);
    this.declare(scope, node, node.params.flatMap(boundNames));
    if (node.type === 'FunctionExpression' && node.id) this.declare(scope, node.id, [node.id.name]);
    for (const parameter of node.params) this.visit(parameter, scope);
    this.edits.countCall(node.body, () => this.visit(node.body, scope));
  }

  private visit(node: AnyNode, scope: Scope): void {
    if (node.type === 'Identifier') checkName(node, scope, this.refuse);
    else if (node.type === 'MemberExpression') this.member(node, scope);
    else if (node.type === 'CallExpression' || node.type === 'NewExpression') this.call(node, scope);
    else if (node.type === 'Property') this.property(node as Property, scope);
    else if (isFunction(node)) this.function(node, scope);
    else if (node.type === 'BlockStatement') this.children(node, this.opened(scope, node.body));
    else if (node.type === 'SwitchStatement') {
      this.visit(node.discriminant, scope);
      const inner = this.opened(
        scope,
        node.cases.flatMap(({ consequent }) => consequent),
      );
      for (const one of node.cases) this.visit(one, inner);
    } else if (node.type === 'ForStatement' || node.type === 'ForOfStatement') this.forLoop(node, scope);
    else if (node.type === 'WhileStatement' || node.type === 'DoWhileStatement') {
      this.visit(node.test, scope);
      this.loopBody(node.body, scope);
    } else {
      this.checkOperator(node);
      this.children(node, scope);
    }
  }

  private checkOperator(node: AnyNode): void {
    if (node.type === 'VariableDeclaration') {
      if (node.kind !== 'let' && node.kind !== 'const')
        throw this.refuse(node, `"${node.kind}" is not allowed; declare variables with let or const`);
    } else if (node.type === 'AssignmentExpression') {
      checkTarget(node.left, this.refuse);
    } else if (node.type === 'UpdateExpression') {
      checkTarget(node.argument as Pattern, this.refuse);
    } else if (node.type === 'UnaryExpression' || node.type === 'BinaryExpression') {
      if (REFUSED_OPERATORS.has(node.operator))
        throw this.refuse(node, `"${node.operator}" is not allowed; keep data by key in a Map`);
    } else if (!PLAIN.has(node.type)) {
      throw this.refuse(node, `${described(node.type)} is not allowed in a user function`);
    }
  }

  private children(node: AnyNode, scope: Scope): void {
    for (const child of Object.values(node) as unknown[]) {
      for (const one of Array.isArray(child) ? child : [child]) if (isNode(one)) this.visit(one, scope);
    }
  }

  /** A member that is read; those that are called or assigned to are none of its business. */
  private member(node: MemberExpression, scope: Scope): void {
    const builtin = builtinName(node.object, scope);
    if (builtin !== null) checkBuiltinMember(builtin, node, false, this.refuse);
    else if (node.computed) this.access(node, scope);
    else this.edits.read(node, () => this.access(node, scope));
  }

  private access(node: MemberExpression, scope: Scope): void {
    const object = (): void => this.visit(node.object, scope);
    if (node.computed) {
      this.edits.index(node, object, () => this.visit(node.property, scope));
    } else {
      checkMemberName(node, this.refuse);
      object();
    }
  }

  private call(node: CallExpression | NewExpression, scope: Scope): void {
    const { callee } = node;
    const builtin = builtinName(callee, scope);
    if (node.type === 'NewExpression') {
      if (builtin === null || !BUILTINS[builtin]?.construct)
        throw this.refuse(node, '"new" makes only an Array, a Map or a Set here');
    } else if (callee.type === 'MemberExpression') {
      const object = builtinName(callee.object, scope);
      if (object === null) this.access(callee, scope);
      else checkBuiltinMember(object, callee, true, this.refuse);
    } else if (builtin === null || !BUILTINS[builtin]?.call) {
      this.visit(callee, scope);
    }
    for (const argument of node.arguments) this.visit(argument, scope);
  }

  private property(node: Property, scope: Scope): void {
    if (node.computed || node.kind !== 'init') {
      const what = 'computed names, getters and setters are not allowed';
      throw this.refuse(node, `${what}; keep data by key in a Map`);
    }
    const { key } = node;
    const name = key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '';
    if (isRefusedMember(name)) throw this.refuse(key, `the name "${name}" is not allowed`);
    this.visit(node.value, scope);
  }

  private forLoop(node: ForStatement | ForOfStatement, scope: Scope): void {
    const inner = new Scope(scope);
    const head = node.type === 'ForStatement' ? node.init : node.left;
    if (head?.type === 'VariableDeclaration') this.declare(inner, head, declaredNames([head]));
    else if (node.type === 'ForOfStatement') checkTarget(head as Pattern, this.refuse);
    if (node.type === 'ForOfStatement' && node.await) throw this.refuse(node, '"await" is not allowed');
    const others = node.type === 'ForStatement' ? [node.test, node.update] : [node.right];
    for (const part of [head, ...others]) if (part) this.visit(part, inner);
    this.loopBody(node.body, inner);
  }

  private loopBody(body: Statement, scope: Scope): void {
    this.edits.countTurn(body, () => this.visit(body, scope));
  }

  private opened(scope: Scope, statements: readonly Statement[]): Scope {
    const inner = new Scope(scope);
    for (const statement of statements) this.declare(inner, statement, declaredNames([statement]));
    return inner;
  }

  private declare(scope: Scope, node: Node, names: readonly string[]): void {
    const reserved = names.find((name) => name.startsWith(RESERVED));
    if (reserved !== undefined) throw this.refuse(node, `the name "${reserved}" is reserved`);
    scope.declare(names);
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

function isFunction(node: AnyNode): node is AnyFunction {
  return /^(ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/.test(node.type);
}

/** `ThisExpression` as `this expression`. */
function described(type: string): string {
  return type.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
