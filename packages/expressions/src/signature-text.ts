import type { Parameter, Signature } from './function-spec';
import { CONDITIONAL, INFIX, NEGATE, NOT } from './syntax';

/** A call as a person writes it: `a + b`, `!a`, `a ? b : c`, `f(a, b)`. */
export function callPattern(name: string, args: readonly string[]): string {
  const [first = '', second = '', third = ''] = args;
  if (name === NEGATE) return `-${first}`;
  if (name === NOT) return `!${first}`;
  if (name === CONDITIONAL) return `${first} ? ${second} : ${third}`;
  return INFIX.has(name) ? args.join(` ${name} `) : `${name}(${args.join(', ')})`;
}

/** The operator or function as it is named in messages. */
export function displayName(name: string): string {
  return name === NEGATE ? '-' : name === NOT ? '!' : name;
}

/** `clamp(T, T, T) (T: int, double, timestamp)`. */
export function describeSignature(name: string, signature: Signature): string {
  const parameters = signature.parameters.map(describeParameter);
  const repeats = signature.variadic === true && !INFIX.has(name);
  const pattern = callPattern(name, repeats ? [...parameters, '…'] : parameters);
  return signature.t === undefined ? pattern : `${pattern} (T: ${signature.t.join(', ')})`;
}

function describeParameter(parameter: Parameter): string {
  if (typeof parameter === 'string') return parameter;
  return 'literal' in parameter ? `${parameter.literal} literal ${parameter.name}` : parameter.join('|');
}
