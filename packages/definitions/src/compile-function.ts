import { checkShape, shownName } from './check-shape';
import { compileUserFunction } from './expression-functions';
import type { FunctionDeclaration } from './function-declaration';
import { RESERVED_WORDS } from './limits';
import type { UserFunction } from './model';
import { checkName } from './names';
import type { Problems } from './problems';
import { FUNCTION_SHAPE } from './shapes';

/** Null after a problem. */
export function compileFunction(declaration: FunctionDeclaration, problems: Problems): UserFunction | null {
  const place = `function ${shownName(declaration.options)}`;
  if (checkShape(FUNCTION_SHAPE, declaration.options, place, problems) === null) return null;
  const { name, parameters, result, evaluate, sql, description = '' } = declaration.options;
  if (!checkName(name, place, problems)) return null;
  if (RESERVED_WORDS.has(name)) {
    problems.add(place, `"${name}" is a reserved word of expressions: take another name`);
    return null;
  }
  const text = sqlText(sql as (...args: string[]) => unknown, parameters.length, `${place}, sql`, problems);
  if (text === null) return null;
  const source = typeof evaluate === 'string' ? evaluate : String(evaluate);
  const compiled: UserFunction = { name, parameters, result, source, sql: text, description };
  return problems.attempt(() => compileUserFunction(compiled)) === null ? null : compiled;
}

/** The template that a function of the arguments' SQL makes, which is run once, here. */
function sqlText(
  sql: ((...args: string[]) => unknown) | string,
  parameterCount: number,
  place: string,
  problems: Problems,
): string | null {
  if (typeof sql === 'string') return sql;
  const placeholders = Array.from({ length: parameterCount }, (_, i) => `{${i}}`);
  try {
    const text = sql(...placeholders);
    if (typeof text === 'string') return text;
    problems.add(place, `the function returns ${typeof text}: it must return the text of an expression`);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    problems.add(place, `the function throws "${detail}": it must return the text of an expression`);
  }
  return null;
}
