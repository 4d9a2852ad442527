import type { Call } from './function-spec';
import type { Evaluate, Value } from './value';

/**
 * Closures that answer null where an argument is null. `apply` sees no nulls; its parameters have the types that the
 * signature says.
 */
export function strict1<A extends Value>(apply: (a: A) => Value): (call: Call, a: Evaluate) => Evaluate {
  return (_call, a) => (row) => {
    const x = a(row);
    return x === null ? null : apply(x as A);
  };
}

export function strict2<A extends Value, B extends Value>(
  apply: (a: A, b: B) => Value,
): (call: Call, a: Evaluate, b: Evaluate) => Evaluate {
  return (_call, a, b) => (row) => {
    const x = a(row);
    if (x === null) return null;
    const y = b(row);
    return y === null ? null : apply(x as A, y as B);
  };
}

export function strict3<A extends Value, B extends Value, C extends Value>(
  apply: (a: A, b: B, c: C) => Value,
): (call: Call, a: Evaluate, b: Evaluate, c: Evaluate) => Evaluate {
  return (_call, a, b, c) => (row) => {
    const x = a(row);
    if (x === null) return null;
    const y = b(row);
    if (y === null) return null;
    const z = c(row);
    return z === null ? null : apply(x as A, y as B, z as C);
  };
}

/** For any number of arguments. */
export function strictAll(
  apply: (...values: never[]) => Value,
): (call: Call, ...args: Evaluate[]) => Evaluate {
  const applied = apply as (...values: Value[]) => Value;
  return (_call, ...args) =>
    (row) => {
      const values: Value[] = [];
      for (const argument of args) {
        const value = argument(row);
        if (value === null) return null;
        values.push(value);
      }
      return applied(...values);
    };
}
