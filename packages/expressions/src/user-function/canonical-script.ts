import { type Token, tokenizer } from 'acorn';
import { ECMA_VERSION } from './compile-script';

/**
 * A text of the function that is the same however it is laid out, commented and quoted, so that another formatter or
 * compiler of TypeScript does not make it another function. For comparing, not for running.
 * @param source which `expressionFunction` has accepted
 */
export function canonicalScript(source: string): string {
  // The types of acorn lack the value of a token.
  const tokens = [...tokenizer(source, { ecmaVersion: ECMA_VERSION })] as (Token & { value?: unknown })[];
  return tokens
    .map(({ start, end, type, value }) =>
      type.label === 'string' ? JSON.stringify(value) : source.slice(start, end),
    )
    .join(' ')
    .replace(/ ;(?= })/g, '');
}
