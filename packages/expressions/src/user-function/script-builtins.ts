/** What a built-in of the language may be used for in a user function. */
export interface Builtin {
  readonly call?: true;
  readonly construct?: true;
  /** The members that may be named; those in capitals are constants, the others may only be called. */
  readonly members?: readonly string[];
}

/**
 * Everything that a user function may name besides its parameters and its own variables: pure, and the same in every
 * process. There is no clock, no chance, no locale, no time zone, nothing of the host, and no way to reach a prototype.
 */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  Math: {
    members: [
      ...['E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2'],
      ...['abs', 'acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'cbrt', 'ceil', 'clz32', 'cos'],
      ...['cosh', 'exp', 'expm1', 'floor', 'fround', 'hypot', 'imul', 'log', 'log10', 'log1p', 'log2', 'max'],
      ...['min', 'pow', 'round', 'sign', 'sin', 'sinh', 'sqrt', 'tan', 'tanh', 'trunc'],
    ],
  },
  Number: {
    call: true,
    members: [
      ...['EPSILON', 'MAX_SAFE_INTEGER', 'MAX_VALUE', 'MIN_SAFE_INTEGER', 'MIN_VALUE'],
      ...['isFinite', 'isInteger', 'isNaN', 'isSafeInteger', 'parseFloat', 'parseInt'],
    ],
  },
  String: { call: true, members: ['fromCharCode', 'fromCodePoint'] },
  Boolean: { call: true },
  BigInt: { call: true, members: ['asIntN', 'asUintN'] },
  Array: { call: true, construct: true, members: ['from', 'isArray', 'of'] },
  Map: { construct: true },
  Set: { construct: true },
  isFinite: { call: true },
  isNaN: { call: true },
  parseFloat: { call: true },
  parseInt: { call: true },
};

export const CONSTANTS: ReadonlySet<string> = new Set(['NaN', 'Infinity', 'undefined']);

const REFUSED_MEMBERS: ReadonlySet<string> = new Set([
  // The ways from a value to the function constructor, and from there to everything.
  ...['constructor', 'prototype', '__proto__', '__defineGetter__', '__defineSetter__'],
  ...['__lookupGetter__', '__lookupSetter__', 'caller', 'callee', 'arguments'],
  'localeCompare',
]);

/** Whether a member of this name leads out of the function, or to what differs between hosts. */
export function isRefusedMember(name: string): boolean {
  return REFUSED_MEMBERS.has(name) || name.startsWith('toLocale');
}
