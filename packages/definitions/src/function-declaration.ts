import type { ScalarType } from './model';

/** What an argument or a result of a type is in JavaScript; a timestamp is in milliseconds. */
interface ScriptTypes {
  bool: boolean;
  int32: number | bigint;
  int64: number | bigint;
  double: number;
  string: string;
  timestamp: number;
}

type Arguments<P extends readonly ScalarType[]> = { -readonly [I in keyof P]: ScriptTypes[P[I]] };
type SqlArguments<P extends readonly ScalarType[]> = { -readonly [I in keyof P]: string };

export interface FunctionOptions<
  P extends readonly ScalarType[] = readonly ScalarType[],
  R extends ScalarType = ScalarType,
> {
  name: string;
  /** The types of the arguments. Where one is null, so is the result, and the function is not called. */
  parameters: P;
  result: R;
  /**
   * A function of the arguments that uses nothing else but what the language brings (Math, Number, String …): its text
   * is stored, and run where features are served. Null where it throws or gives anything that is not of the type. Or
   * that text.
   */
  evaluate: ((...args: Arguments<P>) => ScriptTypes[R] | null) | string;
  /** The same in ClickHouse's SQL: a function of the arguments' SQL, or a text with `{0}`, `{1}` … for them. */
  sql: ((...args: SqlArguments<P>) => string) | string;
  description?: string;
}

export interface FunctionDeclaration {
  readonly kind: 'function';
  readonly options: FunctionOptions;
}

/** A function of your own, which expressions of on-demand views may call. */
export function defineFunction<const P extends readonly ScalarType[], const R extends ScalarType>(
  options: FunctionOptions<P, R>,
): FunctionDeclaration {
  return { kind: 'function', options: options as unknown as FunctionOptions };
}
