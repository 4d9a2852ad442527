import { CONDITIONAL, INFIX, NEGATE, NOT, type Syntax } from './syntax';
import type { Value } from './value';

/**
 * The one text of all expressions that differ only in white space, comments, parentheses, quotes, the way a number is
 * written, or `x.f(y)` for `f(x, y)`. It is CEL, and its own canonical text.
 */
export function canonicalText(syntax: Syntax): string {
  switch (syntax.kind) {
    case 'literal':
      return literalText(syntax.type, syntax.value);
    case 'column':
      return syntax.name;
    case 'list':
      return `[${syntax.items.map(canonicalText).join(', ')}]`;
    case 'call':
      return callText(syntax.name, syntax.args);
  }
}

function callText(name: string, args: readonly Syntax[]): string {
  if (name === NEGATE) return `-${operand(args[0] as Syntax)}`;
  if (name === NOT) return `!${operand(args[0] as Syntax)}`;
  if (name === CONDITIONAL) {
    const [condition, then, otherwise] = args.map(operand);
    return `${condition} ? ${then} : ${otherwise}`;
  }
  if (INFIX.has(name)) return args.map(operand).join(` ${name} `);
  return `${name}(${args.map(canonicalText).join(', ')})`;
}

/** An operator inside an operator is parenthesised, whatever the precedence. */
function operand(syntax: Syntax): string {
  const text = canonicalText(syntax);
  const isOperator = syntax.kind === 'call' && !/^[A-Za-z_]/.test(syntax.name);
  return isOperator || (syntax.kind === 'call' && syntax.name === 'in') ? `(${text})` : text;
}

function literalText(type: string, value: Value): string {
  if (type === 'string') return JSON.stringify(value);
  const text = String(value);
  return type === 'double' && /^-?[0-9]+$/.test(text) ? `${text}.0` : text;
}
