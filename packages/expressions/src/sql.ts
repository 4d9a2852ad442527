import type { ExpressionType, Value } from './value';

/** A ClickHouse expression that stands in any context without parentheses of its own. */
export class Sql {
  constructor(
    readonly text: string,
    /** Whether it may be repeated: a column, a literal or the name of a bound value. */
    readonly atomic: boolean,
  ) {}

  toString(): string {
    return this.text;
  }
}

/** The ClickHouse types of the values of an expression. */
export const SQL_TYPES = {
  bool: 'UInt8',
  int: 'Int64',
  double: 'Float64',
  string: 'String',
  timestamp: 'Int64',
} as const satisfies Record<ExpressionType, string>;

/** Gives values names for the time of one statement, so that no operand is ever written twice. */
export class SqlScope {
  private names = 0;

  /** `body` over the operands; those that may not be repeated become the parameters of a lambda. */
  bind(operands: readonly Sql[], body: (...operands: Sql[]) => string): string {
    const bound: { name: string; text: string }[] = [];
    const repeatable = operands.map((operand) => {
      if (operand.atomic) return operand;
      const name = `forebay_v${this.names++}`;
      bound.push({ name, text: operand.text });
      return new Sql(name, true);
    });
    const text = body(...repeatable);
    if (bound.length === 0) return text;
    const parameters = bound.map(({ name }) => name).join(', ');
    return `arrayMap((${parameters}) -> ${text}, ${bound.map((value) => `[${value.text}]`).join(', ')})[1]`;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\v': '\\v',
  '\f': '\\f',
  '\0': '\\0',
};

/** A ClickHouse string literal. */
export function sqlString(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
  return `'${text.replace(/[\\'\n\r\t\x08\v\f\0]/g, (character) => ESCAPES[character] as string)}'`;
}

/** A value of a list, untyped: the list takes the type of what is compared with it. */
export function sqlItem(type: ExpressionType, value: Value): string {
  if (type === 'string') return sqlString(value as string);
  if (type === 'bool') return value === true ? '1' : '0';
  if (type === 'double') return `toFloat64(${(value as number).toExponential()})`;
  return String(value);
}

/** A literal of exactly the type that columns of its type have. */
export function sqlLiteral(type: ExpressionType, value: Value): string {
  if (value === null) return `CAST(NULL AS Nullable(${SQL_TYPES[type]}))`;
  if (type === 'string' || type === 'double') return sqlItem(type, value);
  return `to${SQL_TYPES[type]}(${sqlItem(type, value)})`;
}
