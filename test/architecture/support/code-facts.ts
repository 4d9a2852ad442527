import { parseSync } from '@swc/core';
import { isCode, ourFiles, readText } from './repository';

/** What a code file mentions; comments and the insides of strings do not count. */
export interface CodeFacts {
  readonly path: string;
  /** Modules that it imports, requires or resolves, as written. */
  readonly imports: readonly string[];
  /** Names with one member, as written: `process.env`, `Date.now`. Free-standing names, too: `fetch`. */
  readonly mentions: ReadonlySet<string>;
  /** `new Date()`: a constructor called with nothing, by its name. */
  readonly constructedFromNothing: ReadonlySet<string>;
}

interface SyntaxNode {
  readonly type: string;
  readonly [property: string]: unknown;
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';

const nodeOf = (value: unknown): SyntaxNode | null => (isNode(value) ? value : null);
const nameOf = (value: unknown): string | null =>
  nodeOf(value)?.type === 'Identifier' ? ((value as SyntaxNode).value as string) : null;
const stringOf = (value: unknown): string | null =>
  nodeOf(value)?.type === 'StringLiteral' ? ((value as SyntaxNode).value as string) : null;

class FactsCollector {
  readonly imports: string[] = [];
  readonly mentions = new Set<string>();
  readonly constructedFromNothing = new Set<string>();

  visit(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) this.visit(item);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (isNode(value)) this.note(value);
    for (const child of Object.values(value)) this.visit(child);
  }

  private note(node: SyntaxNode): void {
    if (node.type === 'Identifier') this.mentions.add(node.value as string);
    else if (node.type === 'MemberExpression') this.noteMember(node);
    else if (node.type === 'NewExpression') this.noteNew(node);
    else if (node.type === 'CallExpression') this.noteCall(node);
    else if (node.type === 'TsImportType') this.addImport(node.argument);
    else if (node.type === 'TsExternalModuleReference') this.addImport(node.expression);
    else if (/^(Import|Export\w*)Declaration$/.test(node.type)) this.addImport(node.source);
  }

  private noteMember(node: SyntaxNode): void {
    const [object, property] = [nameOf(node.object), nameOf(node.property)];
    if (object !== null && property !== null) this.mentions.add(`${object}.${property}`);
  }

  private noteNew(node: SyntaxNode): void {
    const name = nameOf(node.callee);
    const args = (node.arguments as unknown[] | null) ?? [];
    if (name !== null && args.length === 0) this.constructedFromNothing.add(name);
  }

  /** `import('x')`, `require('x')`, `require.resolve('x')` and the like. */
  private noteCall(node: SyntaxNode): void {
    const callee = nodeOf(node.callee);
    const resolves = callee?.type === 'MemberExpression' && nameOf(callee.property) === 'resolve';
    const loads =
      callee?.type === 'Import' || nameOf(callee) === 'require' || (resolves && this.isRequire(callee));
    const [argument] = node.arguments as { expression: unknown }[];
    if (loads && argument) this.addImport(argument.expression);
  }

  private isRequire(callee: SyntaxNode): boolean {
    if (nameOf(callee.object) === 'require') return true;
    const maker = nodeOf(callee.object);
    return maker?.type === 'CallExpression' && nameOf(maker.callee) === 'createRequire';
  }

  private addImport(source: unknown): void {
    const specifier = stringOf(source);
    if (specifier !== null) this.imports.push(specifier);
  }
}

export function factsOf(path: string, text: string): CodeFacts {
  const facts = new FactsCollector();
  facts.visit(parseSync(text, { syntax: 'typescript', target: 'es2022' }));
  const { imports, mentions, constructedFromNothing } = facts;
  return { path, imports, mentions, constructedFromNothing };
}

/** The facts of every code file. */
export function allCodeFacts(): CodeFacts[] {
  return ourFiles()
    .filter(isCode)
    .map((path) => factsOf(path, readText(path)));
}
