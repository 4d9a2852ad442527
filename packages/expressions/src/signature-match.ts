import type { Parameter, Signature } from './function-spec';
import type { NullType } from './syntax';
import type { ExpressionType } from './value';

export type ArgumentType = ExpressionType | NullType | 'list';

/** How a call fits a signature. */
export interface Match {
  readonly signature: Signature;
  /** The parameter of each argument, the last one repeated. */
  readonly parameters: readonly Parameter[];
  /** The type that each argument is brought to; null for lists and the literal null of a null test. */
  readonly argumentTypes: readonly (ExpressionType | null)[];
  readonly result: ExpressionType;
  /** How many ints are widened to doubles. */
  readonly widenings: number;
}

/** The signature that needs the fewest widenings, the first of equals; null when none fits. */
export function matchSignatures(
  signatures: readonly Signature[],
  given: readonly ArgumentType[],
): Match | null {
  let best: Match | null = null;
  for (const signature of signatures) {
    const match = matchSignature(signature, given);
    if (match !== null && (best === null || match.widenings < best.widenings)) best = match;
  }
  return best;
}

function matchSignature(signature: Signature, given: readonly ArgumentType[]): Match | null {
  const parameters = repeatLast(signature, given.length);
  if (parameters === null) return null;
  const t = unify(
    signature,
    given.filter((_, i) => parameters[i] === 'T'),
  );
  const argumentTypes: (ExpressionType | null)[] = [];
  let widenings = 0;
  for (let i = 0; i < given.length; i++) {
    const type = given[i] as ArgumentType;
    const target = targetType(parameters[i] as Parameter, type, t);
    if (target === undefined) return null;
    if (type === 'int' && target === 'double') widenings++;
    argumentTypes.push(target);
  }
  const result = signature.result === 'T' ? t : signature.result;
  return result === null ? null : { signature, parameters, argumentTypes, result, widenings };
}

function repeatLast(signature: Signature, count: number): readonly Parameter[] | null {
  const { parameters, variadic } = signature;
  if (count === parameters.length) return parameters;
  if (variadic !== true || count < parameters.length) return null;
  const last = parameters[parameters.length - 1] as Parameter;
  return [...parameters, ...Array<Parameter>(count - parameters.length).fill(last)];
}

/** The one type of all arguments for `T`, null when there is none. */
function unify(signature: Signature, given: readonly ArgumentType[]): ExpressionType | null {
  let t: ExpressionType | null = null;
  for (const type of given) {
    if (type === 'list') return null;
    if (type === 'null') {
      if (signature.nullLiteral !== true) return null;
    } else if (t === null || t === type || (t === 'int' && type === 'double')) {
      t = type;
    } else if (!(t === 'double' && type === 'int')) {
      return null;
    }
  }
  return t !== null && (signature.t?.includes(t) ?? true) ? t : null;
}

/** What the argument is brought to; undefined when the parameter does not take it. */
function targetType(
  parameter: Parameter,
  given: ArgumentType,
  t: ExpressionType | null,
): ExpressionType | null | undefined {
  if (parameter === 'list' || parameter === 'null') return given === parameter ? null : undefined;
  if (parameter === 'T') return t ?? undefined;
  if (given === 'list') return undefined;
  if (given === 'null') return parameter === 'any' ? null : undefined;
  if (parameter === 'any') return given;
  if (typeof parameter === 'object' && 'literal' in parameter)
    return given === parameter.literal ? given : undefined;
  const taken: readonly ExpressionType[] = typeof parameter === 'string' ? [parameter] : parameter;
  if (taken.includes(given)) return given;
  return given === 'int' && taken.includes('double') ? 'double' : undefined;
}
