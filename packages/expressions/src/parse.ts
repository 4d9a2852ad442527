import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { canonicalDouble } from './double';
import { expressionError, type Source } from './expression-error';
import { canonicalInt } from './int64';
import { MAX_DEPTH, MAX_EXPRESSION_LENGTH, MAX_LIST_ITEMS } from './limits';
import { NEGATE, type Syntax } from './syntax';

// Only the parser's depth (parentheses count there) can be reached before our own limits speak.
const CEL = new Environment({
  limits: {
    maxDepth: 4 * MAX_DEPTH,
    maxListElements: MAX_EXPRESSION_LENGTH,
    maxCallArguments: MAX_EXPRESSION_LENGTH,
  },
});

const TOO_DEEP = `the expression is nested more than ${MAX_DEPTH} deep; move a part of it into a derived column`;

type Infix = Pick<ASTNode, 'op' | 'pos' | 'input'> & { readonly args: readonly [ASTNode, ASTNode] };

type NodeOf<Op extends ASTNode['op']> = Extract<ASTNode, { op: Op }>;

/** CEL text to syntax. Throws ForebayError `invalid_definition`. */
export function parseExpression(source: Source): Syntax {
  const { text, place } = source;
  if (text.length > MAX_EXPRESSION_LENGTH) {
    const what = `the expression has ${text.length} characters, more than ${MAX_EXPRESSION_LENGTH}`;
    throw expressionError(
      { text: `${text.slice(0, 60)}…`, place },
      0,
      `${what}; move a part of it into a derived column`,
    );
  }
  return convert(source, parseCel(source), 1);
}

function parseCel(source: Source): ASTNode {
  try {
    return CEL.parse(source.text).ast;
  } catch (thrown) {
    if (!(thrown instanceof ParseError)) throw thrown;
    const at = thrown.range?.start ?? 0;
    if (source.text.trim() === '')
      throw expressionError(source, 0, 'the expression is empty; write a CEL expression', thrown);
    if (thrown.code === 'limit_exceeded') throw expressionError(source, at, TOO_DEEP, thrown);
    const summary = `${thrown.summary.charAt(0).toLowerCase()}${thrown.summary.slice(1)}`;
    throw expressionError(
      source,
      at,
      `${summary.replace('token: EOF', 'end')}; correct the CEL text`,
      thrown,
    );
  }
}

function convert(source: Source, node: ASTNode, depth: number): Syntax {
  if (depth > MAX_DEPTH) throw expressionError(source, node.pos, TOO_DEEP);
  const at = node.pos;
  const inner = (argument: ASTNode): Syntax => convert(source, argument, depth + 1);
  switch (node.op) {
    case 'value':
      return literal(source, node, false);
    case 'id':
      return { kind: 'column', name: node.args, at };
    case 'list':
      return convertList(source, node, inner);
    case '&&':
    case '||':
      return { kind: 'call', name: node.op, args: chain(node, node.op).map(inner), at: operatorAt(node) };
    case '-_':
      // The literal −2^63 has no positive counterpart, so the sign belongs to the literal.
      if (isNumber(node.args)) return literal(source, node.args, true);
      return { kind: 'call', name: NEGATE, args: [inner(node.args)], at };
    case '!_':
      return { kind: 'call', name: node.op, args: [inner(node.args)], at };
    case '?:':
      return { kind: 'call', name: node.op, args: node.args.map(inner), at };
    case 'call':
      return { kind: 'call', name: node.args[0], args: node.args[1].map(inner), at };
    case 'rcall':
      // `s.size()` is `size(s)`.
      return { kind: 'call', name: node.args[0], args: [node.args[1], ...node.args[2]].map(inner), at };
    case '.':
    case '.?':
      throw expressionError(source, at, `columns have no fields; there is no ".${node.args[1]}" here`);
    case '[]':
    case '[?]':
    case 'map':
      throw expressionError(
        source,
        at,
        'maps and indexing are not supported; use columns and lists after "in"',
      );
    default:
      return { kind: 'call', name: node.op, args: node.args.map(inner), at: operatorAt(node) };
  }
}

function convertList(source: Source, node: NodeOf<'list'>, inner: (item: ASTNode) => Syntax): Syntax {
  if (node.args.length > MAX_LIST_ITEMS) {
    const what = `the list has ${node.args.length} items, more than ${MAX_LIST_ITEMS}; derive a column that says what they share`;
    throw expressionError(source, node.pos, what);
  }
  return { kind: 'list', items: node.args.map(inner), at: node.pos };
}

function isNumber(node: ASTNode): node is NodeOf<'value'> {
  return node.op === 'value' && (typeof node.args === 'bigint' || typeof node.args === 'number');
}

function literal(source: Source, node: NodeOf<'value'>, negative: boolean): Syntax {
  const { args: value, pos: at } = node;
  if (value === null) return { kind: 'literal', type: 'null', value, at };
  if (typeof value === 'boolean') return { kind: 'literal', type: 'bool', value, at };
  if (typeof value === 'bigint') {
    const int = canonicalInt(negative ? -value : value);
    if (int !== null) return { kind: 'literal', type: 'int', value: int, at };
    throw expressionError(source, at, `${value} is not an int64; write a double, such as ${value}.0`);
  }
  if (typeof value === 'number') {
    return { kind: 'literal', type: 'double', value: canonicalDouble(negative ? -value : value), at };
  }
  if (typeof value === 'string') {
    if (!/\p{Surrogate}/u.test(value)) return { kind: 'literal', type: 'string', value, at };
    throw expressionError(source, at, 'the string is not valid Unicode; remove the lone surrogate');
  }
  const kind = value instanceof Uint8Array ? 'bytes' : 'unsigned integers';
  throw expressionError(source, at, `${kind} are not supported; use a string or an int`);
}

/** The operands of a chain of one associative operator, however it is parenthesised. */
function chain(node: ASTNode, op: '&&' | '||'): ASTNode[] {
  return node.op === op ? [...chain(node.args[0], op), ...chain(node.args[1], op)] : [node];
}

/** Where an infix operator stands: between its operands. */
function operatorAt(node: Infix): number {
  const from = node.args[0].end;
  const found = node.input.slice(from, node.args[1].start).indexOf(node.op);
  return found === -1 ? node.pos : from + found;
}
