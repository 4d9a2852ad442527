import { type Node, parse } from 'acorn';
import { expressionError, type Source } from '../expression-error';
import { MAX_FUNCTION_LENGTH, MAX_FUNCTION_STEPS } from '../limits';
import { type AnyFunction, checkScript } from './check-script';
import { DATA, INDEX, INDEXED, ScriptEdits, STEP } from './script-edits';

/** What Node.js 20 understands. */
export const ECMA_VERSION = 2022;

const STRICT = '"use strict";';
const BEFORE = `${STRICT}(\n`;
const AFTER = '\n)';

/** A function as written: `source.text` stands in the script after `offset` characters. */
interface Script {
  readonly text: string;
  readonly root: AnyFunction;
  readonly offset: number;
}

/**
 * The function that a text is, of exactly so many parameters. It is pure: it can reach nothing but its arguments and
 * the built-ins, keeps nothing from call to call, and throws after MAX_FUNCTION_STEPS turns of loops and calls.
 * Throws ForebayError `invalid_definition`.
 */
export function compileScript(source: Source, parameterCount: number): (...args: unknown[]) => unknown {
  const { text, root, offset } = parseScript(source);
  const refuse = (node: Node, what: string): Error => expressionError(source, node.start - offset, what);
  if (root.params.length !== parameterCount || root.params.some(({ type }) => type !== 'Identifier'))
    throw refuse(
      root,
      `the function takes ${root.params.length} parameters, and ${parameterCount} are declared; name each of them`,
    );
  const edits = new ScriptEdits();
  checkScript(root, edits, refuse);
  return boundScript(edits.applied(text));
}

function parseScript(source: Source): Script {
  const { text, place } = source;
  if (text.length > MAX_FUNCTION_LENGTH)
    throw expressionError(
      { text: `${text.slice(0, 60)}…`, place },
      0,
      `the function has ${text.length} characters, more than ${MAX_FUNCTION_LENGTH}; move a part of it into another`,
    );
  try {
    return parsed(text, text.length);
  } catch (thrown) {
    // A method, `evaluate(a, b) { … }`, is a function that lacks the word.
    const method = /^[A-Za-z_$][\w$]*\s*(?=\()/.exec(text);
    const asFunction =
      method === null ? null : attempt(`function ${text.slice(method[0].length)}`, text.length);
    if (asFunction !== null) return asFunction;
    const at = ((thrown as { pos?: number }).pos ?? BEFORE.length) - BEFORE.length;
    const message = (thrown as Error).message.replace(/ \(\d+:\d+\)$/, '');
    const what = `${message.charAt(0).toLowerCase()}${message.slice(1)}; write one JavaScript function, such as (a, b) => a + b`;
    throw expressionError(source, Math.min(Math.max(at, 0), text.length), what, thrown);
  }
}

function attempt(text: string, written: number): Script | null {
  try {
    return parsed(text, written);
  } catch {
    return null;
  }
}

function parsed(text: string, written: number): Script {
  const script = `${BEFORE}${text}${AFTER}`;
  const { body } = parse(script, { ecmaVersion: ECMA_VERSION, sourceType: 'script' });
  const [, statement] = body;
  const root = statement?.type === 'ExpressionStatement' ? statement.expression : null;
  const isFunction = root?.type === 'ArrowFunctionExpression' || root?.type === 'FunctionExpression';
  if (body.length !== 2 || !isFunction) throw new SyntaxError('This is not a function');
  return { text: script, root: root as AnyFunction, offset: BEFORE.length + text.length - written };
}

function boundScript(checked: string): (...args: unknown[]) => unknown {
  let steps = 0;
  const step = (): void => {
    steps += 1;
    if (steps > MAX_FUNCTION_STEPS) throw new RangeError('the function does not come to an end');
  };
  const body = `${STRICT}return ${checked.slice(STRICT.length)};`;
  const script = new Function(INDEXED, INDEX, DATA, STEP, body)(indexed, index, data, step) as (
    ...args: unknown[]
  ) => unknown;
  return (...args) => {
    steps = 0;
    return script(...args);
  };
}

function indexed(value: unknown): unknown {
  if (Array.isArray(value) || typeof value === 'string') return value;
  throw new TypeError('only arrays and strings have an index');
}

function index(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new TypeError('an index is a number');
}

/** With a built-in method in hand, a function could leave something on it for its next call. */
function data(value: unknown): unknown {
  if (typeof value !== 'function') return value;
  throw new TypeError('a method can only be called');
}
