import type { Typed } from './typed';
import type { Evaluate, Value } from './value';

/** Nested closures; nothing is looked up or allocated at run time but the values themselves. */
export function compileClosure(typed: Typed): Evaluate {
  switch (typed.kind) {
    case 'literal': {
      const { value } = typed;
      return () => value;
    }
    case 'column': {
      const { index } = typed;
      return (row) => row[index] as Value;
    }
    case 'call':
      return typed.signature.closure(typed.call, ...typed.args.map(compileClosure));
  }
}
